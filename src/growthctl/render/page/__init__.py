"""What a page says, in which order: from a report to blocks, once for every format that people read."""
