"""SQL that unloads the rows and columns that a funnel needs, as each warehouse writes it."""
