"""The history of the tables, run by `adapters.database.migrate`."""
