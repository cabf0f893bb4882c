"""Conditions as polars expressions, whatever types the columns of the log have."""
