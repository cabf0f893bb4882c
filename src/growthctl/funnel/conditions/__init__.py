"""Conditions on one event: both notations of `where`, and the tree that they become."""
