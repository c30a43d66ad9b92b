"""What is done with deals and offers, one verb a file."""
