"""What is wrong with a rule or a basket; every message names the place and what would be right.

PolicyError (a ValueError)
├── SplitImpossible      nothing to carry an amount, or a part larger than its whole
├── CurrencyUnknown      not a code of ISO 4217, or a text that is not an amount of it
├── PriceBookInvalid     a row that cannot be meant, refused when the book is made
├── PriceMissing         nothing in the book covers this sku, place and time
├── PromotionInvalid     an offer that cannot be meant, refused when it is made
├── TaxTableInvalid      a rate that cannot be meant, refused when the table is made
├── TaxRateMissing       nothing in the table covers this jurisdiction, class and time
├── BasketInvalid        a basket that cannot be meant
└── RefundImpossible     more comes back than was sold
"""


class PolicyError(ValueError):
    """Root of what core.policies raises."""


class SplitImpossible(PolicyError):
    """Nothing carries the amount, or a part is larger than its whole."""


class CurrencyUnknown(PolicyError):
    """The code is none of ISO 4217, or the text is no amount in that currency."""


class PriceBookInvalid(PolicyError):
    """A row of a price book cannot be meant; the message names the row."""


class PriceMissing(PolicyError):
    """No price covers a sku at its location, channel and time."""


class PromotionInvalid(PolicyError):
    """A promotion cannot be meant; the message names it."""


class TaxTableInvalid(PolicyError):
    """A row of a tax table cannot be meant; the message names the row."""


class TaxRateMissing(PolicyError):
    """No rate covers a jurisdiction and tax class at a time; a zero rate is a row of its own."""


class BasketInvalid(PolicyError):
    """A basket cannot be meant; the message names the line."""


class RefundImpossible(PolicyError):
    """More units come back than were sold and are still out."""
