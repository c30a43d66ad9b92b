"""What the market is measured with."""
