"""The contract: facts, counts, ratios, seconds and slugs. No sentences, no percent signs, no colours."""
