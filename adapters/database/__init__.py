"""What the shop keeps on disk: one SQLite file, owned by one process.

Read in this order: `tables` (what is kept), `connection` (how a file is opened, locked and made
safe), `migrate`, `writer` (the one transaction of a batch), `store` (the door).
"""
