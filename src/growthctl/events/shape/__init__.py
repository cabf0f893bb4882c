"""From the columns that a file has to one row an event and one column a name: fields of nested values, lists of events,
columns made of several.
"""
