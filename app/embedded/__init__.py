"""PostgreSQL, EVM node and Stripe test mode for trying out, developing and testing. Imports nothing else of `app`."""
