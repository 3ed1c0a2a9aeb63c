"""The compiled half of core.

`tables` is the memory; `moves` and the rules by topic (`carts`, `orders`, `stock`) change it;
`rules` knows which rule a command asks for, `loop` in which order things happen.
"""
