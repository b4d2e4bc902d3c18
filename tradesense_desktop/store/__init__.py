"""The workspace in SQLite."""
