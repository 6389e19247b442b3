"""Tests that need a GPU that computes; elsewhere they are skipped, and say why."""
