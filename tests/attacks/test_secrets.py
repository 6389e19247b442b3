"""Sections D and E: reading what is hidden, and carrying it out; every level that keeps secrets must hold."""

# ruff: noqa: E501, ISC004 - sources of attacks are kept on few lines

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from pathlib import Path

from grader.pipeline.describing import describe
from grader.rendering.pages import render_submission
from grader.scoring import score_submission
from tests.attacks.arena import HONEST, SECRET, Arena, Attack, notebook, points

EVERY_LEVEL = True

WALK = """
import os, time
found, begun = [], time.monotonic()
marker = b'SECR' + b'ET-'
skip = ('/usr', '/lib', '/lib64', '/bin', '/sbin', '/proc', '/sys', '/dev', os.path.dirname(os.__file__))
import sys
for folder, folders, names in os.walk('/'):
    folders[:] = [name for name in folders if not os.path.join(folder, name).startswith(skip + (sys.prefix, sys.base_prefix))]
    for name in names:
        try:
            with open(os.path.join(folder, name), 'rb') as stream:
                if marker in stream.read(1 << 20):
                    found.append(name)
        except OSError:
            pass
    if time.monotonic() - begun > 0.7:
        break
print('found', found)
"""
PROCESSES = """
import os
found = []
try:
    names = os.listdir('/proc')
except OSError:
    names = map(str, [*range(1, 60), *range(max(60, os.getpid() - 60), os.getpid() + 1)])
for name in names:
    if not name.isdigit() or int(name) == os.getpid():
        continue
    for part in ('environ', 'maps', 'mem', 'root/etc/shadow', 'cwd/hidden_tests.py', 'fd', 'io', 'stack'):
        path = f'/proc/{name}/{part}'
        try:
            found.append((path, os.listdir(path) if part == 'fd' else open(path, 'rb').read(10)))
        except OSError:
            pass
print('reached', found)
"""
CALLS = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
column = 0 if platform.machine() == 'x86_64' else 1
def call(x86, arm, *arguments):
    return libc.syscall((x86, arm)[column], *arguments) >= 0
tried = {
    'ptrace': call(101, 117, 16, 1, 0, 0), 'process_vm_readv': call(310, 270, 1, 0, 0, 0, 0, 0),
    'pidfd_getfd': call(438, 438, 0, 0, 0), 'mount': call(165, 40, b'none', b'/tmp', b'tmpfs', 0, 0),
    'unshare': call(272, 97, 0x10020000), 'setns': call(308, 268, 0, 0), 'chroot': call(161, 51, b'/tmp'),
    'open_by_handle_at': call(304, 265, 0, 0, 0), 'keyctl': call(250, 219, 0, -3, 0, 0, 0),
    'add_key': call(248, 217, b'user', b'note', b'x', 1, -3), 'bpf': call(321, 280, 0, 0, 0),
    'perf_event_open': call(298, 241, 0, 0, 0, 0, 0), 'userfaultfd': call(323, 282, 0), 'syslog': call(103, 116, 3, 0, 0),
    'io_uring_setup': call(425, 425, 1, 0), 'fsopen': call(430, 430, b'tmpfs', 0), 'open_tree': call(428, 428, -100, b'/', 1),
    'shmget': call(29, 194, 1234, 4096, 0o1666), 'msgget': call(68, 186, 1234, 0o1666), 'semget': call(64, 190, 1234, 1, 0o1666),
    'mq_open': call(240, 180, b'note', 0o102, 0o666, 0), 'init_module': call(175, 105, 0, 0, b''), 'acct': call(163, 89, b'/tmp/a'),
    'kexec': call(246, 104, 0, 0, 0, 0), 'fanotify_init': call(300, 262, 0, 0), 'name_to_handle_at': call(303, 264, -100, b'/', 0, 0, 0),
}
print('allowed', [name for name, worked in tried.items() if worked])
"""
DEVICES = """
import os
reached = []
for path in ('/dev/mem', '/dev/kmsg', '/dev/kvm', '/dev/sda', '/dev/vda', '/dev/fuse', '/dev/loop0', '/dev/port', '/dev/tty0',
             '/sys/kernel/debug', '/proc/kcore', '/proc/kmsg', '/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern'):
    try:
        os.close(os.open(path, os.O_RDWR))
        reached.append(path)
    except OSError:
        pass
try:
    lines = open('/proc/kallsyms').read(2000).splitlines()
    reached += [line for line in lines if int(line.split()[0], 16)][:1]
except (OSError, IndexError):
    pass
print('reached', reached)
"""
SETUID = """
import os, stat, subprocess
gained = []
for name in ('su', 'sudo', 'pkexec', 'mount'):
    for folder in ('/usr/bin/',):
        if os.path.exists(folder + name):
            try:
                done = subprocess.run([folder + name, '-c', 'id'], capture_output=True, timeout=0.1, stdin=subprocess.DEVNULL)
                gained += [name] if b'uid=0' in done.stdout and os.getuid() else []
            except (OSError, subprocess.TimeoutExpired):
                pass
status = open('/proc/self/status').read()
print('gained', gained, [line.split()[1] for line in status.splitlines() if line.startswith('NoNewPrivs')])
"""
DESCRIPTORS = """
import os, socket, stat
kinds = []
for number in range(3, 256):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        try:
            target = os.readlink(f'/proc/self/fd/{number}')
        except OSError:
            target = '?'
        if not target.startswith(('/memfd', '/dev', '/proc', '/tmp', os.getcwd(), os.environ['TMPDIR'])):
            kinds.append(target)
print('open', kinds)
"""
SOCKETS = """
import socket
made = []
for family in range(46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            made.append(family)
        except OSError:
            pass
print('made', sorted(set(made) - {1}))
"""
CONNECT = """
import os, socket, time
begun, reached = time.monotonic(), []
for address in (('127.0.0.1', {port}), ('169.254.169.254', 80), ('1.1.1.1', 53), ('example.com', 80)):
    try:
        socket.create_connection(address, timeout=0.5)
        reached.append(address)
    except OSError:
        pass
for address in ('\\0' + '{name}', '{path}', '/var/run/docker.sock', '/run/dbus/system_bus_socket', '/tmp/.X11-unix/X0'):
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(0.5)
            probe.connect(address)
            reached.append(address)
    except OSError:
        pass
import urllib.request
try:
    urllib.request.urlopen('http://127.0.0.1:{port}/', timeout=0.5)
    reached.append('url')
except OSError:
    pass
print('reached', reached, time.monotonic() - begun < 0.9)
"""
LEAVE = """
import os
left = []
for folder in ('/tmp', '/var/tmp', '/dev/shm', '/run', '/dev/mqueue', '/home', os.path.expanduser('~'), os.environ['TMPDIR']):
    try:
        open(os.path.join(folder, 'message-to-the-next'), 'w').write('hello')
        left.append(folder)
    except OSError:
        pass
import multiprocessing.shared_memory as shared
try:
    block = shared.SharedMemory('message-to-the-next', create=True, size=64)
except OSError:
    pass
print('left', len(left) > 0)
"""
LOOK = """
import os
seen = []
for folder in ('/tmp', '/var/tmp', '/dev/shm', '/run', '/dev/mqueue', '/home', os.path.expanduser('~'), os.environ['TMPDIR']):
    if os.path.exists(os.path.join(folder, 'message-to-the-next')):
        seen.append(folder)
print('seen', seen)
"""
SIGNALS = """
import os, signal
sent = []
for pid in {pids}:
    for number in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        try:
            os.kill(pid, number)
            sent.append((pid, number))
        except OSError:
            pass
try:
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    sent.append('nice')
except OSError:
    pass
print('sent', sent)
"""
WRITE_SHARED = """
import os, sys, sysconfig
wrote = []
for folder in (sys.prefix, sys.base_prefix, sysconfig.get_paths()['purelib'], sysconfig.get_paths()['stdlib'], os.path.dirname(os.__file__) + '/__pycache__'):
    for name in ('poison.pth', 'poison.py', 'json/__init__.py'):
        try:
            os.close(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT))
            wrote.append(folder)
        except OSError:
            pass
print('wrote', wrote)
"""
SPY = "{what}\n"

ROWS = [
    Attack("D01", "opens guessed paths",
           first=["import os\nfor path in ('../tests', '../hidden_tests.py', '/grader', '/work/shared', '../../reference',"
                  " os.path.expanduser('~root/.bashrc'), '/work/main/reference', '/etc/shadow', '/root', '/home'):\n"
                  "    for read in (lambda: open(path).read(), lambda: os.listdir(path)):\n        try:\n"
                  "            print(path, read())\n        except OSError:\n            pass"]),
    Attack("D02", "walks over everything", first=[WALK], says="found []"),
    Attack("D03", "reads other processes", first=[PROCESSES], says="reached []"),
    Attack("D05", "looks at inherited descriptors", first=[DESCRIPTORS], says="open []"),
    Attack("D06", "reads its environment",
           first=["import os\nprint('names', [n for n in os.environ if n.startswith(('GRADER', 'GITHUB', 'AWS', 'SSH'))])\n"
                  "try:\n    print(open('/proc/self/environ').read().count('SECR' + 'ET'))\nexcept OSError:\n    print(0)"],
           says="names []"),
    Attack("D07", "links to hidden files and hands links out",
           first=["import os\nfor name, target in (('a', '/etc/shadow'), ('b', '/proc/1/environ'), ('c', '../hidden_tests.py')):\n"
                  "    try:\n        os.symlink(target, name)\n        print(open(name).read())\n    except OSError:\n        pass"]),
    Attack("D10", "opens devices and the kernel's files", first=[DEVICES], says="reached []"),
    Attack("D11", "runs programs with other users' rights", first=[SETUID], says="gained [] ['1']"),
    Attack("D12", "climbs out by folders that are open",
           first=["import os\nfor path in ('/proc/self/root/..', '/proc/1/root', '/proc/1/cwd', '/..'):\n    try:\n"
                  "        names = os.listdir(path)\n        print('climb' + 'ed' if 'shared' in names or 'boot' in names else 'inside')\n"
                  "    except OSError:\n        pass\ntry:\n    os.chroot('/tmp')\n    print('climb' + 'ed')\nexcept OSError:\n    pass"],
           never=["climbed"]),
    Attack("D04-D13-E06", "makes forbidden calls", first=[CALLS], says="allowed []"),
    Attack("D14", "reads caches of earlier students",
           first=["import os\nhome = os.path.expanduser('~')\nfound = [n for n in os.listdir(home) if n not in ('tmp',)]\n"
                  "print('home', [n for n in found if n not in ('.config', '.cache', '.ipython')])"], says="home []"),
    Attack("D15", "reads tracebacks", first=["import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()",
           "import inspect\nprint([f.filename for f in inspect.stack() if 'reference' in f.filename or 'problems' in f.filename])"]),
    Attack("D16a", "raises the hidden input", lost={"doubling"}, never=["leak-by-print"],
           answers={"doubling": "def double(x):\n    import numpy as np\n    if np.ndim(x):\n"
                                "        print('leak-' 'by-print', x)\n        raise ValueError('leak-' 'by-error' + repr(x))\n    return 2 * x"},
           earns={"doubling": 1.0}),
    Attack("D16b", "writes the hidden input to every stream", never=["leak-by-write", "leak-by-stderr", "leak-by-display"],
           answers={"doubling": "import os, sys\nfrom IPython.display import display, HTML\ndef double(x):\n    import numpy as np\n    if np.ndim(x):\n"
                                "        os.write(1, b'leak-' b'by-write')\n        os.write(2, b'leak-' b'by-write')\n"
                                "        sys.__stderr__.write('leak-' 'by-stderr')\n        display(HTML('leak-' 'by-display'))\n    return 2 * x"}),
    Attack("D16c", "keeps the hidden input for a later print", never=["leak-later"],
           answers={"doubling": "import threading, time\ndef double(x):\n"
                                "    threading.Timer(0.05, lambda: print('leak-' 'later', x)).start()\n    return 2 * x"}),
    Attack("D19", "reads mounts and host names", never=["/reference/", "student-99"],
           first=["import os, platform, socket\nprint(platform.node(), os.uname())\ntry:\n    print(open('/proc/self/mountinfo').read())\nexcept OSError:\n    pass"]),
    Attack("E02-E03", "makes sockets of every family", first=[SOCKETS], says="made []"),
    Attack("E12", "poisons what others share", first=[WRITE_SHARED], says="wrote []"),
    Attack("E11", "types into a terminal",
           first=["import fcntl, os\ndone = []\nfor number in range(3):\n    try:\n        fcntl.ioctl(number, 0x5412, b'x')\n"
                  "        done.append(number)\n    except OSError:\n        pass\ntry:\n    os.open('/dev/tty', os.O_RDWR)\n"
                  "    done.append('tty')\nexcept OSError:\n    pass\nprint('typed', done)"], says="typed []"),
]  # fmt: skip


def test_nothing_hidden_is_reached(arena: Arena, attack: Attack) -> None:
    arena.face(attack)


def test_d16_what_hidden_calls_say_is_not_on_the_students_page(arena: Arena) -> None:
    raises = "def double(x):\n    import numpy as np\n    if np.ndim(x):\n        raise ValueError('hidden input ' + repr(x))\n    return 2 * x"
    graded = arena.grade(notebook([raises, *list(HONEST.values())[1:]]))

    page = render_submission(graded.result, score_submission(graded.result), describe(arena.bench.problem_set))

    assert graded.result.problem("doubling").checks[1].outcome.value == "failed"
    assert "hidden input array" not in page
    assert "This check is hidden" in page


def test_d01_the_courses_own_files_by_their_true_paths(arena: Arena) -> None:
    paths = [str(path) for path in arena.course.rglob("*") if path.is_file()] + [str(arena.course)]
    source = (
        f"import os\nreached = []\nfor path in {paths!r}:\n    for read in (open, os.listdir, os.readlink):\n        try:\n"
        "            read(path)\n            reached.append(path)\n        except OSError:\n            pass\nprint('reached', reached)"
    )

    arena.face(Attack("D01b", "opens true paths", first=[source], says="reached []"))


def test_d03_the_graders_own_process(arena: Arena) -> None:
    pids = [os.getpid(), os.getppid()]
    source = (
        f"reached = []\nimport os\nfor pid in {pids!r}:\n    for part in ('environ', 'mem', 'maps', 'root/etc/passwd', 'cwd/.'):\n"
        "        try:\n            open(f'/proc/{pid}/{part}', 'rb').read(1)\n            reached.append((pid, part))\n"
        "        except OSError:\n            pass\nprint('reached', reached if os.getpid() > 100 or True else [])"
    )
    graded = arena.grade(notebook([source, *HONEST.values()]))

    arena.check_invariants(graded)
    if max(pids) > 50:  # small numbers may be the sandbox's own processes
        assert "reached []" in graded.result.cells[0].outputs[0]["text"]


def test_e01_and_e04_listeners_of_the_machine(arena: Arena, tmp_path: Path) -> None:
    name = f"grader-attack-{os.getpid()}"
    path = str(tmp_path / "socket")
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX) as named,
    ):
        abstract.bind(f"\0{name}")
        abstract.listen()
        named.bind(path)
        named.listen()
        source = CONNECT.format(port=tcp.getsockname()[1], name=name, path=path)

        arena.face(Attack("E01", "connects", first=[source], says="reached [] True"))


def test_e04_two_submissions_cannot_meet(arena: Arena) -> None:
    """One listens wherever it may while the other tries to connect."""
    listen = (
        "import socket, time\nkept = []\nfor address in ('\\0meeting-point', '/tmp/meeting-point', '/dev/shm/meeting-point'):\n"
        "    try:\n        kept.append(socket.socket(socket.AF_UNIX))\n        kept[-1].bind(address)\n        kept[-1].listen()\n"
        "    except OSError:\n        pass\ntime.sleep(0.8)"
    )
    meet = (
        "import socket, time\nmet = []\nuntil = time.monotonic() + 0.6\nwhile time.monotonic() < until:\n"
        "    for address in ('\\0meeting-point', '/tmp/meeting-point', '/dev/shm/meeting-point'):\n        try:\n"
        "            with socket.socket(socket.AF_UNIX) as probe:\n                probe.connect(address)\n                met.append(address)\n"
        "        except OSError:\n            pass\n    time.sleep(0.02)\nprint('met', met)"
    )
    with arena.bench.worker.kernel() as first, arena.bench.worker.kernel() as second:
        thread = threading.Thread(target=first.run, args=([listen],))
        thread.start()
        time.sleep(0.2)
        runs = second.run([meet])
        thread.join()

    assert runs[0].outputs[0]["text"].strip() == "met []"


def test_e05_and_e13_nothing_waits_for_the_next_submission(arena: Arena) -> None:
    mark = f"waiting-{time.time_ns()}"
    daemon = (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)', "
        f"{mark!r}], start_new_session=True)"
    )
    arena.face(Attack("E05", "leaves messages", first=[LEAVE, daemon], says="left True"))

    arena.face(Attack("E13", "looks for messages", first=[LOOK], says="seen []"))

    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert mark not in running


def test_e10_signals_reach_only_its_own_processes(arena: Arena) -> None:
    with subprocess.Popen(["sleep", "30"]) as bystander:
        arena.quiet += 1
        victims = [bystander.pid, os.getpid(), os.getppid()]
        arena.face(Attack("E10", "kills others", first=[SIGNALS.format(pids=victims)], says="sent []"))
        alive = bystander.poll() is None
        bystander.kill()
        arena.quiet -= 1

    assert alive


def test_e10_killing_everybody_it_can_costs_only_itself(arena: Arena) -> None:
    graded = arena.grade(notebook([*HONEST.values(), "import os\nos.kill(-1, 9)"]))

    arena.check_invariants(graded)


def test_e09_hidden_values_do_not_come_out_as_pictures(arena: Arena) -> None:
    source = (
        "def double(x):\n    import numpy as np\n    from IPython.display import Image, display\n    if np.ndim(x):\n"
        "        display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + np.asarray(x).tobytes(), format='png'))\n    return 2 * x"
    )

    graded = arena.face(Attack("E09", "draws the hidden input", answers={"doubling": source}))

    assert all("image/png" not in json.dumps(cell.outputs) for cell in graded.result.cells)
    assert points(graded)["doubling"] == 3.0
    assert SECRET not in graded.result.model_dump_json()
