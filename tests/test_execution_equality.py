"""Our kernel shows what plain nbclient's kernel shows, cell by cell."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.execution import Limits, Worker
from tests.test_execution_worker import LEVEL
from tests.torture import CELLS

MASKS = (
    (r"0x[0-9a-f]+", "ADDRESS"),
    (r"ipykernel_\d+/\d+|/tmp/[\w/-]+", "PATH"),
    (r"IPY_MODEL_\w+|\b[0-9a-f]{32}\b", "MODEL"),
    (r"image/(png|jpeg)\": \"[^\"]{100,}\"", "IMAGE"),
    (r"Thread-\d+|\bpid=?\s*\d+", "NUMBER"),
)


def masked(outputs: Sequence[Any]) -> str:
    """Outputs as text, texts of one stream joined, without what differs between two runs."""
    joined: list[Any] = []
    for output in json.loads(json.dumps(outputs)):
        if output["output_type"] == "stream" and joined and joined[-1].get("name") == output["name"]:
            joined[-1]["text"] += output["text"]
        else:
            joined.append(output)
    text = json.dumps(joined, sort_keys=True).replace("~/", f"{Path.home()}/")
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return run_plain(tmp_path_factory.mktemp("plain"))


def run_plain(folder: Path) -> list[str]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, allow_errors=True, timeout=60, resources=resources, shutdown_kernel="immediate", kernel_name="python3"
    )
    client.execute()
    return [masked(cell.outputs) for cell in notebook.cells]


@pytest.mark.filterwarnings("ignore")  # nbclient's own kernel management warns about its event loop and sockets
@pytest.mark.parametrize(("level", "fork"), [(LEVEL, True), ("L1", False)], ids=["forked", "cold"])
def test_outputs_equal_plain_nbclients(plain: list[str], level: Any, *, fork: bool, tmp_path: Path) -> None:
    limits = Limits(output_bytes=1 << 24, cell_seconds=60)
    with Worker((), isolation=level, limits=limits, commands=True, fork=fork) as worker, worker.kernel() as kernel:
        runs = kernel.run(CELLS)

    different = [index for index in range(len(CELLS)) if masked(runs[index].outputs) != plain[index]]
    if different:  # a cell that two runs of plain nbclient show differently cannot be compared
        again = run_plain(tmp_path)
        different = [index for index in different if plain[index] == again[index]]
    assert [(CELLS[index], runs[index].outputs) for index in different] == []
