"""Telling programs of shops what happened, by signed requests to addresses they chose (Standard Webhooks).

*Endpoint*: such an address, with the kinds of events it is told. *Delivery*: one event for one endpoint, written in the
transaction of the event and tried until it is taken or given up. The id of a delivery is the same at every try.
"""
