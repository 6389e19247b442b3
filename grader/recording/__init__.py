"""The ledger: every result that was ever reached, in one SQLite file beside the reports."""

from grader.recording.ledger import Ledger

__all__ = ["Ledger"]
