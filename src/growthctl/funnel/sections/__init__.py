"""The funnel file by its sections: the models that validate it, and that its JSON Schema comes from."""
