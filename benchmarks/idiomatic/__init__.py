"""The order engine as one would write it in good plain Python: dataclasses, dictionaries, a heap.

The yardstick of the compiled engine, with the same rules for the operations of `benchmarks.mix`:
refusals in the same order, events, accounts, movements that late counts look back on, remembered
ids and bodies, expiry, all-or-nothing chains. Not a specification (that is the naive model of the
tests), but `bench_engine` holds its answers against the kernel's. Nothing here is slow on purpose.

`records` is what is passed around, `book` the state and what every rule needs; `stock`, `carts`,
`orders`, `transfers` are the rules, one function an operation; `shop` is the door.
"""

from benchmarks.idiomatic.shop import Shop

__all__ = ["Shop"]
