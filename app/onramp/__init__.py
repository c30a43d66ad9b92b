"""The card on-ramp: Stripe sessions, webhooks, refunds and balance transactions. Stripe has one door here."""
