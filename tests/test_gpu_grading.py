"""A set that wants a GPU is graded where there is one, told apart where there is none, and completed later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.execution.gpu import Computing, Gpu
from grader.execution.leasing import Leases
from grader.loading.submissions import receive
from grader.pipeline.batch import plan
from grader.pipeline.grading import device_wanted, grade_received, open_bench
from grader.recording.ledger import Ledger
from grader.result import Outcome
from grader.scoring import score_submission
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, hand_in, make_course


class FakeInventory:
    """One GPU that exists on paper, so that everything but its computing is real."""

    def gpus(self) -> Sequence[Gpu]:
        return [Gpu("GPU-fake", 0, "a fake", 8 << 30, "1.0", ())]

    def used_bytes(self, uuid: str) -> int:
        del uuid
        return 0

    def process_bytes(self, uuid: str) -> Mapping[int, int]:
        del uuid
        return {}


class NoInventory(FakeInventory):
    def gpus(self) -> Sequence[Gpu]:
        return []


def gpu_course(folder: Path, device: str) -> Path:
    root = make_course(folder)
    problem = root / "problems" / "demo" / "scaling.py"
    problem.write_text(
        problem.read_text().replace("@problem.check(points=2", f'@problem.check(device="{device}", points=2')
    )
    hand_in(root, "student-01", RIGHT_MEAN, RIGHT_SCALE, "import os\nseen = os.environ['CUDA_VISIBLE_DEVICES']")
    return root


def test_without_a_gpu_nothing_is_lost_and_it_is_completed_later(tmp_path: Path):
    root = gpu_course(tmp_path, "gpu")
    with open_bench(root, "demo", key=b"key", isolation="L1", inventory=NoInventory()) as bench, \
            Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:  # fmt: skip
        received = receive(root / "submissions" / "demo", "student-01", "demo")
        graded = grade_received(bench, received, key="k")
        ledger.add(graded.result, graded.replies)
        later = plan(root, "demo", ledger, only="not-run")

    outcomes = {check.check: check.outcome for check in graded.result.problem("scaling").checks}
    score = score_submission(graded.result)
    assert outcomes == {"keeps_the_shape": Outcome.PASSED, "doubles": Outcome.NOT_RUN}
    assert (score.total, score.open_points, score.provisional) == (3, 2, True)
    assert "no GPU on this machine" in graded.result.notes[-1]
    assert [received.student for received, _ in later.jobs] == ["student-01"]


def test_either_runs_on_the_processor_and_says_so(tmp_path: Path):
    root = gpu_course(tmp_path, "either")
    with open_bench(root, "demo", key=b"key", isolation="L1", inventory=NoInventory()) as bench:
        graded = grade_received(bench, receive(root / "submissions" / "demo", "student-01", "demo"), key="k")

    assert device_wanted(bench.problem_set.problems["scaling"]) == "either"
    assert score_submission(graded.result).total == 5
    assert graded.result.device["reason"].startswith("ran on the CPU")


def test_with_a_gpu_it_is_leased_and_recorded(tmp_path: Path):
    root = gpu_course(tmp_path, "gpu")
    computing = Computing("", {})
    with (
        open_bench(root, "demo", key=b"key", isolation="L1", inventory=NoInventory()) as bench,
        Leases(FakeInventory(), try_out=lambda _uuid: computing, folder=tmp_path / "locks") as leases,
    ):
        bench.leases = leases
        graded = grade_received(bench, receive(root / "submissions" / "demo", "student-01", "demo"), key="k")

    assert score_submission(graded.result).total == 5
    assert (graded.result.device["uuid"], graded.result.device["device"]) == ("GPU-fake", "GPU-fake")
