"""What buyer and seller say of each other after an order.

Both write blind: a *rating* is shown once the other side has given its own, or the time to rate is over. Promise: nobody
can answer a rating with a rating.
"""
