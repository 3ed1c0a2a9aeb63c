"""The compiled half of core: `tables` (memory), `rules` (one per operation), `loop` (the order)."""
