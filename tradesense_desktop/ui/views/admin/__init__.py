"""Places where administrators decide: alerts, payments, keys, funding, people."""
