"""From what the user named to one lazy frame: which files, opened, held in memory where that saves a second look."""
