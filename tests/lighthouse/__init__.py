"""`make lighthouse`: what Lighthouse thinks of the main pages on a phone."""
