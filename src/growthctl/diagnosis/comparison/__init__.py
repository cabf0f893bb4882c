"""Why conversions changed. Read `explain_change` first."""
