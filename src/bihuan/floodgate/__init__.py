"""How much may come in: token buckets that all processes share."""
