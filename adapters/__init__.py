"""The engine's home in a shop: service, database, imports.

Adapters turn what the world sends (requests, exports) into the records of core and the frames of
scenarios, and back. They know the clock, the disk and the network; sim does not know them.
"""
