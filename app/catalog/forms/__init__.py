"""Forms of goods."""
