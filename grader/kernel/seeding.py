"""Sets the random state of a process, and of libraries that it imports only later."""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import Any


def seed_numpy(numpy: Any, seed: int) -> None:
    """Set numpy's global random state."""
    numpy.random.seed(seed % 2**32)


def seed_torch(torch: Any, seed: int) -> None:
    """Set torch's random state, on the GPU only where there is one."""
    if os.environ.get("CUDA_VISIBLE_DEVICES"):
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)  # manual_seed also notes a traceback for each kind of device


def settle_torch(torch: Any, threads: int, *, deterministic: bool) -> None:
    """Number of threads, deterministic algorithms and full single precision."""
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    if not deterministic:
        return
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    with contextlib.suppress(Exception):  # its spelling changes between versions
        torch.backends.cudnn.allow_tf32 = False
    torch.set_float32_matmul_precision("highest")


class LaterSeeding:
    """Finds modules as usual, and calls a function when one of its own has been imported."""

    def __init__(self, actions: Mapping[str, Callable[[Any], None]]) -> None:
        self._actions = dict(actions)

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's spec with a loader that acts after loading, for our names; None for all others."""
        action = self._actions.pop(name, None)
        if action is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        loader: Any = None if spec is None else spec.loader
        if loader is None:
            return spec
        load = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            action(module)

        loader.exec_module = exec_module
        return spec


def seed_everything(seed: int, threads: int, *, deterministic: bool) -> None:
    """Seed what is loaded now, and what will be loaded when it is: a fork starts with its server's random state."""
    random.seed(seed)

    def torch_ready(torch: Any) -> None:
        settle_torch(torch, threads, deterministic=deterministic)
        seed_torch(torch, seed)

    actions = MappingProxyType({"numpy": lambda numpy: seed_numpy(numpy, seed), "torch": torch_ready})
    later = {}
    for name, act in actions.items():
        module = sys.modules.get(name)
        if module is None:
            later[name] = act
        else:
            act(module)
    if later:
        sys.meta_path.insert(0, LaterSeeding(later))
