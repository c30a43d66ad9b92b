"""A market that never rests: everything that can happen to money, in any order, booked by the product's own recipes.

`happenings` keeps what the market would know; `cards`, `orders`, `sellers`, `taxes` and `by_hand` are what happens under
both token policies, `issued` and `resold` what happens under one; `promises` is what has to hold after each step.
"""
