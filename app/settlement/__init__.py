"""Escrow terms, legs, the outbox of chain intents, and what the chain answered."""
