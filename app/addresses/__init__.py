"""The places an account has parcels sent to, each kept as it was typed in its country's own parts."""
