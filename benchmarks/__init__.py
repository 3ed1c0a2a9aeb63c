"""Benchmarks and labs: each ends in an assertion of what it computed."""
