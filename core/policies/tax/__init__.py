"""Taxes: `table` knows the rates of a place and time, `lines` what lies on a receipt."""
