"""Requests for quotation: a buyer says what is wanted, shops say for how much, and one of their quotes becomes a deal.

A *request* has lines (goods on sale, or words) and goes to one or more shops, each of which is *asked*. A *quote* is what a
shop answers, in *versions*: one that was sent never changes; the buyer may *counter* it, and the shop answers with the
next. Promise: of a request one version of one quote is accepted, or none.
"""
