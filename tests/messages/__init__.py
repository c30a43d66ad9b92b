"""Messages between buyers and shops."""
