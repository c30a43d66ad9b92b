"""What is done with requests and quotes, one verb a file."""
