"""Sealed answers: what a student's machine can recognise without holding it, and what is too soon guessed for that."""

from grader.sealing.guessing import MOST_GUESSES, guesses_until
from grader.sealing.seals import GUESS_SECONDS, Seal, recognise, seal, to_plain

__all__ = ["GUESS_SECONDS", "MOST_GUESSES", "Seal", "guesses_until", "recognise", "seal", "to_plain"]
