"""Who got how far: from the sorted events of some entities to their journeys. Read `find_journeys` first.

fast_path settles most; for the others entries → sequential, strict or any_order → best_attempt.
"""
