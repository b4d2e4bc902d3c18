"""Series and summaries over a ledger: numpy, no I/O."""
