"""The engine's rules in C: what compiled Python is measured against.

`engine.c` (with `tables.h` and `rules.h`) is the alternative, `build` compiles it on the spot,
`engine` gives it the door of `core.engine.Engine`.
"""
