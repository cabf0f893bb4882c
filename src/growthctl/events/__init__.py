"""The room of the event log: files in, the events that may matter to a funnel out, and what was left out and why.

In: where the log is, and the funnel. Out: rows of entity, event and time (`rows`) with the stages and exclusions that
each matches (`stage_flags`), the log's quality, and notices of what is odd (`warnings`). Read `collect` first.
Must not enter: attempts, windows, rates; whatever decides how far an entity got.
"""
