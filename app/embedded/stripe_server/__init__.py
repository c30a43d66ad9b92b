"""A stateful Stripe test mode of our own: REST shapes, hosted card page and signed webhooks, without an account.

Vocabulary: a `Work` is one request's staged changes; a *task* is something the server does later by its own clock;
a *delivery* is one webhook still to be answered with 2xx. Everything under `/v1` is Stripe's interface as its own
SDK speaks it; everything under `/_test` is ours.
"""
