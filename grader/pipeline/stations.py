"""A worker process seen from the controller: started, given one submission at a time, replaced when it ends."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.errors import AuthoringError, EnvironmentFault
from grader.leftovers import remove_folders_of
from grader.loading.submissions import Received
from grader.pipeline.frames import pack_job, read_frame, write_frame
from grader.pipeline.keys import versions
from grader.recording.ledger import now
from grader.result import SetDescription, State, SubmissionResult

PATIENCE_SECONDS = 1_800.0
"""After this long over one submission a worker is given up; every limit inside it is far shorter."""

Replies = Mapping[str, Mapping[str, bytes]]


class Station:
    """One worker process for one problem set.

    Raises:
        AuthoringError: a file of the set is not as it should be.
        EnvironmentFault: the process, or the isolation it needs, cannot be had.
    """

    def __init__(self, root: Path, problem_set: str, *, key: bytes, isolation: str = "") -> None:
        """Start it and wait until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader.pipeline.station"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("GRADER_DEBUG") else None,
            cwd=root,
            start_new_session=True,
        )
        setup = {"root": str(root), "problem_set": problem_set, "key": key.hex(), "isolation": isolation}
        hello = self._exchange(setup)
        if hello is None:
            self.close()
            raise EnvironmentFault("a worker ended as it started; GRADER_DEBUG=1 shows what it said")
        if not hello["ready"]:
            self.close()
            faults = {"AuthoringError": AuthoringError, "EnvironmentFault": EnvironmentFault}
            raise faults.get(str(hello["kind"]), EnvironmentFault)(hello["fault"])
        self.description = SetDescription.model_validate_json(str(hello["description"]))

    @property
    def alive(self) -> bool:
        """Whether it can take another submission."""
        return self._process.poll() is None

    def grade(self, received: Received, key: str) -> tuple[SubmissionResult, Replies] | None:
        """Grade one submission; None when the process ended over it."""
        answer = self._exchange(pack_job(received, key))
        if answer is None or "result" not in answer:
            return None
        packed: dict[str, dict[str, str]] = answer["replies"]
        replies = {
            problem: {name: base64.b64decode(frame) for name, frame in kept.items()} for problem, kept in packed.items()
        }
        return SubmissionResult.model_validate_json(str(answer["result"])), replies

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any] | None:
        if self._process.stdin is None or self._process.stdout is None:
            return None
        alarm = threading.Timer(PATIENCE_SECONDS, self._process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            write_frame(self._process.stdin, message)
            return read_frame(self._process.stdout)
        except (OSError, ValueError):
            return None
        finally:
            alarm.cancel()

    def close(self) -> None:
        """End it and everything it started; closing twice does nothing."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                self._process.kill()
        try:
            self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        remove_folders_of(self._process.pid)


def broken_result(received: Received, key: str, problem_set: str) -> SubmissionResult:
    """The result of a submission over which worker processes ended: our fault, and no score."""
    return SubmissionResult(
        student=received.student,
        problem_set=problem_set,
        state=State.INFRA_ERROR,
        digest=received.digest,
        key=key,
        message="grading failed because of a fault on our side",
        flags=("the worker process ended twice while it graded this submission",),
        versions=versions(),
        graded=now(),
    )
