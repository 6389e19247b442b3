"""Writes results in the formats that a course's other systems take in."""
