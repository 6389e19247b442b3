"""Problem sets as pytest items: one for each problem, which fails with every fault that validation finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.pipeline.grading import Bench, open_bench
from grader.pipeline.validating import Finding, validate_problem

_BENCHES = pytest.StashKey[dict[str, Bench]]()
_STACK = pytest.StashKey[ExitStack]()


def benches_of(config: pytest.Config) -> dict[str, Bench]:
    """The open benches of a run, kept with the run and closed with it."""
    if _BENCHES not in config.stash:
        config.stash[_BENCHES] = {}
        config.stash[_STACK] = ExitStack()
        config.add_cleanup(config.stash[_STACK].close)
    return config.stash[_BENCHES]


class SetFile(pytest.File):
    """A problem set; its items are its problems."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each problem."""
        benches = benches_of(self.config)
        key = str(self.path)
        if key not in benches:
            opened = open_bench(
                self.path.parent.parent.parent, self.path.parent.name, key=b"validation", isolation="L1"
            )
            benches[key] = self.config.stash[_STACK].enter_context(opened)
        for name in benches[key].problem_set.problems:
            yield ProblemItem.from_parent(self, name=name)


class ProblemItem(pytest.Item):
    """One problem: its solution, proof, accepted forms, mistakes and coverage."""

    def runtest(self) -> None:
        """Fail with every fault that was found."""
        bench = benches_of(self.config)[str(self.path)]
        faults: list[Finding] = [finding for finding in validate_problem(bench, self.name) if not finding.fine]
        if faults:
            lines = [f"{finding.title}: {fault}" for finding in faults for fault in finding.faults]
            pytest.fail("\n".join(lines), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item stands in reports."""
        return self.path.parent / f"{self.name}.py", 0, f"{self.path.parent.name}/{self.name}"
