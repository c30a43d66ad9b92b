"""The queue, in the same PostgreSQL: a job is enqueued in the transaction that needs it."""
