"""A small fork server for tests: reads one JSON order per line, runs source code in a sandbox, answers in JSON."""

# ruff: noqa: T201, S102, BLE001 - it talks over standard output, and running what it is given is what it is for

from __future__ import annotations

import concurrent.futures
import json
import os
import sys
import time
from typing import Any

sys.path.insert(0, sys.argv[1])
confine = __import__("kernel.confine", fromlist=["confine"])


def main() -> None:
    """Serve orders until standard input ends."""
    policy = confine.Policy(**json.loads(sys.argv[2]))
    try:
        yard = confine.Yard(policy)
    except OSError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return
    print(json.dumps({"pid": os.getpid()}), flush=True)
    jobs: dict[int, Any] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "launch":
            print(json.dumps(launch(yard, jobs, order)), flush=True)
        elif order["do"] == "end":
            print(json.dumps(finish(jobs.pop(order["job"]), order["seconds"])), flush=True)
    yard.close()


def launch(yard: Any, jobs: dict[int, Any], order: dict[str, Any]) -> dict[str, Any]:
    """Start a job; its result comes over a pipe."""
    reading, writing = os.pipe()

    def body(report: dict[str, Any]) -> None:
        result: dict[str, Any] = {}
        names = {"result": result, "report": report, "__name__": "__main__", "say": lambda: say(writing, result)}
        try:
            exec(compile(order["source"], "student", "exec"), names)
        except BaseException as error:
            result["raised"] = f"{type(error).__name__}: {error}"
        say(writing, result)
        os._exit(0)

    started = time.perf_counter()
    try:
        job = in_thread(order, lambda: yard.launch(body, keep=(writing,), devices=order.get("devices", ())))
    except OSError as error:
        return {"error": str(error)}
    finally:
        os.close(writing)
    jobs[job.pid] = (job, reading)
    return {"job": job.pid, "report": job.report, "seconds": time.perf_counter() - started}


def in_thread(order: dict[str, Any], call: Any) -> Any:
    """Do something in another thread, if the order says so."""
    if not order.get("thread"):
        return call()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def say(writing: int, result: dict[str, Any]) -> None:
    """Send what there is so far; the last one counts."""
    os.write(writing, json.dumps(result, default=repr).encode() + b"\n")


def finish(entry: tuple[Any, int], seconds: float) -> dict[str, Any]:
    """Wait for a job, end it, and tell everything about it."""
    job, reading = entry
    status = job.wait(seconds)
    facts = {"status": status, "kills": job.memory_kills(), "peak": job.memory_peak()}
    job.end()
    raw = b""
    while part := os.read(reading, 1 << 16):
        raw += part
    os.close(reading)
    lines = raw.splitlines()
    return {**facts, "result": json.loads(lines[-1]) if lines else {}}


main()
