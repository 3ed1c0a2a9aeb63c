"""The decisions of the selling system, as pure integer functions: rules in, amounts out.

Read in this order: `split` (how an amount is divided without losing a minor unit), `currencies`,
`prices` (what a sku costs where and when), `baskets` (what the customer brings), `promotions`
(the offers of the shop), `discounts` (what one offer gives), `choosing` (which offers apply),
`tax`, `receipt` (the whole, and refunds of its parts).

The engine's commands carry the amounts that come out here; it never computes them itself. Nothing
here knows a clock, chance, a file or a float.
"""
