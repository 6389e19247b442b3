"""Grades what is pushed: receives, queues, fetches as data, grades and publishes."""
