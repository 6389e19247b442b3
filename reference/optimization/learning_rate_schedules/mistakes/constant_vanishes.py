"""A constant rate stays what it is; its limit is not 0."""

loses = ("constant_rate",)

constant_vanishes = "yes"
