"""Formats of files: each is a file that keeps to `interface`; `recognise` lists them, and finds that of a file."""
