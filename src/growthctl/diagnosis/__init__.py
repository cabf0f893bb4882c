"""The statistics of a funnel: ripe rates, the widest bottleneck and how sure it is, and what to try.

Everything here is arithmetic on small counts, seeded and deterministic; read `analysis` first.
No event log, no frame and no prose may enter: counts come in, numbers, codes and notices go out.
The one exception is the playbook, which is data: sentences that are handed on as they stand.
"""
