"""From counts and judgements to the report, with the words that it has; nothing is decided here."""
