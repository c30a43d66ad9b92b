"""Users, organizations, their members and roles; signing in by password or by Ethereum account."""
