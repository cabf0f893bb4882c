"""The contract: facts, counts, ratios, seconds and codes; one declaration gives JSON, Schema and docs. No polars."""
