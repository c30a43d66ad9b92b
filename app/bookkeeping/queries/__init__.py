"""Reading what was booked by hand, and with whom."""
