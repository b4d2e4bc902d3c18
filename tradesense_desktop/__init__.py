"""TradeSense Desktop: prop-trading challenges, judged exactly, offline, with a history that can be proved."""

__version__ = "0.1.0"
