"""What is wrong between the keys of a funnel file."""
