"""The room of the event log: files in, one canonical lazy frame out, and what had to be left out of it and why.

In: where the log is and which columns say who, what and when. Out: rows of entity, event and time (`rows`), the
instants that people write (`time`), conditions as expressions (`condition`), the log's quality (`quality`).
Must not enter: stages, attempts, windows, rates; whatever decides how far an entity got.
"""
