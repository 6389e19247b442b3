from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.errors import EnvironmentFault
from grader.execution.gpu import Computing, Gpu, NoGpus, NvidiaSmi, Nvml, computes, find_inventory, slices_of
from grader.execution.leasing import Leases, allotted, choose, visible
from grader.execution.limits import limit_of_error

GIB = 1 << 30
LISTING = """\
GPU-1111, 0, NVIDIA H100, 81559, 550.54.15, Disabled
GPU-2222, 1, NVIDIA T4, 15360, 550.54.15, Disabled
GPU-3333, 2, NVIDIA A100, 40960, 550.54.15, Enabled
"""
SLICES = """\
GPU 0: NVIDIA H100 (UUID: GPU-1111)
GPU 2: NVIDIA A100 (UUID: GPU-3333)
  MIG 3g.20gb     Device  0: (UUID: MIG-aaaa)
  MIG 3g.20gb     Device  1: (UUID: MIG-bbbb)
"""


def smi(arguments: Sequence[str]) -> str:
    asked = " ".join(arguments)
    if "-L" in arguments:
        return SLICES
    if "memory.used" in asked:
        return "417\n" if "GPU-1111" in asked else "[N/A]\n"
    if "compute-apps" in asked:
        return "4242, 310\n4243, [N/A]\n"
    return LISTING


class FakeGpus:
    """GPUs whose memory a test sets."""

    def __init__(self, *sizes: int) -> None:
        self.found = [Gpu(f"GPU-{at}", at, "fake", size, "1.0", ()) for at, size in enumerate(sizes)]
        self.used: dict[str, int] = {gpu.uuid: 0 for gpu in self.found}

    def gpus(self) -> Sequence[Gpu]:
        return self.found

    def used_bytes(self, uuid: str) -> int:
        return self.used[uuid]

    def process_bytes(self, uuid: str) -> Mapping[int, int]:
        return {}


def works(_: str) -> Computing:
    return Computing("", {})


def leases(inventory: FakeGpus, tmp_path: Path, **more: Any) -> Leases:
    return Leases(inventory, **{"try_out": works, "folder": tmp_path, "release_seconds": 0.2, **more})


def test_the_drivers_program_lists_gpus_and_slices() -> None:
    found = NvidiaSmi(run=smi).gpus()

    assert [gpu.uuid for gpu in found] == ["GPU-1111", "GPU-2222", "MIG-aaaa", "MIG-bbbb"]
    assert found[0].memory_bytes == 81559 << 20
    assert found[2].memory_bytes == (40960 << 20) // 2
    assert found[2].sliced
    assert found[0].driver == "550.54.15"


def test_the_drivers_program_tells_memory() -> None:
    inventory = NvidiaSmi(run=smi)

    assert inventory.used_bytes("GPU-1111") == 417 << 20
    assert inventory.process_bytes("GPU-1111") == {4242: 310 << 20}
    with pytest.raises(LookupError, match="does not tell"):
        inventory.used_bytes("GPU-2222")


@pytest.mark.parametrize("output", ["", "NVIDIA-SMI has failed\n", "No devices were found\n", "a, b\n"])
def test_a_driver_that_fails_lists_nothing(output: str) -> None:
    assert NvidiaSmi(run=lambda _: output).gpus() == []


def test_slices_belong_to_the_gpu_above_them() -> None:
    assert slices_of(SLICES) == {"GPU-3333": ("MIG-aaaa", "MIG-bbbb")}
    assert slices_of("nothing\n") == {}


class FakeLibrary:
    """NVML's C functions, as far as they are called, for one GPU."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.answer(name, arguments)

    def answer(self, name: str, arguments: tuple[Any, ...]) -> int:
        match name:
            case "nvmlDeviceGetCount_v2":
                arguments[0]._obj.value = 1
            case "nvmlDeviceGetUUID":
                arguments[1].value = b"GPU-9999"
            case "nvmlDeviceGetName" | "nvmlSystemGetDriverVersion":
                arguments[-2].value = b"fake"
            case "nvmlDeviceGetMemoryInfo":
                arguments[1]._obj.total, arguments[1]._obj.used = 8 * GIB, GIB
            case "nvmlDeviceGetComputeRunningProcesses_v3":
                arguments[1]._obj.value = 1
                arguments[2][0].pid, arguments[2][0].used = 77, 5
            case "nvmlDeviceGetHandleByUUID":
                return 0 if arguments[0] == b"GPU-9999" else 6
        return 0


def test_the_drivers_library_lists_the_same() -> None:
    inventory = Nvml(FakeLibrary())

    (gpu,) = inventory.gpus()

    assert (gpu.uuid, gpu.name, gpu.memory_bytes) == ("GPU-9999", "fake", 8 * GIB)
    assert inventory.used_bytes("GPU-9999") == GIB
    assert inventory.process_bytes("GPU-9999") == {77: 5}
    with pytest.raises(OSError, match="fails with code 6"):
        inventory.used_bytes("GPU-0000")


def test_without_a_driver_there_are_no_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise OSError("no such library")

    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(ctypes, "CDLL", refuse)

    inventory = find_inventory()

    assert list(inventory.gpus()) == []
    with pytest.raises(LookupError, match="no GPU GPU-1"):
        inventory.used_bytes("GPU-1")


def test_a_gpu_that_is_listed_but_does_not_compute_says_why(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'RuntimeError: no kernel image' >&2\nexit 1\n")
    python.chmod(0o755)

    assert computes("GPU-1", python=str(python)).problem == "it does not compute: RuntimeError: no kernel image"


def test_a_gpu_that_hangs_is_given_up(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)

    assert "in 0.2 seconds" in computes("GPU-1", python=str(python), seconds=0.2).problem


def test_a_gpu_that_computes_tells_its_versions(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho warning\necho \'{"right": true, "torch": "2.13"}\'\n')
    python.chmod(0o755)

    assert computes("GPU-1", python=str(python)) == Computing("", {"torch": "2.13"})


def test_one_submission_has_a_gpu_at_a_time(tmp_path: Path) -> None:
    with leases(FakeGpus(8 * GIB), tmp_path) as lending:
        with lending.lease() as first:
            assert first.gpu.uuid == "GPU-0"
            with pytest.raises(EnvironmentFault, match="became free"), lending.lease(seconds=0.3):
                pass
        with lending.lease(seconds=1):
            pass


def test_two_submissions_have_two_gpus(tmp_path: Path) -> None:
    with leases(FakeGpus(8 * GIB, 8 * GIB), tmp_path) as lending, lending.lease() as one, lending.lease() as two:
        assert {one.gpu.uuid, two.gpu.uuid} == {"GPU-0", "GPU-1"}


def test_a_waiting_submission_gets_what_is_given_back(tmp_path: Path) -> None:
    with leases(FakeGpus(8 * GIB), tmp_path) as lending:
        taken: list[float] = []

        def wait() -> None:
            with lending.lease(seconds=5):
                taken.append(time.monotonic())

        with lending.lease():
            waiting = threading.Thread(target=wait)
            waiting.start()
            time.sleep(0.1)
            assert not taken
            freed = time.monotonic()
        waiting.join()
        assert taken[0] >= freed


def test_sharing_is_for_what_is_not_measured(tmp_path: Path) -> None:
    with leases(FakeGpus(8 * GIB), tmp_path, slots=2) as lending, lending.lease():
        with lending.lease(seconds=0.3):
            pass
        with pytest.raises(EnvironmentFault, match="became free"), lending.lease(exclusive=True, seconds=0.3):
            pass


def test_another_grader_on_the_machine_is_kept_out(tmp_path: Path) -> None:
    gpus = FakeGpus(8 * GIB)
    with (
        leases(gpus, tmp_path) as ours,
        leases(gpus, tmp_path) as theirs,
        ours.lease(),
        pytest.raises(EnvironmentFault, match="became free"),
        theirs.lease(seconds=0.3),
    ):
        pass


def test_a_gpu_that_is_too_small_is_not_lent(tmp_path: Path) -> None:
    with (
        leases(FakeGpus(8 * GIB), tmp_path) as lending,
        pytest.raises(EnvironmentFault, match=r"no GPU with 16.0 GiB"),
        lending.lease(memory_bytes=16 * GIB),
    ):
        pass


def test_a_gpu_that_somebody_else_fills_is_not_lent(tmp_path: Path) -> None:
    gpus = FakeGpus(8 * GIB)
    gpus.used["GPU-0"] = 6 * GIB
    with (
        leases(gpus, tmp_path) as lending,
        pytest.raises(EnvironmentFault, match="became free"),
        lending.lease(memory_bytes=4 * GIB, seconds=0.2),
    ):
        pass


def test_a_gpu_that_does_not_compute_is_not_lent(tmp_path: Path) -> None:
    def broken(uuid: str) -> Computing:
        return Computing("it does not compute" if uuid == "GPU-0" else "", {})

    with leases(FakeGpus(8 * GIB, 8 * GIB), tmp_path, try_out=broken) as lending:
        assert [gpu.uuid for gpu in lending.working()] == ["GPU-1"]
        assert lending.problems == {"GPU-0": "it does not compute"}


def test_a_lease_ends_when_the_memory_is_free(tmp_path: Path) -> None:
    gpus = FakeGpus(8 * GIB)
    with leases(gpus, tmp_path, release_seconds=5) as lending:
        with lending.lease():
            gpus.used["GPU-0"] = GIB
            threading.Timer(0.3, gpus.used.__setitem__, ("GPU-0", 0)).start()
            left = time.monotonic()
        assert 0.2 < time.monotonic() - left < 2


def test_a_gpu_that_stays_full_and_computes_no_more_is_put_aside(tmp_path: Path) -> None:
    gpus = FakeGpus(8 * GIB)
    answers = iter([Computing("", {}), Computing("it computes a wrong sum", {})])
    with leases(gpus, tmp_path, try_out=lambda _: next(answers)) as lending:
        with lending.lease() as lent:
            gpus.used["GPU-0"] = GIB
        assert lent.problem == "it computes a wrong sum"
        assert lending.working() == ()


def test_a_submission_that_uses_too_much_memory_is_ended(tmp_path: Path) -> None:
    gpus = FakeGpus(8 * GIB)
    killed = threading.Event()
    with leases(gpus, tmp_path) as lending, lending.lease(memory_bytes=GIB) as lent:
        lent.kill = killed.set
        gpus.used["GPU-0"] = 2 * GIB
        assert killed.wait(3)
        gpus.used["GPU-0"] = 0
    assert lent.over
    assert lent.report()["peak_bytes"] == 2 * GIB


GPUS = tuple(FakeGpus(8 * GIB, 40 * GIB).found)


def test_a_check_runs_where_it_wants_to() -> None:
    assert choose("cpu", 0, GPUS).gpu is None
    assert choose("gpu", 10 * GIB, GPUS).gpu == GPUS[1]
    assert choose("gpu", 0, GPUS).gpu == GPUS[0]


def test_without_a_gpu_nothing_is_judged() -> None:
    choice = choose("gpu", 0, ())

    assert not choice.runs
    assert choice.reason == "not run: no GPU on this machine"


def test_a_gpu_that_is_too_small_is_named() -> None:
    assert "80.0 GiB of GPU memory are needed, the largest GPU has 40.0" in choose("gpu", 80 * GIB, GPUS).reason


def test_either_says_that_it_ran_on_the_processor() -> None:
    choice = choose("either", 0, ())

    assert choice.runs
    assert choice.gpu is None
    assert choice.reason == "ran on the CPU: no GPU on this machine"


def test_only_what_a_batch_system_allots_is_used() -> None:
    assert visible({}) is None
    assert visible({"CUDA_VISIBLE_DEVICES": "1, GPU-0"}) == ("1", "GPU-0")
    assert allotted(GPUS, ("1",)) == (GPUS[1],)
    assert allotted(GPUS, ("GPU-0",)) == (GPUS[0],)
    assert allotted(GPUS, ()) == ()
    assert allotted(GPUS, None) == GPUS


def test_running_out_of_gpu_memory_has_a_name_of_its_own() -> None:
    message = "CUDA out of memory. Tried to allocate 2.00 GiB"

    assert limit_of_error("OutOfMemoryError", message) == "gpu memory"
    assert limit_of_error("RuntimeError", message) == "gpu memory"
    assert limit_of_error("MemoryError", "") == "memory"


def test_a_machine_without_gpus_has_none() -> None:
    assert NoGpus().gpus() == ()
    with pytest.raises(LookupError, match="no GPU"):
        NoGpus().process_bytes("GPU-0")
