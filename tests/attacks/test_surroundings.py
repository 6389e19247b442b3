"""Section B: start-up files, configuration, shadowed imports and the habits of notebooks."""

# ruff: noqa: E501, ISC004 - sources of attacks are kept on few lines

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.arena import SECRET, Arena, Attack

SHADOW = b"raise RuntimeError('a shadow was imported')\n"
MARK = "planted-by-a-student"

ROWS = [
    Attack("B01a", "ships modules named like libraries",
           files=dict.fromkeys(("numpy.py", "json.py", "random.py", "torch.py", "IPython.py", "asyncio.py", "numpy/__init__.py", "encodings/__init__.py", "grader.py", "site.py"), SHADOW),
           first=["import json, random\nimport numpy as np\nprint('imported', np.ones(2).sum(), json.dumps(1))"],
           says="imported 2.0 1"),
    Attack("B01b", "ships a module of its own", files={"helper.py": b"factor = 2\n"},
           first=["import helper"], answers={"doubling": "def double(x):\n    return helper.factor * x"}),
    Attack("B02", "ships files for test runners",
           files={"conftest.py": SHADOW, "pytest.ini": b"[pytest]\naddopts = -p no:terminal\n", "tox.ini": b"[pytest]\n",
                  "pyproject.toml": b"[tool.pytest.ini_options]\naddopts='--x'\n", "setup.cfg": b"[tool:pytest]\n"}),
    Attack("B03", "ships files for Python's start",
           files={"sitecustomize.py": SHADOW, "usercustomize.py": SHADOW, "evil.pth": b"import os; os._exit(3)\n",
                  "pyvenv.cfg": b"home = /tmp\n", "python311._pth": b".\n"},
           first=["import subprocess, sys\ndone = subprocess.run([sys.executable, '-I', '-c', 'print(6 * 7)'],"
                  " capture_output=True, text=True)\nprint('child', done.stdout.strip())"],
           says="child 42"),
    Attack("B04", "plants start-up files of IPython",
           files={"ipython_config.py": SHADOW, "profile_default/startup/evil.py": SHADOW},
           first=["import os\nfolder = os.path.expanduser('~/.ipython/profile_default/startup')\n"
                  "os.makedirs(folder, exist_ok=True)\nopen(folder + '/00.py', 'w').write('import os; os._exit(3)')"]),
    Attack("B05", "ships a kernel", files={"kernel.json": b'{"argv": ["/bin/false"]}'}),
    Attack("B06", "plants files in its home", seconds=6.0,
           first=["import os\nfor name in ('.bashrc', '.profile', '.netrc', '.gitconfig', '.ssh/authorized_keys'):\n"
                  "    path = os.path.join(os.path.expanduser('~'), name)\n"
                  "    os.makedirs(os.path.dirname(path), exist_ok=True)\n"
                  f"    open(path, 'a').write('{MARK}')"]),
    Attack("B07", "sets variables for children",
           first=["import os\nos.environ.update(PYTHONPATH='/tmp', LD_PRELOAD='/tmp/evil.so', PYTHONSTARTUP='/tmp/x.py',"
                  " BASH_ENV='/tmp/x', MPLCONFIGDIR='/proc')\n%env HIDDEN=1"],
           files={".env": b"LD_PRELOAD=/tmp/evil.so\n"}),
    Attack("B08a", "installs a package by a command", first=["!pip install grader-evil", "%pip install grader-evil"],
           says="list packages"),
    Attack("B08b", "installs a package from Python", seconds=8.0,
           first=["import subprocess, sys\ndone = subprocess.run([sys.executable, '-m', 'ensurepip', '--version'],"
                  " capture_output=True, timeout=0.9)",
                  "import sys, os\ntry:\n    open(os.path.join(sys.prefix, 'evil.py'), 'w')\nexcept OSError as error:\n"
                  "    print('refused', error.errno)"],
           says="refused"),
    Attack("B09", "plants compiled files",
           files={"__pycache__/json.cpython-311.pyc": b"\xa7\r\r\n" + bytes(12) + SHADOW, "helper.pyc": b"\xa7\r\r\n"},
           first=["import os\nprint('here', sorted(os.listdir('.')))"], never=["cpython-311.pyc"]),
    Attack("B10", "ships programs", files={"tool.sh": b"#!/bin/sh\necho x\n", "lib.so": b"\x7fELF"},
           first=["import os\nprint('executable', [n for n in os.listdir('.') if os.access(n, os.X_OK) and n != 'tmp'])"]),
    Attack("B11", "runs commands", first=["%%bash\necho reached-a-shell", "!echo reached-a-shell", "%%sh\nid",
                                          "%sx id", "get_ipython().system('echo reached-a-shell')"],
           never=['"reached-a-shell\\\\n"', "uid="]),
    Attack("B12", "sends scripts for the page", first=["%%javascript\nalert(1)",
           "from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>alert(1)</script>'),"
           " Javascript('alert(1)'))"]),
    Attack("B13a", "asks for input", first=["name = input('name? ')"], says="StdinNotImplementedError"),
    Attack("B13b", "asks for a password", first=["import getpass\ngetpass.getpass()"]),
    Attack("B13c", "stops in the debugger", first=["breakpoint()", "import pdb\npdb.set_trace()", "%debug"]),
    Attack("B14a", "awaits at the top level", first=["import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')"],
           says="awaited"),
    Attack("B14b", "leaves a loop running",
           first=["import asyncio\nasync def forever():\n    while True:\n        await asyncio.sleep(0)\n"
                  "task = asyncio.get_event_loop().create_task(forever())", "print('next')"], says="next"),
    Attack("B14c", "awaits for ever", first=["import asyncio\nawait asyncio.sleep(1000)"], limit="time"),
    Attack("B15a", "changes the process's state",
           first=["import locale, os, signal, sys, warnings\nimport numpy as np\nos.makedirs('elsewhere')\n"
                  "os.chdir('elsewhere')\nos.umask(0o777)\nsys.setrecursionlimit(200)\nnp.seterr(all='raise')\n"
                  "warnings.simplefilter('error')\nnp.set_printoptions(precision=1)\n"
                  "for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGALRM):\n"
                  "    signal.signal(number, signal.SIG_IGN)"]),
    Attack("B15b", "removes its own folder", first=["import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)"]),
    Attack("J06", "hands in files with names for a shell", says="here 6",
           files={"--help.py": b"", "a b;$(touch x).py": b"", "*.py": b"", "\U0001f600.txt": b"", "line\nbreak.txt": b"", "\u202etxt.py": b""},
           first=["import os\nprint('here', len([n for n in os.listdir('.') if n != 'tmp']))"]),
    Attack("J07", "hands in files with names for Windows", says="here 5",
           files={"CON.txt": b"", "NUL.py": b"", "a:b.txt": b"", "back\\slash.py": b"", "dot..txt": b""},
           first=["import os\nprint('here', len([n for n in os.listdir('.') if n != 'tmp']))"]),
    Attack("B16", "uses processes", seconds=8.0,
           first=["import multiprocessing\ncontext = multiprocessing.get_context('fork')\nqueue = context.SimpleQueue()\n"
                  "child = context.Process(target=queue.put, args=(42,))\nchild.start()\n"
                  "print('answer', queue.get())\nchild.join()"],
           says="answer 42"),
]  # fmt: skip


def test_the_surroundings_stay_as_they_are(arena: Arena, attack: Attack) -> None:
    arena.face(attack)


def test_nothing_is_planted_in_the_graders_home() -> None:
    for name in (".bashrc", ".profile", ".netrc", ".gitconfig", ".ssh/authorized_keys"):
        path = Path.home() / name
        assert not path.exists() or MARK not in path.read_text(encoding="utf-8", errors="replace")


def test_the_secret_is_where_a_student_would_look_for_it(arena: Arena) -> None:
    """Otherwise the other tests prove nothing."""
    assert os.environ["GRADER_TEST_SECRET"] == SECRET
    assert SECRET in (arena.course / "reference/attacks/doubling/solution.py").read_text()
