"""Facts and notices become sentences: the only room with words, and the only one that rounds."""
