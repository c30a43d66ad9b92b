"""What belongs to a person: a copy of it to take away, and its erasure.

The *subject* is an account with all that was bought by it, or a guest's one checkout. *Erasing* takes a person's data
out of every table that holds any; the books hold none, so journals, sums and reports stay as they were, to the cent.
"""
