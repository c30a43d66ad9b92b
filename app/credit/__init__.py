"""Paying later: a seller grants a company a *credit limit* and days; what the company has not paid yet is its *debt*.

The debt is between the two. While it is unpaid nothing of it is in escrow or in the market's books; paid by card it
becomes an order like any other. What happened to the order itself is told by its facts (`orders`).
"""
