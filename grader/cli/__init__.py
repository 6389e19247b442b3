"""The command line: one module per command, imported only when it is called."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

import click

from grader.cli.terminal import write_any_text
from grader.errors import AuthoringError, EnvironmentFault, GraderError, SubmissionError

EXIT_ATTENTION = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
EXIT_INTERRUPTED = 130

COMMANDS: dict[str, tuple[str, str]] = {
    "grade": ("grader.cli.grade", "Grade a class, or one notebook."),
    "merge": ("grader.cli.merge", "Join the shares of a class that several machines graded."),
    "check": ("grader.cli.check", "Check a notebook on your own machine; not the grade."),
    "render": ("grader.cli.render", "Rebuild all pages from the ledger; executes nothing."),
    "validate": ("grader.cli.validate", "Test a problem set: solutions, accepted forms, known mistakes."),
    "collect": ("grader.cli.collect", "Take in a download of Moodle, Canvas or Gradescope."),
    "review": ("grader.cli.review", "Settle what a person has to decide."),
    "regrade": ("grader.cli.regrade", "Judge a class again after a check was mended; executes nothing."),
    "export": ("grader.cli.export", "Write a graded class in the format of another system."),
    "calibrate": ("grader.cli.calibrate", "Propose tolerances from how much a reference's numbers differ."),
    "release": ("grader.cli.release", "Write what students get: the notebook and the self-check bundle."),
    "serve": ("grader.cli.serve", "Grade what is pushed, told by webhooks."),
    "poll": ("grader.cli.poll", "Grade what was pushed, by asking the remotes."),
    "new": ("grader.cli.new", "Start a new problem from a skeleton."),
    "compare": ("grader.cli.compare", "Decide whether two formulas are equal."),
    "doctor": ("grader.cli.doctor", "Tell what isolation this machine can give, measured."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that ``--help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grader")
def cli() -> None:
    """Grade machine-learning problem sets: theory as rigorously as code."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command; an expected error is one line, never a traceback.

    Exit status: 0 all is well, 1 somebody must look, 2 a wrong argument or file, 3 this machine lacks something,
    130 interrupted.
    """
    write_any_text()
    # what is read must not depend on a plugin that happens to be installed, and to look for one takes time
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(200_000)  # by default every 700 new objects, a tenth of the time that a short command takes
    try:
        result: Any = cli.main(args=arguments, prog_name="grader", standalone_mode=False)
        status = result if isinstance(result, int) else 0
    except click.exceptions.Abort:
        click.echo("interrupted; what is graded is kept, and the next run continues", err=True)
        status = EXIT_INTERRUPTED
    except KeyboardInterrupt:
        click.echo("interrupted; what is graded is kept, and the next run continues", err=True)
        status = EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        status = EXIT_USAGE
    except click.exceptions.Exit as error:
        status = error.exit_code
    except EnvironmentFault as error:
        click.echo(f"grader: {error}", err=True)
        status = EXIT_ENVIRONMENT
    except (AuthoringError, SubmissionError, GraderError) as error:
        click.echo(f"grader: {error}", err=True)
        status = EXIT_USAGE
    except BrokenPipeError:
        status = 141
    gc.freeze()  # on the way out all that is left would be looked through once more
    sys.exit(status)
