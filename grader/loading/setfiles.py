"""What ``set.toml`` says of a problem set, and which files belong to it; nothing of the set is imported."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import AuthoringError


class SetFile(BaseModel):
    """What ``problems/<set>/set.toml`` may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    problems: list[str] = Field(min_length=1)
    introduction: str = ""
    isolation: str = Field(default="L2", pattern="^L[123]$")
    limits: dict[str, float] = Field(default_factory=dict)
    late: dict[str, float | str] = Field(default_factory=dict)
    attempts_per_day: int = 0
    language: str = Field(default="en", pattern="^[a-z]{2}$")
    files: list[str] = Field(default_factory=list)
    release: dict[str, object] = Field(default_factory=dict)


def find_root(start: Path) -> Path:
    """The nearest folder, upwards from ``start``, that holds ``problems/``.

    Raises:
        AuthoringError: when there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "problems").is_dir():
            return folder
    raise AuthoringError(f"no folder named problems in {start} or above it; run grader in a course folder")


def set_names(root: Path) -> list[str]:
    """The problem sets of a course folder, in alphabetical order."""
    return sorted(path.parent.name for path in (root / "problems").glob("*/set.toml"))


def set_digest(root: Path, name: str, *, reference: bool = True) -> str:
    """SHA-256 over every file that could change a score; imports nothing."""
    digest = hashlib.sha256()
    folders = [root / "problems" / name, *([root / "reference" / name] if reference else [])]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_set_file(root: Path, name: str) -> SetFile:
    """``set.toml`` of one problem set.

    Raises:
        AuthoringError: when the set is unknown (naming those there are) or the file is not as it should be.
    """
    path = root / "problems" / name / "set.toml"
    known = set_names(root)
    if name not in known:
        names = ", ".join(known) or "none"
        raise AuthoringError(f"unknown problem set {name!r}; {root / 'problems'} holds: {names}")
    try:
        return SetFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise AuthoringError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
