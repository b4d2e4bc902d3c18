"""Files made for others from a ledger."""
