"""Rules that change which attempts there are, or whose events they may use."""
