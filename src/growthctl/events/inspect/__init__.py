"""What a log is that nobody has described yet: its columns, what they may be, its events."""
