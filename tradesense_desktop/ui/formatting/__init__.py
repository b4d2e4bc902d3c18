"""Figures and instants as a person reads them: the locale's marks, the chosen time zone, privacy."""
