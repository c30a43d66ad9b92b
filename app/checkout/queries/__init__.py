"""What checkout reads."""
