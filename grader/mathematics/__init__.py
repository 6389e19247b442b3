"""Reads formulas into trees, prints them, and decides whether two of them are equal."""
