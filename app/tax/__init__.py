"""Tax presets per country as dated data with source."""
