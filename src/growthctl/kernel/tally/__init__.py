"""What is counted over journeys."""
