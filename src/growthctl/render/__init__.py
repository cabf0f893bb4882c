"""A report becomes text: rounding, words, layout. Nothing is computed here that another format would need too."""
