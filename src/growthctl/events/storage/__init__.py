"""Where rows are kept while they are worked on: in memory as far as that goes, else in files that are deleted."""
