"""Vouchers: a code that takes something off the price of goods, paid for by the seller or by the market.

A *seller's* voucher lowers the order itself. A *market's* voucher leaves the seller its full price: the buyer pays less
and the market pays the difference into the same escrow. Promise: no voucher is used more often than it says, and what
an unpaid checkout held of it comes back.
"""
