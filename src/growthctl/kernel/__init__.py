"""The kernel decides one thing: how far did each entity get, and when. Nothing else knows the semantics.

match → ties → attempts → journeys, then segments and counts, which only read journeys. No files, no statistics.
"""
