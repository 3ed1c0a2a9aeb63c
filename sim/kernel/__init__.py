"""What happens in numbers, compiled: the same rules of core, fed by arrays instead of processes.

`world` is the state, `messages` carries stock to the web shop, `store` sells at tills, `web` takes
orders, books and picks them, `advance` puts all of it in order.
"""
