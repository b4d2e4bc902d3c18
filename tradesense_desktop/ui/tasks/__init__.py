"""Work off the interface thread: reads and writes, with progress, cancel and failures that are seen."""
