"""Which event of an entity is what to its journey, and why."""
