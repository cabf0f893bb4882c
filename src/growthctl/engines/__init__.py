"""Who runs the kernel over how much: the parts of a log, one after the other, chunks of each side by side."""
