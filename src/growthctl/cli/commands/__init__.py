"""One command a file: parse, call one function, write, exit."""
