"""One worker process of a class: reads jobs from its standard input, grades them, writes results to its output.

Frames are JSON with a length before it; both ends are ours. Run as ``python -m grader.pipeline.station``.
"""

from __future__ import annotations

import base64
import os
import signal
import sys
from pathlib import Path

from grader.errors import GraderError
from grader.pipeline.describing import describe
from grader.pipeline.frames import read_frame, unpack_job, write_frame
from grader.pipeline.grading import grade_received, open_bench


def main() -> None:
    """Serve until the input ends; the first message names the course folder, the set and the course's key."""
    # Ctrl-C is the controller's to handle: it stops feeding us, and a second one ends us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source = sys.stdin.buffer
    sink = os.fdopen(os.dup(1), "wb")
    # nothing that a library prints may end up between the frames
    os.dup2(2, 1)
    setup = read_frame(source)
    if setup is None:
        return
    try:
        with open_bench(
            Path(setup["root"]),
            setup["problem_set"],
            key=bytes.fromhex(setup["key"]),
            isolation=setup["isolation"],
            best=True,
        ) as bench:
            write_frame(sink, {"ready": True, "description": describe(bench.problem_set).model_dump_json()})
            while (message := read_frame(source)) is not None:
                graded = grade_received(bench, unpack_job(message), key=message["key"])
                replies = {
                    problem: {name: base64.b64encode(frame).decode() for name, frame in kept.items()}
                    for problem, kept in graded.replies.items()
                }
                write_frame(sink, {"result": graded.result.model_dump_json(), "replies": replies})
    except GraderError as error:
        write_frame(sink, {"ready": False, "fault": str(error), "kind": type(error).__name__})


if __name__ == "__main__":
    main()
