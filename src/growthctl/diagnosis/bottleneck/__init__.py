"""Which transition is the widest bottleneck, how sure that is, and who holds its gap. Read `widest` first."""
