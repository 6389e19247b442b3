"""Texts of others in cells of a spreadsheet, where a text that starts like a formula would be carried out."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: with a leading quote where it starts like one.

    One that begins with quotes and then like a formula gets one more, so that `restored` takes off exactly one.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def restored(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def on_one_line(text: str) -> str:
    """The same words with one blank wherever lines end, neutral."""
    return neutral(" ".join(text.splitlines()).strip())
