"""The kernel decides one thing: how far did each entity get, and when. Nothing else knows the semantics.

plan → sorted_events → fast path, else entries → sequential, strict or any order → journeys, then tallies, which only
read journeys. Frames at both ends, arrays in between. No files, no statistics.
"""
