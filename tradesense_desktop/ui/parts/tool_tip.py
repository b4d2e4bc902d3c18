"""Tool tips that quote: what a file, a server or a database said stays text, whatever it looks like."""

from html import escape


def quoting_tip(text: str) -> str:
    """`text` as a tool tip that shows every character of it; Qt alone would take what looks like markup for markup."""
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>' if "<" in text else text
