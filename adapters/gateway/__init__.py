"""The one task that owns a live engine.

Read in this order: `chains` (what a caller hands in), `clock` (times and ids), `replies` (what
comes back), `batches` (from answers and events to rows), `recovery` (from the journal to an
engine), `gateway` (the task itself).
"""
