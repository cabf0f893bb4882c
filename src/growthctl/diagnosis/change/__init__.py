"""What changed and has not come back: stretches with another rate, rates that sink. Read `scan` first."""
