"""The command line: parse, call one function, write, exit. No computing, no wording of results."""
