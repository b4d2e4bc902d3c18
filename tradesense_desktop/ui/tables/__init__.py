"""Tables over any number of rows: pages read in the background, never all of them."""
