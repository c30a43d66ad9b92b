"""Who did what: an append-only log of privileged acts."""
