"""The contract: facts, counts, ratios, seconds and codes, one declaration for JSON, Schema and docs. Loads no polars."""
