"""What students get holds no reference, no hidden check and no expected value, and everything in it works."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import AuthoringError
from grader.loading.opening import open_submission
from grader.loading.references import load_reference
from grader.loading.sets import load_set
from grader.loading.submissions import Received
from grader.pipeline.releasing import write_bundle, write_bundles
from grader.pipeline.selfcheck import check_notebook
from grader.problem import Expression, Problem, Text
from grader.problem.translating import one_line
from grader.releasing import notebook_json
from grader.releasing.bundle import bundle_files
from grader.releasing.stripping import Kept, strip_problem
from tests.courses import CODE, RIGHT_MEAN, RIGHT_SCALE, heed_interrupts, make_course, notebook

COURSE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("course"))
    problem = root / "problems" / "demo" / "mean.py"
    problem.write_text(
        problem.read_text().replace('Expression(a="positive")', 'Expression(a="positive", sealed="anyway")')
    )
    out = tmp_path_factory.mktemp("student")
    remarks: list[str] = []
    write_bundle(root, "demo", out, tell=remarks.append)
    [remark] = remarks
    assert remark == "mean is sealed anyway: trying simple formulas finds it in about a minute"
    return out


def check(bundle: Path, *cells: str, arguments: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    path = bundle / "mine.ipynb"
    path.write_text(notebook(*cells))
    return subprocess.run(
        [sys.executable, "-m", "grader", "check", str(path), *arguments],
        cwd=bundle,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "GITHUB_STEP_SUMMARY": str(bundle / "summary.md"), "COLUMNS": "200"},
    )


def test_stripped_problem_keeps_public_checks_only():
    stripped = strip_problem(CODE, "scaling.py")

    names = [node.name for node in ast.parse(stripped).body if isinstance(node, ast.FunctionDef)]
    assert names == ["keeps_the_shape"]
    assert "assert_close" not in stripped
    assert "doubles every" not in stripped


def test_helpers_of_hidden_checks_go_with_them():
    source = CODE.replace("@problem.check(points=2", "SECRET = [1, 2]\n\n\ndef secret():\n    return SECRET\n\n\n"
                          "@problem.check(points=2").replace("x = rng", "secret()\n    x = rng")  # fmt: skip

    assert "secret" not in strip_problem(source, "a.py").lower()


def test_hidden_code_that_public_code_uses_is_refused():
    source = CODE.replace("    assert_shape(", "    doubles(student, None, None)\n    assert_shape(")

    with pytest.raises(AuthoringError, match="doubles is hidden, but public code uses it"):
        strip_problem(source, "a.py")


NUMBER = re.compile(r"\d+\.?\d*")


@pytest.mark.parametrize("name", ["ps08", "normalization", "optimization", "dropout_and_cnn"])
def test_shipped_sets_leak_nothing(name: str, tmp_path: Path):
    problem_set = load_set(COURSE, name)
    files = bundle_files(COURSE, problem_set, {})
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    released = b"\n".join(files.values()).decode()
    again = load_set(tmp_path, name)

    assert list(again.problems) == list(problem_set.problems)
    assert not any(part in released for part in ("mistakes/", "solution.py", "takes_reference"))
    for problem_name, problem in problem_set.problems.items():
        reference = load_reference(COURSE, name, problem_name, numbers=problem.numbers)
        public = {check.name for check in again.problems[problem_name].checks}
        stripped = files[f"problems/{name}/{problem_name}.py"].decode()

        assert "reference." not in stripped
        for check in problem.checks:
            assert (check.name in public) == (not check.takes_reference and not check.hidden)
            assert check.name in public or f"def {check.name}" not in stripped
        for mistake in reference.mistakes:
            assert mistake.hint not in released
        assert not any(text in one_line(stripped) for text in rubric_texts(problem))
        assert problem_set.problems[problem_name].points - sum(check.points for check in problem.checks) == (
            again.problems[problem_name].points - sum(c.points for c in again.problems[problem_name].checks)
        )
        solution = reference.solution.cells[-1].source
        for line in solution.splitlines():
            names = [answer for answer in problem.answers if line.startswith(f"{answer} = ")]
            value = line.partition(" = ")[2]
            if names and len(value) > 9 and not value.isidentifier():
                assert value not in released
        # numbers that the solution states and the question does not
        stated = {number for number in NUMBER.findall(solution) if len(number.strip("0.")) > 3}
        asked = set(NUMBER.findall(problem.statement + problem.setup + further_words(problem)))
        assert not (stated - asked) & set(NUMBER.findall(stripped))


@pytest.mark.parametrize("name", ["ps08", "normalization", "optimization", "dropout_and_cnn"])
def test_no_formula_of_solution_accepted_form_or_mistake_is_released(name: str):
    problem_set = load_set(COURSE, name)
    released = "".join(b"\n".join(bundle_files(COURSE, problem_set, {}).values()).decode().split())
    searched = 0
    for problem_name, problem in problem_set.problems.items():
        reference = load_reference(COURSE, name, problem_name, numbers=problem.numbers)
        written = [*reference.accepted.values(), *(mistake.submission for mistake in reference.mistakes)]
        for cell in (cell for one in (reference.solution, *written) for cell in one.cells):
            for text in answer_texts(cell.source, set(problem.answers)):
                searched += 1
                assert text not in released, f"{problem_name}: {text}"
    assert searched > 50


def answer_texts(source: str, answers: set[str]) -> Iterator[str]:
    """What a file says for each answer, without blanks: formulas, and the statements of functions."""
    for node in ast.walk(ast.parse(source)):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in answers:
            parts = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name in answers:
            parts = [part for part in node.body if not isinstance(part, ast.Expr)]
        for part in parts:
            is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
            text = "".join((part.value if is_text else ast.unparse(part)).split())  # type: ignore[attr-defined]
            if len(text) >= 12 and set(text) & set("+*/^("):
                yield text


def rubric_texts(problem: Problem) -> list[str]:
    texts = [answer for answer in problem.answers.values() if isinstance(answer, Text)]
    return [one_line(item.text) for answer in texts for item in answer.rubric.values()]


def further_words(problem: Problem) -> str:
    """All other words that students read of a problem."""
    checks = " ".join(check.claim for check in problem.checks if not check.takes_reference and not check.hidden)
    return checks + " ".join(answer.prompt + answer.cell(name) for name, answer in problem.answers.items())


WORDS = '''
"""It is the sum that does it."""

from grader import Problem, RubricItem, Text

problem = Problem(
    title="Words",
    statement="Why?",
    answers={"why": Text({"the_sum": RubricItem(1.5, "names the sum"), "badly": RubricItem(-1, "guesses")})},
    source="a book with solutions",
)
'''


def test_rubric_is_not_released_and_its_points_are(tmp_path: Path):
    root = make_course(tmp_path / "course")
    settings = root / "problems" / "demo" / "set.toml"
    settings.write_text(settings.read_text().replace('"scaling"', '"scaling", "words"'))
    (root / "problems" / "demo" / "words.py").write_text(WORDS)
    solution = root / "reference" / "demo" / "words" / "solution.py"
    solution.parent.mkdir()
    solution.write_text('"""By the sum."""\n\nwhy = "the sum"\n')
    write_bundle(root, "demo", tmp_path / "student")
    path = tmp_path / "student" / "mine.ipynb"
    path.write_text(notebook("**Answer `why`**: because"))

    found = check_notebook(path)

    everything = "".join(part.read_text() for part in (tmp_path / "student").rglob("*") if part.is_file())
    assert not any(word in everything for word in ("the sum", "the_sum", "guesses", "a book"))
    [item] = found.result.problem("words").rubric
    assert (item.text, item.points) == ("a person reads this", 1.5)


def test_rubric_that_cannot_be_taken_out_is_refused():
    source = re.sub(r"Text\(.*\)}", "ONE}", WORDS).replace(
        "problem = Problem", 'ONE = Text({"the_sum": RubricItem(1.5, "names the sum")})\nproblem = Problem'
    )

    with pytest.raises(AuthoringError, match=r"words.py: 'names the sum' is for those who grade"):
        strip_problem(source, "words.py", Kept(texts={"why": 1.5}, secrets=["names the sum"]))


PO = """
msgid "A demo"
msgstr "Ein Versuch 𝒟"

msgid "A mean"
msgstr "Ein Mittelwert"

msgid "Let $x$ be uniform on $[0, a]$. Find its mean."
msgstr "Sei $x$ gleichverteilt auf $[0, a]$.\\n\\nBestimme den \\"Mittelwert\\"."

msgid "scale keeps the shape of its argument."
msgstr "scale erhält die Form."

msgid "scale doubles every entry."
msgstr "GEHEIM"

msgid "This is the largest value, not the mean."
msgstr "GEHEIM"

msgid "Write `scale(x)`, which multiplies an array by [[factor]]."
msgstr "Schreibe `scale(x)`, das mit [[factor]] malnimmt."
"""


def german(root: Path) -> Path:
    make_course(root)
    settings = root / "problems" / "demo" / "set.toml"
    settings.write_text(settings.read_text().replace('isolation = "L1"', 'isolation = "L1"\nlanguage = "de"'))
    problem = root / "problems" / "demo" / "scaling.py"
    problem.write_text(
        problem.read_text()
        .replace("which doubles an array", "which multiplies an array by [[factor]]")
        .replace("    setup=", "    variant=lambda rng: {'factor': rng.integers(2, 4)},\n    setup=")
    )
    (root / "problems" / "demo" / "locale").mkdir()
    (root / "problems" / "demo" / "locale" / "de.po").write_text(PO, encoding="utf-8")
    return root


def test_bundle_and_self_check_speak_the_language_of_the_set(tmp_path: Path):
    root = german(tmp_path / "course")
    out = tmp_path / "student"
    write_bundle(root, "demo", out)
    released = (out / "demo.ipynb").read_text(encoding="utf-8")
    path = out / "demo.ipynb"
    path.write_text(released.replace("$$\\\\dots$$", "$$\\\\frac a2$$"), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "demo.ipynb"], cwd=out, capture_output=True, text=True, check=False
    )

    text = "".join("".join(cell["source"]) for cell in json.loads(released)["cells"])
    assert "# Ein Versuch 𝒟" in text
    assert 'auf $[0, a]$.\n\nBestimme den "Mittelwert".' in text
    assert re.search(r"das mit [23] malnimmt", text)
    assert "(2 Punkte)" in text
    assert "Füllen Sie" in (out / "README.md").read_text(encoding="utf-8")
    everything = "".join(part.read_text(encoding="utf-8") for part in out.rglob("*.*") if part.suffix != ".html")
    assert "GEHEIM" not in everything
    assert "largest value" not in everything
    assert "Ein Mittelwert\n  ✓ mean: read as a/2" in done.stdout, done.stderr
    assert "scale erhält die Form." in done.stdout
    page = (out / "demo-check.html").read_text(encoding="utf-8")
    assert re.search(r"das mit [23] malnimmt", page)
    assert '<html lang="de"' in page


def test_students_own_numbers_are_filled_into_the_translation(tmp_path: Path):
    root = german(tmp_path / "course")
    write_bundles(root, "demo", tmp_path / "out", ["student-01"])

    text = (tmp_path / "out" / "student-01" / "demo.ipynb").read_text(encoding="utf-8")

    assert re.search(r"das mit [23] malnimmt", text)


def test_settings_and_translations_hold_any_text(tmp_path: Path):
    root = german(tmp_path / "course")
    odd = 'a "quote" \\ back\tslash\x7f \u2028 𝒟 \n\n# no comment\r end'
    problem_set = replace(load_set(root, "demo"), title=odd, translations={"A demo": odd})
    for path, data in bundle_files(root, problem_set, {}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)

    again = load_set(tmp_path, "demo")

    assert again.title == odd
    assert one_line(again.translations["A demo"]) == one_line(odd.replace("\u2028", ""))


def test_released_notebook_is_recognised_and_blank():
    problem_set = load_set(COURSE, "ps08")
    released = notebook_json(problem_set)

    submission = open_submission(Received("student-01", "ps08.ipynb", released.encode()), problem_set)

    assert submission.related
    assert dict(submission.places) == {}
    assert {cell.tag["answer"] for cell in submission.cells if "answer" in cell.tag} == set(problem_set.owners)
    assert len({cell["id"] for cell in json.loads(released)["cells"]}) == len(submission.cells)


def test_right_answers_are_told_in_any_form_and_quickly(bundle: Path):
    started = time.monotonic()
    done = check(bundle, "**Answer `mean`**: $\\frac12 a$", RIGHT_SCALE)

    assert done.returncode == 0, done.stderr
    assert "✓ `mean` is the right formula, in any form." in done.stdout
    assert "✓ scale keeps the shape of its argument." in done.stdout
    assert "not the grade: 2 hidden checks were not run here" in done.stdout
    assert time.monotonic() - started < 60


def test_wrong_answers_are_told_without_the_right_ones(bundle: Path):
    done = check(bundle, "**Answer `mean`**: $a^2$", "def scale(x):\n    return x.ravel()")

    assert done.returncode == 1
    assert "this is not the right formula" in done.stdout
    assert "a result of shape (2, 3) was expected, got shape (6,)" in done.stdout


def test_unreadable_and_missing_answers_are_told(bundle: Path):
    done = check(bundle, "**Answer `mean`**: $b/2$", "print(1)")

    assert done.returncode == 1
    assert "✗ mean: column" in done.stdout
    assert "unknown symbol 'b'; this formula may use a" in done.stdout
    assert "· scale: not given yet" in done.stdout


def test_endless_loop_ends_in_a_clear_message(bundle: Path):
    done = check(bundle, RIGHT_MEAN, "while True: pass", RIGHT_SCALE)

    assert "cell 2: its limit of time was reached" in done.stdout
    assert "✓ scale keeps the shape" in done.stdout


def test_file_that_is_no_notebook_gets_one_line(bundle: Path):
    (bundle / "broken.ipynb").write_text("{")

    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "broken.ipynb"],
        cwd=bundle, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr.startswith("grader: broken.ipynb: not valid JSON")


def test_workflow_commands_of_a_student_are_not_obeyed(bundle: Path):
    hostile = 'print("::set-output name=x::1")\nraise ValueError("\\n::error::owned")'

    done = check(bundle, "**Answer `mean`**: $a\n::error::x$", hostile, arguments=("--github",))

    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert commands
    assert all(line.startswith("::warning file=") for line in commands)
    summary = (bundle / "summary.md").read_text()
    assert "2 hidden checks are not run here" in summary
    assert "::error" not in summary


def test_short_answer_is_not_sealed_unless_its_author_says_so(tmp_path: Path):
    root = make_course(tmp_path)
    problem = root / "problems" / "demo" / "mean.py"
    problem.write_text(problem.read_text().replace('a="positive"', 'a="positive", sealed=True'))

    with pytest.raises(AuthoringError, match=r"mean: cannot be sealed: .* finds it after \d+ guesses, .*anyway"):
        write_bundle(root, "demo", tmp_path / "student")

    assert not (tmp_path / "student").exists()


def test_unknown_word_for_sealing_is_refused():
    with pytest.raises(AuthoringError, match="sealed must be True, False or"):
        Expression(a="positive", sealed="yes")  # type: ignore[arg-type]


def test_sealed_bundle_holds_no_formula(bundle: Path):
    everything = "".join(path.read_text() for path in bundle.rglob("*") if path.suffix in (".py", ".json", ".toml"))

    assert json.loads((bundle / "bundle.json").read_text())["seals"]["mean"]["numeric"]
    assert "a/2" not in everything.replace(" ", "")
    assert "2 * x" not in everything


CHAIN = """
@problem.check(points=1)
def first(student):
    \"\"\"The first holds.\"\"\"


@problem.check(points=1, needs=(first,))
def second(student, reference):
    \"\"\"The second holds.\"\"\"


@problem.check(points=1, needs=(second,))
def third(student):
    \"\"\"The third holds.\"\"\"
"""


def test_public_check_behind_a_hidden_one_needs_what_that_one_needed():
    stripped = strip_problem(CODE + CHAIN, "scaling.py")

    assert "def second" not in stripped
    assert "needs=(first,)" in stripped.partition("def first")[2]


def test_check_behind_one_that_needs_the_solution_runs_without_it(tmp_path: Path):
    root = make_course(tmp_path)
    problem = root / "problems" / "demo" / "scaling.py"
    problem.write_text(problem.read_text().replace("needs=(keeps_the_shape,), hidden=True", "") + CHAIN)
    path = root / "mine.ipynb"
    path.write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))

    found = check_notebook(path)

    outcomes = {check.check: check.outcome.value for check in found.result.problem("scaling").checks}
    assert outcomes == {
        "keeps_the_shape": "passed", "doubles": "not_run", "first": "passed", "second": "not_run", "third": "passed",
    }  # fmt: skip


def test_self_check_left_in_a_cell_costs_nothing(tmp_path: Path):
    root = make_course(tmp_path)
    path = root / "mine.ipynb"
    path.write_text(notebook(RIGHT_MEAN, f"%load_ext grader\n%check\n{RIGHT_SCALE}"))

    found = check_notebook(path)

    assert not any(cell.error for cell in found.result.cells)
    assert found.result.problem("scaling").checks[0].outcome.value == "passed"


def test_data_is_released_and_the_courses_own_counts(tmp_path: Path):
    root = make_course(tmp_path / "course")
    settings = root / "problems" / "demo" / "set.toml"
    settings.write_text(settings.read_text().replace('isolation = "L1"', 'isolation = "L1"\nfiles = ["data.csv"]'))
    (root / "problems" / "demo" / "data.csv").write_text("1,2\n")
    bundle = tmp_path / "student"
    write_bundle(root, "demo", bundle)
    (bundle / "helper.py").write_text("FACTOR = 2\n")
    (bundle / "unrelated.txt").write_text("x")
    cell = "import helper\nassert open('data.csv').read() == '1,2\\n'\ndef scale(x):\n    return helper.FACTOR * x"
    path = bundle / "mine.ipynb"
    path.write_text(notebook(RIGHT_MEAN, cell))

    checked = check_notebook(path)
    changed = Received("student-01", "demo.ipynb", path.read_bytes(), (("data.csv", b"forged"),))
    submission = open_submission(changed, load_set(root, "demo"))

    assert checked.result.problem("scaling").checks[0].outcome.value == "passed"
    assert submission.files == {"data.csv": b"1,2\n"}
    assert "'data.csv' is not the file that was released; the course's own was used" in submission.flags
    settings.write_text(settings.read_text().replace("data.csv", "../secret"))
    with pytest.raises(AuthoringError, match=r"files names '../secret', which is no file below"):
        load_set(root, "demo")


def test_interrupted_check_says_so_and_leaves_nothing(bundle: Path, tmp_path: Path):
    path = bundle / "endless.ipynb"
    path.write_text(notebook(RIGHT_MEAN, "open('begun', 'w')\nwhile True: pass"))
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "check", str(path)],
        cwd=bundle, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - only a signal is set
    )  # fmt: skip
    until = time.monotonic() + 60
    while not list(tmp_path.rglob("begun")) and time.monotonic() < until:
        time.sleep(0.05)

    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)

    assert (process.returncode, error) == (130, "interrupted; nothing was written\n")
    assert not (bundle / "endless-check.html").exists()
    until = time.monotonic() + 10
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []
