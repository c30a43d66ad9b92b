"""`make smoke`: the whole story in a real browser, on an instance of its own."""
