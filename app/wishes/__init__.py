"""What somebody means to come back to: the wish list of an account, and what this browser has looked at.

A wish is kept with the price it had, so that the list can say what has changed. What was seen stands in a cookie of the
browser's own and nowhere else; a guest is asked to sign in before anything is kept here.
"""
