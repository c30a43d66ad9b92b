"""What changes reports of goods."""
