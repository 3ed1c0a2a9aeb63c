"""The decisions of the selling system, as pure integer functions: rules in, amounts out.

Read in this order: `split` (how an amount is divided without losing a minor unit), `rounding`,
`currencies`, `prices` (what a sku costs where and when), `baskets` (what the customer brings),
`promotions` (what the shop offers, what one offer takes off, which offers apply), `tax`, `receipt`
(the whole, and refunds of its parts).

The engine's commands carry the amounts that come out here; it never computes them itself. Nothing
here knows a clock, chance, a file or a float, and nothing is compiled: a basket is a few lines, and
Python's integers do not overflow; the lookup of many prices is numpy's.
"""
