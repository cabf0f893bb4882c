"""A comparison in words: the screen that answers, and what it rests on."""
