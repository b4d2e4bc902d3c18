"""The places of the window, by role."""
