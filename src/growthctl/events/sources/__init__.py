"""Who is who, inside a log and across several: ids before and after somebody is known, sources of one funnel."""
