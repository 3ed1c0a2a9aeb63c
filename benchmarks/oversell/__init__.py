"""The oversell lab: shops with one real defect each, and whether the contract catches them."""
