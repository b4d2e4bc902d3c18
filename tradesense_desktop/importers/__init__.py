"""Statements of trading platforms, read into one shape."""
