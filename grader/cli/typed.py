"""Turns a function with Typer's annotations into the command that the lazy group hands out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import typer


def as_command(function: Callable[..., Any]) -> click.Command:
    """A click command from an annotated function; its return value is the exit status."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command()(function)
    return typer.main.get_command(app)
