from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.execution import Kernel, Limits, Worker
from grader.execution.gpu import Gpu, computes, find_inventory
from grader.execution.isolation import available
from grader.execution.leasing import Leases
from grader.wire import Request

pytestmark = pytest.mark.gpu
LEVEL: Any = next((level for level in ("L3", "L2", "L1") if not available()[level]), "L1")
LIMITS = Limits(cell_seconds=120, call_seconds=60, memory_bytes=32 << 30, submission_seconds=600)


@pytest.fixture(scope="module")
def gpu() -> Gpu:
    found = find_inventory().gpus()
    if not found:
        pytest.skip("no GPU on this machine: neither nvidia-smi nor NVML lists one")
    problem = computes(found[0].uuid).problem
    if problem:
        pytest.skip(f"the GPU {found[0].name} is listed, but {problem}")
    return found[0]


@pytest.fixture(scope="module")
def worker(gpu: Gpu) -> Iterator[Worker]:
    with Worker(("numpy", "torch"), isolation=LEVEL, limits=LIMITS, devices=gpu.files) as started:
        yield started


@pytest.fixture
def kernel(worker: Worker, gpu: Gpu) -> Iterator[Kernel]:
    with worker.kernel(device=gpu.uuid, device_files=gpu.files) as started:
        yield started


def value(kernel: Kernel, name: str) -> Any:
    return kernel.ask(Request("get", name)).value


def test_a_forked_kernel_computes_on_its_gpu(kernel: Kernel) -> None:
    (run,) = kernel.run(["import torch\nx = torch.ones(1000, device='cuda').sum().item()"])

    assert run.error is None
    assert value(kernel, "x") == 1000.0


def test_a_kernel_without_a_lease_sees_no_gpu(worker: Worker) -> None:
    with worker.kernel() as kernel:
        kernel.run(["import torch\nx = torch.cuda.device_count()"])

        assert value(kernel, "x") == 0


def test_a_kernel_sees_its_own_gpu_only(kernel: Kernel) -> None:
    kernel.run(["import torch\nx = torch.cuda.device_count()"])

    assert value(kernel, "x") == 1


def test_running_out_of_gpu_memory_is_an_outcome_of_its_own(kernel: Kernel, gpu: Gpu) -> None:
    run, after = kernel.run(
        [f"import torch\nx = torch.empty({2 * gpu.memory_bytes}, dtype=torch.uint8, device='cuda')", "y = 1"]
    )

    assert run.limit == "gpu memory"
    assert after.error is None


def test_a_hanging_kernel_on_the_gpu_is_stopped(worker: Worker, gpu: Gpu) -> None:
    endless = "import torch\na = torch.rand(4096, 4096, device='cuda')\nwhile True:\n    a = a @ a"
    with worker.kernel(device=gpu.uuid, device_files=gpu.files, limits=Limits(cell_seconds=5)) as kernel:
        started = time.monotonic()
        (run,) = kernel.run([endless])

    assert run.limit == "time"
    assert time.monotonic() - started < 15


def test_memory_is_free_again_after_a_kill(worker: Worker, gpu: Gpu, tmp_path: Path) -> None:
    inventory = find_inventory()
    before = inventory.used_bytes(gpu.uuid)
    with Leases(inventory, folder=tmp_path) as leases:
        with leases.lease(exclusive=True) as lent:
            kernel = worker.kernel(device=lent.gpu.uuid, device_files=lent.gpu.files)
            kernel.run(["import torch\nx = torch.ones(1 << 28, device='cuda')"])
            time.sleep(0.5)
            kernel.close()
        assert inventory.used_bytes(gpu.uuid) <= before + (64 << 20)
    assert lent.peak_bytes > 1 << 30
    assert not lent.problem


def test_a_lease_ends_a_submission_that_uses_too_much(worker: Worker, tmp_path: Path) -> None:
    with (
        Leases(find_inventory(), folder=tmp_path) as leases,
        leases.lease(memory_bytes=2 << 30, exclusive=True) as lent,
        worker.kernel(device=lent.gpu.uuid, device_files=lent.gpu.files) as kernel,
    ):
        lent.kill = kernel.close
        kernel.run(["import torch, time\nx = torch.ones(1 << 30, device='cuda')\ntime.sleep(5)"])

    assert lent.over


def test_equal_seeds_give_equal_numbers(worker: Worker, gpu: Gpu) -> None:
    train = """
import torch
net = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1)).cuda()
optimiser = torch.optim.Adam(net.parameters())
data = torch.randn(64, 16).cuda()
for _ in range(20):
    optimiser.zero_grad()
    loss = net(data).pow(2).mean()
    loss.backward()
    optimiser.step()
x = loss.item()
"""
    seen = []
    for _ in range(2):
        with worker.kernel(device=gpu.uuid, device_files=gpu.files, seed=5) as kernel:
            kernel.run([train])
            seen.append(value(kernel, "x"))

    assert seen[0] == seen[1]


PRODUCT = """
import torch
torch.manual_seed(0)
a, b = torch.randn(512, 512), torch.randn(512, 512)
x = ((a.cuda() @ b.cuda()).cpu() - a.double() @ b.double()).abs().max().item()
"""


def test_matrix_products_are_in_full_single_precision(kernel: Kernel) -> None:
    kernel.run([PRODUCT])

    assert value(kernel, "x") < 1e-3
