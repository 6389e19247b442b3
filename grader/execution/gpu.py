"""Finds the GPUs of this machine without touching CUDA, and tries whether they compute, in a throw-away process."""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

COMMAND_SECONDS = 20.0
COMPUTE_SECONDS = 120.0
SHARED_FILES = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools")
QUERY = ("uuid", "index", "name", "memory.total", "driver_version", "mig.mode.current")
COMPUTE = """
import json, os, sys, time
os.environ["CUDA_VISIBLE_DEVICES"] = sys.argv[1]
import torch
started = time.perf_counter()
total = torch.ones(1 << 20, device="cuda").sum().item()
torch.cuda.synchronize()
free, size = torch.cuda.mem_get_info()
print(json.dumps({
    "right": total == float(1 << 20),
    "seconds": time.perf_counter() - started,
    "torch": torch.__version__,
    "cuda": torch.version.cuda,
    "name": torch.cuda.get_device_name(0),
    "capability": list(torch.cuda.get_device_capability(0)),
    "memory_bytes": size,
}))
"""


@dataclass(frozen=True)
class Gpu:
    """One GPU, or one slice of one (MIG).

    ``uuid`` is its name for CUDA_VISIBLE_DEVICES, ``files`` are the device files that its user needs.
    """

    uuid: str
    index: int
    name: str
    memory_bytes: int
    driver: str
    files: tuple[str, ...]
    sliced: bool = False


class GpuInventory(Protocol):
    """Knows the GPUs of a machine and what is used of their memory."""

    def gpus(self) -> Sequence[Gpu]:
        """The GPUs that this process may use."""

    def used_bytes(self, uuid: str) -> int:
        """Memory of a GPU that is in use, by whomever, in bytes."""

    def process_bytes(self, uuid: str) -> Mapping[int, int]:
        """Memory of a GPU by process id, as far as the driver tells, in bytes."""


class NoGpus:
    """A machine without GPUs."""

    def gpus(self) -> Sequence[Gpu]:
        """None."""
        return ()

    def used_bytes(self, uuid: str) -> int:
        """There is no such GPU.

        Raises:
            LookupError: always.
        """
        raise LookupError(f"there is no GPU {uuid}")

    def process_bytes(self, uuid: str) -> Mapping[int, int]:
        """There is no such GPU.

        Raises:
            LookupError: always.
        """
        raise LookupError(f"there is no GPU {uuid}")


def run_command(arguments: Sequence[str]) -> str:
    """The output of a program, or an empty text if there is no such program or it fails."""
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


class NvidiaSmi:
    """Asks the driver's own program, which cannot poison a fork.

    Args:
        run: runs a command and returns its output; another one in tests.
        path: the program.
    """

    def __init__(self, path: str = "nvidia-smi", *, run: Callable[[Sequence[str]], str] = run_command) -> None:
        self._path = path
        self._run = run

    def gpus(self) -> Sequence[Gpu]:
        """What ``nvidia-smi`` lists; a GPU that is cut into slices is listed by its slices."""
        rows = self._rows(f"--query-gpu={','.join(QUERY)}")
        found = [_gpu_of(row) for row in rows if len(row) == len(QUERY) and row[0].startswith("GPU-")]
        slices = slices_of(self._run([self._path, "-L"]))
        return [part for gpu in found for part in _sliced(gpu, slices.get(gpu.uuid, ()))]

    def used_bytes(self, uuid: str) -> int:
        """Memory in use on one GPU.

        Raises:
            LookupError: the driver does not tell.
        """
        rows = self._rows("--query-gpu=memory.used", f"--id={uuid}")
        if not rows or not rows[0][0].isdigit():
            raise LookupError(f"the driver does not tell the memory of {uuid}")
        return int(rows[0][0]) << 20

    def process_bytes(self, uuid: str) -> Mapping[int, int]:
        """Memory by process on one GPU."""
        rows = self._rows("--query-compute-apps=pid,used_memory", f"--id={uuid}")
        return {int(pid): int(used) << 20 for pid, used in rows if pid.isdigit() and used.isdigit()}

    def _rows(self, *arguments: str) -> list[list[str]]:
        text = self._run([self._path, *arguments, "--format=csv,noheader,nounits"])
        return [[part.strip() for part in line.split(",")] for line in text.splitlines() if line.strip()]


def slices_of(listing: str) -> dict[str, tuple[str, ...]]:
    """The MIG slices by GPU, from what ``nvidia-smi -L`` prints."""
    slices: dict[str, list[str]] = {}
    current = ""
    for line in listing.splitlines():
        name = line.rpartition("UUID: ")[2].rstrip(") ")
        if name.startswith("GPU-"):
            current = name
        elif name.startswith("MIG-") and current:
            slices.setdefault(current, []).append(name)
    return {uuid: tuple(names) for uuid, names in slices.items()}


def _gpu_of(row: Sequence[str]) -> Gpu:
    uuid, index, name, memory, driver, mig = row
    number = int(index) if index.isdigit() else 0
    size = int(memory) << 20 if memory.isdigit() else 0
    return Gpu(uuid, number, name, size, driver, _files(number), sliced=mig == "Enabled")


def _sliced(gpu: Gpu, names: Sequence[str]) -> list[Gpu]:
    if not gpu.sliced:
        return [gpu]
    files = (*gpu.files, "/dev/nvidia-caps")
    return [
        Gpu(name, gpu.index, f"{gpu.name} (slice)", gpu.memory_bytes // len(names), gpu.driver, files, sliced=True)
        for name in names
    ]


def _files(number: int) -> tuple[str, ...]:
    return tuple(path for path in (f"/dev/nvidia{number}", *SHARED_FILES) if Path(path).exists())


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class _Process(ctypes.Structure):
    _fields_ = (
        ("pid", ctypes.c_uint),
        ("used", ctypes.c_ulonglong),
        ("gpu_instance", ctypes.c_uint),
        ("compute_instance", ctypes.c_uint),
    )


class Nvml:
    """Asks the driver's library, where its program is not installed.

    Args:
        library: the loaded library; another one in tests.

    Raises:
        OSError: there is no such library, or it finds no driver.
    """

    def __init__(self, library: Any = None) -> None:
        self._library = library if library is not None else ctypes.CDLL("libnvidia-ml.so.1")
        self._call("nvmlInit_v2")

    def _call(self, name: str, *arguments: Any) -> None:
        code = getattr(self._library, name)(*arguments)
        if code:
            raise OSError(f"{name} fails with code {code}")

    def _text(self, name: str, *arguments: Any) -> str:
        buffer = ctypes.create_string_buffer(96)
        self._call(name, *arguments, buffer, ctypes.c_uint(96))
        return buffer.value.decode("utf-8", "replace")

    def gpus(self) -> Sequence[Gpu]:
        """What the driver lists."""
        count = ctypes.c_uint()
        self._call("nvmlDeviceGetCount_v2", ctypes.byref(count))
        driver = self._text("nvmlSystemGetDriverVersion")
        found = []
        for index in range(count.value):
            device = ctypes.c_void_p()
            self._call("nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(index), ctypes.byref(device))
            uuid, name = self._text("nvmlDeviceGetUUID", device), self._text("nvmlDeviceGetName", device)
            found.append(Gpu(uuid, index, name, self._memory(device).total, driver, _files(index)))
        return found

    def _memory(self, device: ctypes.c_void_p) -> _Memory:
        memory = _Memory()
        self._call("nvmlDeviceGetMemoryInfo", device, ctypes.byref(memory))
        return memory

    def _device(self, uuid: str) -> ctypes.c_void_p:
        device = ctypes.c_void_p()
        self._call("nvmlDeviceGetHandleByUUID", uuid.encode(), ctypes.byref(device))
        return device

    def used_bytes(self, uuid: str) -> int:
        """Memory in use on one GPU."""
        return int(self._memory(self._device(uuid)).used)

    def process_bytes(self, uuid: str) -> Mapping[int, int]:
        """Memory by process on one GPU."""
        room = 256
        processes = (_Process * room)()
        count = ctypes.c_uint(room)
        name = "nvmlDeviceGetComputeRunningProcesses_v3"
        self._call(name, self._device(uuid), ctypes.byref(count), processes)
        return {processes[at].pid: int(processes[at].used) for at in range(count.value)}


@dataclass(frozen=True)
class Computing:
    """What a process found that really computed on a GPU; ``problem`` says why it could not."""

    problem: str
    facts: Mapping[str, Any]


def computes(uuid: str, *, seconds: float = COMPUTE_SECONDS, python: str = sys.executable) -> Computing:
    """Compute something on a GPU in a process that is thrown away: a GPU that is listed may still not work."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", COMPUTE, uuid], capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return Computing(f"it did not compute anything in {seconds:g} seconds", {})
    except OSError as error:
        return Computing(f"no process could be started: {error}", {})
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return Computing(f"it does not compute: {last}", {})
    facts = json.loads(done.stdout.strip().splitlines()[-1])
    return Computing("" if facts.pop("right") else "it computes a wrong sum", facts)


def find_inventory() -> GpuInventory:
    """The inventory of this machine: by the driver's program, else by its library, else of no GPUs."""
    if shutil.which("nvidia-smi"):
        inventory = NvidiaSmi()
        if inventory.gpus():
            return inventory
    try:
        return Nvml()
    except (OSError, AttributeError):
        return NoGpus()
