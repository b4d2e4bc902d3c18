"""Evidence: canonical bytes, hash chains and what is proved with them."""
