"""Textbook formulas on small numbers, each with its source; file names as in statsmodels.

In and out: counts, rates, probabilities. Nothing of ours may enter: no stage, no log, no verdict.
"""
