"""JSON API foundations: OpenAPI 3.1, RFC 9457 problem details, Idempotency-Key."""
