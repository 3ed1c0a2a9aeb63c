"""Effective-dated prices: `rows` is the data and what is refused, `book` finds what holds."""
