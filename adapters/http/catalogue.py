"""From the shop's names to the engine's numbers, and back."""

from collections.abc import Sequence

import numpy as np

from adapters.database.store import Location, Product
from adapters.http.problems import Problem, listed, unknown


class Catalogue:
    """Products and locations in memory, as they lie in the database."""

    def __init__(
        self, products: Sequence[Product], locations: Sequence[Location], skus_max: int
    ) -> None:
        self.skus_max = skus_max
        self.names: list[str] = []  # by the engine's number
        self.sku_of_name: dict[str, int] = {}
        self.sku_of_product: dict[int, int] = {}
        for product in products:
            self.add(product)
        self.locations = [place.name for place in locations]
        self._location_of_name = {place.name: n for n, place in enumerate(locations)}
        selling = [number for number, place in enumerate(locations) if place.selling]
        self.selling = np.array(selling, np.intp)
        self._only = selling[0] if len(selling) == 1 else None

    def add(self, product: Product) -> None:
        """Enter a product that the database holds."""
        assert product.sku == len(self.names)
        self.names.append(product.name)
        self.sku_of_name[product.name] = product.sku
        self.sku_of_product[product.product_id] = product.sku

    def sku(self, name: str, line: int) -> int:
        """The engine's number of a sku.

        Raises:
            Problem: nobody knows it; says which one was probably meant.
        """
        number = self.sku_of_name.get(name)
        if number is None:
            raise unknown("sku-unknown", "sku", name, self.sku_of_name, line=line)
        return number

    def location(self, name: str | None, line: int) -> int:
        """The engine's number of a location; a shop that sells at one need not name it.

        Raises:
            Problem: nobody knows it, or it must be named.
        """
        if name is None:
            if self._only is None:
                places = listed([self.locations[number] for number in self.selling])
                raise Problem("location-missing", f"name one of {places}", line=line)
            return self._only
        number = self._location_of_name.get(name)
        if number is None:
            raise unknown("location-unknown", "location", name, self._location_of_name, line=line)
        return number

    def product(self, product_id: int) -> int:
        """The engine's number of a product.

        Raises:
            Problem: nobody knows it; says which one was probably meant.
        """
        number = self.sku_of_product.get(product_id)
        if number is None:
            known = [str(one) for one in self.sku_of_product]
            raise unknown("product-unknown", "product", str(product_id), known)
        return number
