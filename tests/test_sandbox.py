"""The sandbox holds what its report says, at each level, as root and as an ordinary user."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DRIVER = Path(__file__).with_name("sandbox_driver.py")
ORDINARY_USER = 1234

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and Landlock are Linux's")


@dataclass
class Driver:
    """A fork server in a process of its own."""

    process: subprocess.Popen[str]
    pid: int

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def launch(self, source: str, **more: Any) -> dict[str, Any]:
        return self.ask({"do": "launch", "source": textwrap.dedent(source), **more})

    def end(self, job: int, seconds: float = 10.0) -> dict[str, Any]:
        return self.ask({"do": "end", "job": job, "seconds": seconds})

    def run(self, source: str, seconds: float = 10.0) -> dict[str, Any]:
        started = self.launch(source)
        assert "error" not in started, started
        return {**self.end(started["job"], seconds), "report": started["report"]}

    def result(self, source: str) -> dict[str, Any]:
        outcome = self.run(source)
        assert "raised" not in outcome["result"], outcome
        result: dict[str, Any] = outcome["result"]
        return result


def python_for_everybody() -> str | None:
    """An interpreter that an ordinary user can run: this one, or the system's."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        real = Path(candidate).resolve()
        readable = all(parent.stat().st_mode & stat.S_IXOTH for parent in real.parents)
        if (
            readable
            and real.exists()
            and subprocess.run(
                [candidate, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False
            ).returncode
            == 0
        ):
            return candidate
    return None


def start(kind: str, **policy: Any) -> Driver:
    """``kind`` is ``root`` or ``user``."""
    command = [sys.executable]
    if kind == "user" and os.geteuid() == 0:
        python = python_for_everybody()
        if python is None or shutil.which("setpriv") is None:
            pytest.skip("no interpreter here that an ordinary user could run, or no setpriv")
        ids = ["--reuid", str(ORDINARY_USER), "--regid", str(ORDINARY_USER), "--clear-groups"]
        command = ["setpriv", *ids, python]
    elif kind == "root" and os.geteuid() != 0:
        pytest.skip("not root")
    process = subprocess.Popen(
        [*command, "-I", "-B", str(DRIVER), str(ROOT / "grader"), json.dumps(policy)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        start_new_session=True,
        env={},
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    if "error" in first:
        process.wait()
        pytest.skip(f"not available here: {first['error']}")
    return Driver(process, first["pid"])


def stop(driver: Driver) -> None:
    assert driver.process.stdin is not None
    assert driver.process.stdout is not None
    driver.process.stdin.close()
    driver.process.wait(10)
    driver.process.stdout.close()


@contextlib.contextmanager
def driving(kind: str, **policy: Any) -> Iterator[Driver]:
    driver = start(kind, **policy)
    try:
        yield driver
    finally:
        with contextlib.suppress(BrokenPipeError):
            stop(driver)


@pytest.fixture(scope="module", params=["root-L3", "user-L3", "root-L2", "user-L2"])
def closed(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Every sandbox that keeps secrets."""
    kind, level = request.param.split("-")
    with driving(kind, level=level, memory_bytes=256 << 20, processes=24, files_bytes=16 << 20) as driver:
        yield driver


@pytest.fixture(scope="module", params=["root", "user"])
def world(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """The sandboxes with namespaces."""
    with driving(request.param, level="L3", memory_bytes=256 << 20, processes=24, files_bytes=16 << 20) as driver:
        yield driver


def alive(mark: str) -> list[int]:
    """Processes with this mark in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mark.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


def gone(mark: str, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while alive(mark):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


IMMORTAL = """
import os, signal, time
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
time.sleep(600)
"""


def daemons(mark: str, *, then: str = "pass") -> str:
    """Source that leaves three daemons behind that ignore every signal; their command lines bear the mark."""
    return f"""
import subprocess, sys, time
for _ in range(3):
    subprocess.run([sys.executable, "-S", "-c", {IMMORTAL!r}, {mark!r}])
time.sleep(0.2)
say()
{then}
"""


def test_files_outside_the_list_cannot_be_read(closed: Driver, tmp_path: Path) -> None:
    canary = tmp_path / "hidden_tests.py"
    canary.write_text("42")
    tmp_path.chmod(0o755)
    canary.chmod(0o644)

    paths = [str(canary), str(ROOT / "pyproject.toml"), "/etc/shadow", "/root/.bashrc", "/work/shared", "/var/log"]
    result = closed.result(f"""
        import os
        for path in {paths!r}:
            for try_ in (lambda: open(path).read(), lambda: os.listdir(path)):
                try:
                    result[path] = try_()
                except OSError as error:
                    pass
    """)

    assert result == {}


def test_the_interpreter_can_be_read_and_not_written(closed: Driver) -> None:
    result = closed.result("""
        import csv, json, os, sys, sysconfig
        import xml.etree.ElementTree
        result["read"] = len(os.listdir(sysconfig.get_paths()["stdlib"])) > 50
        result["wrote"] = []
        places = [sys.prefix, sysconfig.get_paths()["stdlib"], "/usr", "/etc", "/", "/usr/bin", "/bin"]
        for place in places:
            try:
                open(place + "/planted.py", "w")
                result["wrote"].append(place)
            except OSError:
                pass
    """)

    assert result == {"read": True, "wrote": []}


def test_its_own_folder_can_be_written(closed: Driver) -> None:
    result = closed.result("""
        import os, tempfile
        open("here.txt", "w").write("a")
        with tempfile.NamedTemporaryFile() as stream:
            stream.write(b"b")
        result["home"] = os.path.samefile(os.environ["HOME"], ".")
        result["files"] = sorted(name for name in os.listdir(".") if name != "tmp")
    """)

    assert result == {"home": True, "files": ["here.txt"]}


def test_each_job_starts_with_empty_folders(closed: Driver) -> None:
    closed.result("open('left.txt', 'w').write('for the next')")

    result = closed.result("""
        import os, tempfile
        result["files"] = [name for name in os.listdir(".") if name != "tmp"] + os.listdir(tempfile.gettempdir())
    """)

    # a project that lies below the temporary folder is bound there, read-only
    mounted = {part for part in Path(__file__).resolve().parts if Path(__file__).is_relative_to(tempfile.gettempdir())}
    assert set(result["files"]) <= mounted


def test_no_socket_leads_out(closed: Driver) -> None:
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as abstract:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        name = f"\0grader-test-{os.getpid()}"
        abstract.bind(name)
        abstract.listen()

        result = closed.result(f"""
            import socket
            families = [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM),
                        (socket.AF_INET, socket.SOCK_RAW), (socket.AF_INET6, socket.SOCK_STREAM),
                        (socket.AF_NETLINK, socket.SOCK_RAW), (socket.AF_PACKET, socket.SOCK_RAW),
                        (socket.AF_VSOCK, socket.SOCK_STREAM), (38, socket.SOCK_SEQPACKET), (31, socket.SOCK_RAW)]
            result["made"] = []
            for family, kind in families:
                try:
                    socket.socket(family, kind)
                    result["made"].append(int(family))
                except OSError:
                    pass
            try:
                probe = socket.socket(socket.AF_UNIX)
                probe.connect({name!r})
                result["made"].append("abstract")
            except OSError:
                pass
            try:
                socket.getaddrinfo("example.com", 80)
                result["made"].append("names")
            except OSError:
                pass
            left, right = socket.socketpair()
            left.send(b"x")
            result["pair"] = right.recv(1).decode()
        """)

    assert result == {"made": [], "pair": "x"}


def test_other_processes_cannot_be_seen_or_signalled(closed: Driver) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        result = closed.result(f"""
            import os, signal
            victims = [{bystander.pid}, {os.getpid()}, {closed.pid}]
            result["reached"] = []
            for victim in victims:
                for name in ("environ", "mem", "maps", "cwd/.", "root/etc/shadow", "fd"):
                    try:
                        if name == "fd":
                            os.listdir(f"/proc/{{victim}}/fd")
                        else:
                            open(f"/proc/{{victim}}/{{name}}", "rb").read(10)
                        result["reached"].append(name)
                    except OSError:
                        pass
                if os.path.exists("/proc/2") and victim < 10:
                    continue  # a number of the sandbox's own
                for number in (0, signal.SIGTERM):
                    try:
                        os.kill(victim, number)
                        result["reached"].append(f"signal {{number}}")
                    except OSError:
                        pass
        """)
        # at L2 a separate user or Landlock holds it back; being asked whether a process exists (signal 0) counts too
        assert result == {"reached": []}
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_other_processes_cannot_be_slowed_or_limited(closed: Driver) -> None:
    result = closed.result(f"""
        import os, resource
        changed = []
        attempts = {{
            "limit": lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64)),
            "priority": lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 19),
            "group": lambda pid: os.setpriority(os.PRIO_PGRP, pid, 19),
            "user": lambda pid: os.setpriority(os.PRIO_USER, pid and os.getuid(), 19),
            "processors": lambda pid: os.sched_setaffinity(pid, {{0}}),
            "schedule": lambda pid: os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0)),
        }}
        for name, attempt in attempts.items():
            for pid in ({closed.pid}, os.getppid() or 999_999):
                if name == "user" and report["level"] == "L3":
                    continue  # there it reaches the sandbox's own processes
                try:
                    attempt(pid)
                    changed.append(name)
                except (OSError, ZeroDivisionError):
                    pass
        result["changed"] = changed
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
        result["own"] = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    """)

    assert result == {"changed": [], "own": 100}
    assert os.getpriority(os.PRIO_PROCESS, closed.pid) < 19


def test_files_outside_keep_their_modes_owners_and_times(closed: Driver, tmp_path: Path) -> None:
    """Landlock does not guard these; the filter does, and copying files works all the same."""
    victim = tmp_path / "record.txt"
    victim.write_text("kept")
    for parent in [tmp_path, *tmp_path.parents]:
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    driver_user = ORDINARY_USER if "setpriv" in closed.process.args else os.geteuid()  # type: ignore[operator]
    os.chown(victim, driver_user, -1)
    before = victim.stat()

    result = closed.result(f"""
        import os, shutil
        path = {str(victim)!r}
        for attempt in (lambda: os.chmod(path, 0o777), lambda: os.utime(path, (1, 1)), lambda: os.truncate(path, 0),
                        lambda: os.setxattr(path, "user.note", b"x"), lambda: os.chown(path, os.getuid(), os.getgid()),
                        lambda: os.rename(path, path + "2"), lambda: os.unlink(path), lambda: os.link(path, "link"),
                        lambda: os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))):
            try:
                attempt()
            except OSError:
                pass
        open("a", "w").write("text")
        shutil.copy2("a", "b")
        result["copied"] = open("b").read()
    """)

    after = victim.stat()
    assert result == {"copied": "text"}
    assert victim.read_text() == "kept"
    assert (after.st_mode, after.st_mtime_ns, after.st_uid) == (before.st_mode, before.st_mtime_ns, before.st_uid)


def test_filters_for_older_kernels_hold_what_landlock_does_not_yet(tmp_path: Path) -> None:
    """Truncation is Landlock's from ABI 3 on, signals from ABI 6 on; before, the filter has to do it."""
    victim = tmp_path / "record.txt"
    victim.write_text("kept")
    source = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT / "grader")!r})
from kernel import seccomp
seccomp.allow_no_new_privileges()
seccomp.install(seccomp.program(sockets=False, shared=True, truncation=True, pinned=os.getpid()))
done = []
for name, attempt in (
    ("truncate", lambda: os.truncate({str(victim)!r}, 0)),
    ("open", lambda: os.open({str(victim)!r}, os.O_RDONLY | os.O_TRUNC)),
    ("signal", lambda: os.kill(os.getppid(), 0)),
    ("group", lambda: os.killpg(os.getppid(), 0)),
    ("everybody", lambda: os.kill(-1, 0)),
    ("pidfd", lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)),
):
    try:
        attempt()
        done.append(name)
    except OSError:
        pass
os.kill(os.getpid(), 0)
os.close(os.open({str(victim)!r}, os.O_RDONLY))
os.close(os.open({str(tmp_path / "new")!r}, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
print(done)
"""
    done = subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "[]", done.stderr
    assert victim.read_text() == "kept"


def test_forbidden_calls_are_refused(closed: Driver) -> None:
    result = closed.result("""
        import ctypes, errno, platform
        libc = ctypes.CDLL(None, use_errno=True)
        calls = {"ptrace": (101, 117), "keyctl": (250, 219), "bpf": (321, 280), "perf_event_open": (298, 241),
                 "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
                 "unshare": (272, 97), "setns": (308, 268), "userfaultfd": (323, 282), "process_vm_readv": (310, 270),
                 "open_by_handle_at": (304, 265), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
                 "mq_open": (240, 180), "init_module": (175, 105), "syslog": (103, 116), "add_key": (248, 217),
                 "pidfd_getfd": (438, 438), "kexec_load": (246, 104), "settimeofday": (164, 170)}
        column = 0 if platform.machine() == "x86_64" else 1
        result["allowed"] = [name for name, numbers in calls.items()
                             if not (libc.syscall(numbers[column], 0, 0, 0, 0, 0, 0) == -1
                                     and ctypes.get_errno() == errno.EPERM)]
        result["io_uring"] = libc.syscall(425, 1, 0) == -1 and ctypes.get_errno() == errno.ENOSYS
        clone = 56 if column == 0 else 220
        result["new namespace"] = libc.syscall(clone, 0x10000000 | 17, 0, 0, 0, 0) == -1
    """)

    assert result == {"allowed": [], "io_uring": True, "new namespace": True}


def test_no_capability_is_left_for_programs_that_are_started_later(world: Driver) -> None:
    """`PR_CAPBSET_DROP` after setresuid fails, and the inner root of a user namespace would regain them on exec."""
    result = world.result("""
        import subprocess
        lines = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout.splitlines()
        pairs = dict(line.split(":", 1) for line in lines if ":" in line)
        result["capabilities"] = {name: int(value, 16) for name, value in pairs.items() if name.startswith("Cap")}
        result["privileges"] = pairs["NoNewPrivs"].strip() + pairs["Seccomp"].strip()
        result["uid"] = [int(word) for word in pairs["Uid"].split()]
    """)

    assert set(result["capabilities"].values()) == {0}
    assert result["privileges"] == "12"
    assert 0 not in result["uid"]


def test_the_parents_death_signal_is_armed_after_the_change_of_user(closed: Driver) -> None:
    result = closed.result("""
        import ctypes
        armed = ctypes.c_int()
        ctypes.CDLL(None).prctl(2, ctypes.byref(armed))
        result["signal"] = armed.value
    """)

    assert result == {"signal": signal.SIGKILL}


def test_process_one_shows_nothing(world: Driver) -> None:
    result = world.result("""
        result["read"] = []
        for name in ("mem", "environ", "cwd/.", "root/.", "fd/0", "exe"):
            try:
                open(f"/proc/1/{name}", "r+b" if name == "mem" else "rb").read(1)
                result["read"].append(name)
            except OSError:
                pass
        import os
        result["processes"] = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
        os.kill(1, 9)
        result["survives"] = os.path.exists("/proc/1")
    """)

    assert result == {"read": [], "processes": [1, 2], "survives": True}


def test_only_the_descriptors_that_were_given_are_open(closed: Driver) -> None:
    result = closed.result("""
        import os
        result["open"] = 0
        for number in range(256):
            try:
                os.fstat(number)
                result["open"] += 1
            except OSError:
                pass
    """)

    assert result == {"open": 4}  # the three standard ones, and the test's own pipe


def test_the_environment_is_the_policys(closed: Driver) -> None:
    result = closed.result("import os; result['names'] = sorted(os.environ)")

    assert "PATH" in result["names"]
    assert not {name for name in result["names"] if name.startswith(("GITHUB", "AWS", "SSH", "LC_NAME"))}


def test_killing_its_own_group_kills_nobody_else(closed: Driver) -> None:
    outcome = closed.run("import os, signal; os.killpg(0, 9)")

    assert outcome["status"] == signal.SIGKILL
    assert closed.result("result['alive'] = True") == {"alive": True}


def test_killing_everything_it_can_kills_only_itself(world: Driver) -> None:
    world.run("import os; os.kill(-1, 9)", seconds=1.0)

    assert world.result("result['alive'] = True") == {"alive": True}


@pytest.mark.parametrize(
    ("source", "status"),
    [("os._exit(3)", 3 << 8), ("os.abort()", signal.SIGABRT), ("ctypes.string_at(0)", signal.SIGSEGV)],
)
def test_the_wait_status_is_exact(closed: Driver, source: str, status: int) -> None:
    outcome = closed.run(f"import ctypes, os; {source}")

    assert outcome["status"] & ~0x80 == status


def test_nothing_survives_the_job(closed: Driver) -> None:
    mark = f"daemon-{time.time_ns()}"
    started = closed.launch(daemons(mark))
    time.sleep(0.8)
    assert alive(mark)

    closed.end(started["job"], seconds=5.0)

    assert alive(mark) == []


@pytest.mark.parametrize("kind", ["root", "user"])
@pytest.mark.parametrize("level", ["L3", "L2"])
def test_nothing_survives_a_killed_fork_server(kind: str, level: str) -> None:
    driver = start(kind, level=level)
    mark = f"orphan-{time.time_ns()}"
    driver.launch(daemons(mark, then="time.sleep(600)"))
    time.sleep(0.8)
    assert alive(mark)

    os.kill(driver.pid, signal.SIGKILL)
    with contextlib.suppress(BrokenPipeError):
        stop(driver)

    assert gone(mark)


def test_a_job_may_have_only_so_many_processes(closed: Driver) -> None:
    result = (
        closed.result("""
        import os, time
        children = 0
        try:
            for _ in range(200):
                if os.fork() == 0:
                    time.sleep(5)
                    os._exit(0)
                children += 1
        except OSError as error:
            result["refused"] = type(error).__name__
        result["few"] = children < 30
    """)
        if closed_counts_processes(closed)
        else {"refused": "BlockingIOError", "few": True}
    )

    assert result == {"refused": "BlockingIOError", "few": True}


def closed_counts_processes(driver: Driver) -> bool:
    """Not at L2 as an ordinary user, where the limit counts all processes of that user: the watchdog holds it."""
    report = driver.run("pass")["report"]
    return bool(report["level"] == "L3" or "control group" in report["memory"])


def test_a_process_that_wants_too_much_memory_is_told_so(closed: Driver) -> None:
    result = closed.result("""
        try:
            bytearray(1 << 30)
            result["got"] = "it"
        except MemoryError:
            result["got"] = "MemoryError"
    """)

    assert result == {"got": "MemoryError"}


def test_memory_spread_over_children_is_bounded_where_a_control_group_holds_it() -> None:
    with driving("root", level="L3", memory_bytes=128 << 20, processes=24) as driver:
        outcome = driver.run("""
            import os, time, mmap
            for _ in range(6):
                if os.fork() == 0:
                    shared = mmap.mmap(-1, 60 << 20)
                    for at in range(0, 60 << 20, 4096):
                        shared[at] = 1
                    time.sleep(60)
            time.sleep(2)
        """)
        if "control group" not in outcome["report"]["memory"]:
            pytest.skip("no control group here; the watchdog holds it")

        assert outcome["kills"] > 0


def test_its_files_are_bounded(world: Driver) -> None:
    result = world.result("""
        import os
        written = 0
        try:
            for number in range(100):
                with open(f"/tmp/{number}", "wb") as stream:
                    written += stream.write(bytes(1 << 20))
        except OSError as error:
            result["error"] = error.errno
        result["few"] = written <= 16 << 20
        for number in range(100):
            if os.path.exists(f"/tmp/{number}"):
                os.remove(f"/tmp/{number}")
        made = 0
        try:
            for number in range(100_000):
                os.close(os.open(f"f{number}", os.O_CREAT | os.O_WRONLY))
                made += 1
        except OSError as error:
            result["inodes"] = error.errno
        result["not many"] = made <= 20_000
    """)

    assert result == {"error": 28, "few": True, "inodes": 28, "not many": True}


def test_descriptors_are_bounded(closed: Driver) -> None:
    result = closed.result("""
        import os
        made = []
        try:
            while len(made) < 10_000:
                made.append(os.dup(0))
        except OSError:
            pass
        result["few"] = len(made) < 256
    """)

    assert result == {"few": True}


def test_limits_cannot_be_raised(closed: Driver) -> None:
    result = closed.result("""
        import os, resource
        result["lifted"] = []
        for name in ("RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_CORE"):
            try:
                resource.setrlimit(getattr(resource, name), (1 << 40, 1 << 40))
                result["lifted"].append(name)
            except (OSError, ValueError):
                pass
        try:
            os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-500")
            result["lifted"].append("oom")
        except OSError:
            pass
    """)

    assert result == {"lifted": []}


def test_pseudo_terminals_and_pools_work(world: Driver) -> None:
    result = world.result("""
        import multiprocessing, os, pty
        master, slave = pty.openpty()
        os.write(slave, b"x")
        result["terminal"] = os.read(master, 1).decode()
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=lambda: queue.put(42))
        child.start()
        result["answer"] = queue.get()
        child.join()
    """)

    assert result == {"terminal": "x", "answer": 42}


def test_the_report_says_what_holds(world: Driver) -> None:
    report = world.run("pass")["report"]

    assert report["level"] == "L3"
    assert report["root"] in ("pivot", "chroot")
    assert report["proc"] == "fresh"
    assert report["capabilities"] == "none"
    assert report["system_calls"] == "filtered"


def test_groups_of_dead_servers_are_swept() -> None:
    with driving("root", level="L3") as driver:
        if "control group" not in driver.run("pass")["report"]["memory"]:
            pytest.skip("no control group here")
    dead = subprocess.Popen(["true"])
    dead.wait()
    sys.path.insert(0, str(ROOT / "grader"))
    try:
        cgroups = __import__("kernel.cgroups", fromlist=["cgroups"])
    finally:
        sys.path.pop(0)
    place = cgroups.find_place()
    left = [Path(folder) / f"grader-{dead.pid}-1" for folder in set(place.folders.values())]
    for folder in left:
        folder.mkdir()

    with driving("root", level="L3"):
        pass

    assert not [folder for folder in left if folder.exists()]


def test_launching_is_quick() -> None:
    with driving("root" if os.geteuid() == 0 else "user", level="L3") as driver:
        seconds = []
        for _ in range(9):
            started = driver.launch("pass")
            driver.end(started["job"])
            seconds.append(started["seconds"])
            time.sleep(0.02)  # the next world is made meanwhile, as it is while a student's code runs

    assert sorted(seconds)[4] < 0.1


def test_a_readable_folder_under_tmp_stays_readable(tmp_path: Path) -> None:
    for parent in [tmp_path, *tmp_path.parents]:
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            with contextlib.suppress(PermissionError):
                parent.chmod(parent.stat().st_mode | 0o055)
    (tmp_path / "data.txt").write_text("public")
    outside = Path("/tmp") / f"outside-{os.getpid()}"
    outside.write_text("secret")
    kind = "root" if os.geteuid() == 0 else "user"
    try:
        paths = ("/usr", "/bin", "/lib", "/lib64", sys.base_prefix, sys.prefix, str(tmp_path))
        with driving(kind, level="L3", readable=[path for path in paths if Path(path).exists()]) as driver:
            result = driver.result(f"""
                import os
                result["data"] = open("{tmp_path}/data.txt").read()
                result["outside"] = os.path.exists("{outside}")
                try:
                    open("{tmp_path}/new", "w")
                    result["written"] = True
                except OSError:
                    pass
            """)
    finally:
        outside.unlink()

    assert result == {"data": "public", "outside": False}


def test_a_closed_folder_that_students_need_is_refused_with_the_remedy(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("an ordinary user reads what it can read")
    closed_folder = tmp_path / "packages"
    closed_folder.mkdir(mode=0o700)

    done = subprocess.run(
        [sys.executable, "-I", "-B", str(DRIVER), str(ROOT / "grader"), json.dumps({"readable": [str(closed_folder)]})],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert f"chmod -R o+rX {closed_folder}" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize("kind", ["root", "user"])
def test_a_job_gets_those_of_its_devices_that_it_names(kind: str) -> None:
    """As with GPUs; here two devices that anybody may open stand in."""
    devices = [
        path for path in ("/dev/fuse", "/dev/net/tun", "/dev/ptmx", "/dev/tty") if os.access(path, os.R_OK | os.W_OK)
    ]
    if len(devices) < 2:
        pytest.skip("no two such devices here")
    first, second = devices[:2]
    source = f"""
        import os, stat
        kinds = {{}}
        for path in ({first!r}, {second!r}):
            result[path] = stat.S_ISCHR(os.stat(path).st_mode) if os.path.exists(path) else False
            try:
                os.close(os.open(path, os.O_RDWR))
                result[path + " opens"] = stat.S_ISCHR(os.stat(path).st_mode)
            except OSError:
                result[path + " opens"] = False
    """
    with driving(kind, level="L3", devices=[first, second]) as driver:
        for mine, other in ((first, second), (second, first)):
            started = driver.launch(source, devices=[mine])
            result = driver.end(started["job"])["result"]

            assert result[mine]
            assert result[f"{mine} opens"]
            assert not result[other]
            assert not result[f"{other} opens"]


@pytest.mark.parametrize("kind", ["root", "user"])
def test_the_systems_description_of_its_devices_can_be_shown(kind: str) -> None:
    paths = [path for path in ("/usr", "/bin", "/lib", "/lib64", sys.base_prefix, "/sys") if Path(path).exists()]
    with driving(
        kind, level="L3", readable=paths if kind == "root" else [p for p in paths if "root" not in p]
    ) as driver:
        result = driver.result("""
            import os
            result["sys"] = "devices" in os.listdir("/sys")
            result["own"] = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
            try:
                open("/sys/kernel/mm/ksm/run", "w").write("1")
                result["wrote"] = True
            except OSError:
                pass
        """)

    assert result == {"sys": True, "own": [1, 2]}


def test_only_the_main_thread_launches() -> None:
    """A child is killed when the thread that forked it ends."""
    with driving("root" if os.geteuid() == 0 else "user", level="L3") as driver:
        answer = driver.launch("pass", thread=True)

        assert "only the main thread" in answer["error"]
        assert driver.result("result['still'] = True") == {"still": True}


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_bubblewrap_sees_the_same_world(world: Driver) -> None:
    """A cross-check of the set-up: the same probe in a sandbox that others built, with the same arguments."""
    probe = textwrap.dedent("""
        import json, os
        facts = {}
        facts["interfaces"] = sorted(line.split(":")[0].strip() for line in list(open("/proc/net/dev"))[2:])
        pairs = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
        facts["capabilities"] = [int(pairs[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")]
        facts["no_new_privileges"] = pairs["NoNewPrivs"].strip()
        facts["foreign"] = [name for name in os.listdir("/proc") if name.isdigit() and int(name) > 20]
        facts["home"] = os.path.exists("/root/.bashrc")
        facts["writable"] = [path for path in ("/usr", "/etc", "/", "/usr/bin") if os.access(path, os.W_OK)]
        facts["devices"] = sorted(name for name in os.listdir("/dev") if name in ("sda", "vda", "mem", "kmsg", "kvm"))
    """)
    ours = world.result(probe + "\nresult.update(facts)")

    links = [
        part
        for path in ("/bin", "/lib", "/lib64")
        if Path(path).is_symlink()
        for part in ("--symlink", str(Path(path).readlink()), path)
    ]
    command = [
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--ro-bind",
        "/usr",
        "/usr",
        *links,
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",
        "--remount-ro",
        "/",
        "--cap-drop",
        "ALL",
        "--uid",
        "1000",
        "/usr/bin/python3",
        "-I",
        "-c",
        probe + "\nprint(json.dumps(facts))",
    ]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert ours == theirs
