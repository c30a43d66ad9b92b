"""`make bench ARGS="--books"`: the ledger and what is made from it, at the size of years of trade."""
