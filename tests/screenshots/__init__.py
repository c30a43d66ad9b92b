"""`make screenshots`: how the main pages look, and what the browser's console says about them."""
