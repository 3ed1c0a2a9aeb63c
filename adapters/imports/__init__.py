"""Exports that shops have, read into the canonical frames of `scenarios.frames`.

One module an export format. Each has a `read` that ends in a checked frame and raises the errors
of `adapters.imports.errors`, never the reader's own.
"""
