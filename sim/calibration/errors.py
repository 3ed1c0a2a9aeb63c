"""What can go wrong in a fit.

FitImpossible    the lines keep their contract but cannot carry a fit
"""


class FitImpossible(Exception):
    """The lines cannot carry a fit; the text says what is missing and what would help."""
