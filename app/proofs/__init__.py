"""Tamper evidence of the books: journals are sealed in blocks that are chained, and the newest seal is put on chain.

*Words* of a journal are its text as it is sealed; a *leaf* is their hash; a *seal* holds the Merkle root of a block of
leaves and the hash of the seal before; an *anchor* is the hash of a seal in the contract LedgerAnchor. Nothing here keeps
anybody from changing rows: it makes that whoever did can be named.
"""
