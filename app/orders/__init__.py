"""The life of an order: paid, shipped, received, refunded, disputed.

An *order group* is one act of buying; it holds one *order* per seller. What happened to an order is a list of *facts*
(`order_events`, append-only); its status stands on three *axes* (payment, fulfillment, settlement), each computed from
the facts and from what the chain shows of its escrow *leg*. Promise: no axis is ever set by hand.
"""
