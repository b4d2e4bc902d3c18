"""Charts: what is drawn is exact per pixel column, and all of it can be had without a mouse."""
