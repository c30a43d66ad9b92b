"""Do Stripe, the ledger and the chain tell the same story? A *tie-out* compares them; a *finding* names the culprit."""
