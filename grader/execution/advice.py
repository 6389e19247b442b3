"""What to say when a level of isolation cannot be had: which step fails, and what makes it work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grader.kernel.policy import LEVELS, Level

MEANING: Final[Mapping[Level, str]] = {
    "L3": "namespaces: a world of its own",
    "L2": "Landlock and a system-call filter",
    "L1": "limits only; it can read what you can read",
}
_USERS: Final = (
    "run as root (sudo grader ...), or allow namespaces to users: on Debian "
    "`sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu 24.04 an AppArmor profile for Python that allows `userns`"
)
_CONTAINER: Final = (
    "in a container: `docker run --privileged --network none` (or `--cap-add SYS_ADMIN "
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined`)"
)
_ELSEWHERE: Final = "use Linux, WSL 2 or a Linux container; here only a student's own check can run"
_FIXES: Final[Mapping[str, str]] = {
    "user namespace": _USERS,
    "make namespaces": _CONTAINER,
    "process namespace": _CONTAINER,
    "mount": _CONTAINER,
    "Landlock": "use Linux 5.13 or newer with Landlock enabled (`lsm=landlock,...`), or a level that has namespaces",
    "only Linux": _ELSEWHERE,
    "fork server": _ELSEWHERE,
    "processor": "use a machine with an x86_64 or aarch64 processor",
}


def refusal(needed: Level, missing: Mapping[Level, str]) -> str:
    """The message for a batch that may not run: which step fails, and how to get it."""
    reason = missing.get(needed) or next(iter(missing.values()), "it was not tried")
    lower = next((level for level in LEVELS if level < needed and level not in missing), None)
    accept = f"; to accept less, name it: --isolation {lower}" if lower else ""
    return f"isolation not available: {needed} ({MEANING[needed]}) fails: {reason}; try: {fix_for(reason)}{accept}"


def fix_for(reason: str) -> str:
    """What makes a failing step work."""
    for word, advice in _FIXES.items():
        if word in reason:
            return advice
    return "run `grader doctor`, which shows every step, and ask with its output"
