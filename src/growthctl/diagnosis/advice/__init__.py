"""What to try: the playbook, what triggers its levers, and how large a test must be."""
