"""What a trader sees: challenges, one challenge, import."""
