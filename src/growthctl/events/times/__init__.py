"""Times as people and programs write them, to microseconds since 1970-01-01T00:00Z."""
