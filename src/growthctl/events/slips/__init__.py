"""What is odd about a log, or between it and its funnel: slips rather than facts."""
