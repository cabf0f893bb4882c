"""A report becomes text in a format: layout and headings. Nothing is computed here that another format needs too."""
