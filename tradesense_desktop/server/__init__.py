"""The firm's PostgreSQL."""
