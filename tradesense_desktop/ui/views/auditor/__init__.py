"""Places where the history is inspected: the audit log."""
