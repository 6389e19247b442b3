from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from grader.execution import Limits, Worker
from grader.kernel.warming import PreloadError, check_forkable, collapse_pages, preload
from grader.wire import Request
from tests.test_execution_worker import LEVEL, texts


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(("numpy", "torch"), isolation=LEVEL, limits=Limits(threads=2)) as started:
        yield started


def test_a_forked_kernel_can_use_several_threads(worker: Worker) -> None:
    product = """
import torch
x = torch.ones(1500, 1500, dtype=torch.float64)
y = (x @ x).sum().item()
n = torch.get_num_threads()
"""
    with worker.kernel() as kernel:
        (run,) = kernel.run([product])

        assert run.error is None
        assert kernel.ask(Request("get", "y")).value == 1500.0**3
        assert kernel.ask(Request("get", "n")).value == 2


def test_training_and_loading_in_processes_work_after_a_fork(worker: Worker) -> None:
    code = """
import torch
from torch.utils.data import DataLoader, TensorDataset
net = torch.nn.Linear(2, 1)
optimiser = torch.optim.Adam(net.parameters())
seen = 0
for (batch,) in DataLoader(TensorDataset(torch.rand(8, 2)), batch_size=4, num_workers=1):
    optimiser.zero_grad()
    net(batch).pow(2).mean().backward()
    optimiser.step()
    seen += len(batch)
print(seen)
"""
    with worker.kernel() as kernel:
        (run,) = kernel.run([code])

    assert run.error is None
    assert texts(run).endswith("8\n")


def test_torchs_random_numbers_follow_the_seed(worker: Worker) -> None:
    drawn = []
    for seed in (5, 5, 6):
        with worker.kernel(seed=seed) as kernel:
            drawn.append(texts(kernel.run(["import torch\nprint(torch.rand(3).tolist())"])[0]))

    assert drawn[0] == drawn[1] != drawn[2]


def test_what_runs_a_thread_is_not_forked() -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    try:
        with pytest.raises(PreloadError, match="threads run after preloading"):
            check_forkable()
    finally:
        release.set()
        thread.join()


def test_what_has_touched_cuda_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.listdir", lambda _: ["1"])
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=SimpleNamespace(is_initialized=lambda: True)))

    with pytest.raises(PreloadError, match="CUDA was initialised"):
        check_forkable()


def test_a_module_that_cannot_be_imported_is_named() -> None:
    with pytest.raises(PreloadError, match="no_such_module cannot be imported"):
        preload(["no_such_module"])


def test_collapsing_pages_does_no_harm() -> None:
    numbers = list(range(1_000_000))

    assert collapse_pages() >= 0
    assert sum(numbers) == 499_999_500_000


def test_libraries_that_are_imported_later_are_seeded_too() -> None:
    draw = "import numpy, torch\nprint(numpy.random.rand(), torch.rand(1).item(), torch.get_num_threads())"
    drawn = []
    with Worker((), isolation=LEVEL, limits=Limits(threads=2)) as bare:
        for seed in (5, 5, 6):
            with bare.kernel(seed=seed) as kernel:
                drawn.append(texts(kernel.run(["import random", draw])[0 + 1]))

    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0].endswith(" 2\n")
