"""The kernel decides one thing: how far did each entity get, and when. Nothing else knows the semantics.

match → ordered → minima → starts → sequential, strict or any order → journeys, then segments and counts, which only
read journeys. Frames at both ends, arrays in between. No files, no statistics.
"""
