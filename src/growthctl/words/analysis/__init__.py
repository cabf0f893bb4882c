"""An analysis in words: the screen that answers, and what it rests on."""
