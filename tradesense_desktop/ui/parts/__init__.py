"""Small parts from which views are built: words in a tone, icon buttons, lines, bars."""
