"""Turns a function with Typer's annotations into the command that the lazy group hands out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import typer


def as_command(function: Callable[..., Any], *, negative: bool = False) -> click.Command:
    """A click command from an annotated function; its return value is the exit status.

    With ``negative`` an argument may begin with a minus: what is no option of the command is an argument.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(context_settings={"ignore_unknown_options": negative})(function)
    return typer.main.get_command(app)
