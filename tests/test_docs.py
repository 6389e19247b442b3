"""Commands in the documentation exist, with the options that are shown, and links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```(?:console|sh|bash)?\n(.*?)```", text, re.DOTALL):
            for line in block.splitlines():
                plain = line.removeprefix("$ ").strip().removeprefix(".venv/bin/")
                if plain.startswith("grader "):
                    found.append((page.name, plain.partition(" ||")[0].partition(" | ")[0].partition("  #")[0]))
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_command_in_the_docs_is_one(page: str, line: str):
    words = shlex.split(line)[1:]
    if words[0].startswith("-"):
        return
    assert words[0] in COMMANDS, f"{page}: {line}"
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None
    words = words[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.get_command(click.Context(command), words.pop(0))
        assert command is not None, f"{page}: {line}"

    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}

    used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)} - {"--help", "-h"}
    assert used <= known, f"{page}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_help_answers_without_anything_heavy():
    script = (
        "import sys; from grader.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'torch', 'numpy', 'nbclient', 'sympy', 'matplotlib'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("[]")
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


def test_first_steps_of_an_author_work(tmp_path: Path):
    for arguments in (["new", "demo/softmax_mean"], ["validate", "demo"]):
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    assert "0 with faults" in done.stdout
