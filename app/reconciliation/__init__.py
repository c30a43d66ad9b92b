"""Does it tie out? Stripe, ledger and chain compared line by line, in set-based SQL."""
