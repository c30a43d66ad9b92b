"""Three-way match: every item of Stripe, the bank, the chain and the books is matched by a rule or says why it is not.

An *item* has a family (stripe, card, payout, bank, chain, drift) and in it a reference that both sides give it. A *run*
works out anew what was touched since the one before and what is still open, and appends an *outcome* where it differs
from the newest one. What is open is an *exception*: somebody takes it, proposes a journal, another person agrees.
"""
