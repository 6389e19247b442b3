"""The archive for Gradescope grades a submission with its own scripts, and tells when it cannot."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.exporting.autograder import autograder_zip
from grader.pipeline.releasing import write_solutions
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, make_course, notebook
from tests.test_exporting import read_gradescope


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    place = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(autograder_zip(root, "demo"))) as archive:
        archive.extractall(place / "source")
    (place / "submission").mkdir()
    return place


def run(home: Path) -> dict[str, object]:
    script = home / "source" / "run_autograder"
    environment = {**os.environ, "AUTOGRADER": str(home), "GRADER_BIN": str(Path(sys.executable).parent),
                   "GRADER_ISOLATION": "L1"}  # fmt: skip
    subprocess.run(["bash", str(script)], env=environment, check=True, capture_output=True)
    content: dict[str, object] = json.loads((home / "results" / "results.json").read_text())
    return content


def test_archive_holds_what_gradescope_asks_for(home: Path):
    source = home / "source"

    assert (source / "setup.sh").exists()
    assert (source / "run_autograder").exists()
    assert (source / "grader" / "grader" / "rendering" / "templates" / "style.css").exists()
    assert (source / "course" / "reference" / "demo" / "mean" / "solution.py").exists()
    for script in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", str(source / script)], check=True)


def test_submission_is_graded_by_the_archive(home: Path):
    (home / "submission" / "hw (1).ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))

    content = run(home)

    read_gradescope(content)
    assert content["score"] == 5
    assert oct((home / "results").stat().st_mode)[-3:] == "700"


def test_failing_autograder_says_so_and_gives_no_score(home: Path):
    (home / "source" / "course" / "problems" / "demo" / "mean.py").write_text("1 / 0")
    (home / "submission" / "demo.ipynb").write_text(notebook(RIGHT_MEAN))

    content = run(home)

    assert "This is not a score" in str(content["output"])


def test_sheet_with_solutions_has_every_solution(tmp_path: Path):
    [path] = write_solutions(make_course(tmp_path), "demo", tmp_path / "out")

    cells = json.loads(path.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    assert any("mean = a / 2" in source for source in sources)
    assert any("return 2 * x" in source for source in sources)
    assert not any("# answer:" in source for source in sources)
