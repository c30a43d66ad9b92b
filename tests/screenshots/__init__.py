"""`make screenshots`: how the main pages look, and what axe and the browser's console say about them."""
