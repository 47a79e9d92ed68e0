"""Relacja: one record of each customer, one stream of what happens to them."""

VERSION = "0.1.0"
