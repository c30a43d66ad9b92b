"""A program for the tests of the fork server: makes a hundred thousand lists and says whether the collector minded."""

import gc

before = gc.get_stats()[2]["collections"]
kept: list[list[object]] = [[] for _ in range(100_000)]
looked = gc.get_stats()[2]["collections"] - before
print("looked through everything" if looked else "did not look")
