"""What every page shares: layout, components, static files, languages, security headers."""
