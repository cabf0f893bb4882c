"""What is odd about a log. Read `detect` first."""
