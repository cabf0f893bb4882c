"""The room of the funnel file: what a funnel is, how it is written, what is wrong with it.

In: YAML or a mapping. Out: a frozen `Funnel`, or every problem at once, each with its place.
Must not enter: event logs, polars, counting, printing.
"""
