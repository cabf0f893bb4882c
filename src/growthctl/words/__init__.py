"""Facts and notices become sentences, and numbers are rounded. Nothing is decided here."""
