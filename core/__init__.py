"""The order engine: a deterministic state machine over arrays, fed batches of commands.

Read in this order: `schema` (the records and words), `kernels.rules` (one rule per operation),
`kernels.loop` (the order in which things happen), `engine` (the only door), `journal` (what is
written down and replayed). Nothing here reads a clock, a file or a random number.
"""
