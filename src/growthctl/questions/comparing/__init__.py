"""What `compare` compares: which ranges, their journeys, and what these come to."""
