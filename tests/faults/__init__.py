"""`make test-faults`: the market is killed and its surroundings fail, and the books must end as if nothing had been."""
