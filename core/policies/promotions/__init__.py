"""Offers: `gifts` (what one gives), `offers` (when and to whom), `discounts`, `choosing`."""
