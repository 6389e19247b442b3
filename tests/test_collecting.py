"""Downloads of other systems become hand-ins of known students; hostile archives become one line."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.cli import cli
from grader.errors import SubmissionError
from grader.loading.archives import ArchiveLimits, read_archive
from grader.loading.collecting import collect, match_roster, unpacked
from grader.pipeline.batch import plan
from grader.recording.ledger import Ledger
from tests.courses import RIGHT_MEAN, make_course, notebook

NOTEBOOK = notebook(RIGHT_MEAN).encode()


def zipped(files: dict[str, bytes], **options: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = int(options.get("mode", 0o100644)) << 16  # type: ignore[call-overload]
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(**changes: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo("a.ipynb")
        entry.size = 3
        for name, value in changes.items():
            setattr(entry, name, value)
        archive.addfile(entry, io.BytesIO(b"abc"))
    return out.getvalue()


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("A.ipynb", "1")
        archive.writestr("a.ipynb", "2")
    return out.getvalue()


def changed(archive: bytes, place: int) -> bytes:
    """An archive with one byte changed at this place of the entry in its directory."""
    data = bytearray(archive)
    data[data.index(b"PK\x01\x02") + place] ^= 0x55
    return bytes(data)


HOSTILE = {
    "D09a climbs out": (zipped({"../x.ipynb": b"x"}), "leads out of the archive"),
    "D09b absolute": (zipped({"/etc/x": b"x"}), "no relative name"),
    "J07 drive": (zipped({"C:x": b"x"}), "no relative name"),
    "D09c backslash": (zipped({"a\\..\\x": b"x"}), "no relative name|leads out"),
    "J02a link": (zipped({"a": b"/etc/passwd"}, mode=0o120777), "a link or a device"),
    "J06 control": (zipped({"a\x1bb": b"x"}), "control characters"),
    "J05a deep": (zipped({"a/" * 40 + "x": b"x"}), "too deep or too long"),
    "J05b long": (zipped({"a" * 400: b"x"}), "too deep or too long"),
    "J03a letters of another case": (twice(), "is there twice"),
    "J01 bomb": (zipped({str(number): b"\0" * (8 << 20) for number in range(8)}), "unpacks to more than is allowed"),
    "J03b one name in two normal forms": (zipped({"\u00e9.ipynb": b"1", "e\u0301.ipynb": b"2"}), "is there twice"),
    "J03c a file and a folder of one name": (zipped({"a": b"1", "a/b": b"2"}), "is there twice"),
    "J04c another checksum": (changed(zipped({"a": b"x" * 1000}), 16), "damaged"),
    "J04d unknown compression": (changed(zipped({"a": b"x" * 1000}), 10), "damaged"),
    "J04a truncated": (zipped({"a": b"x" * 1000})[:-30], "damaged"),
    "nothing": (b"hello", "a zip or tar archive was expected"),
    "J02b tar link": (tarred(type=tarfile.SYMTYPE, linkname="/etc/passwd", size=0), "a link or a device"),
    "J02c tar hard link": (tarred(type=tarfile.LNKTYPE, linkname="x", size=0), "a link or a device"),
    "J02d tar device": (tarred(type=tarfile.CHRTYPE, size=0), "a link or a device"),
    "J02e tar pipe": (tarred(type=tarfile.FIFOTYPE, size=0), "a link or a device"),
    "D09d tar out": (tarred(name="../../x"), "leads out of the archive"),
    "J04b tar truncated": (tarred()[:40], "damaged"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archive_is_refused_with_its_reason(case: str):
    data, reason = HOSTILE[case]

    with pytest.raises(SubmissionError, match=reason) as caught:
        read_archive(data, "class.zip")

    assert str(caught.value).startswith("class.zip: ")


def test_j04_encrypted_entry_is_refused():
    data = bytearray(zipped({"a": b"x"}))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1

    with pytest.raises(SubmissionError, match="is encrypted"):
        read_archive(bytes(data), "class.zip")


def test_j05_too_many_entries_are_refused():
    data = zipped({str(number): b"" for number in range(11)})

    with pytest.raises(SubmissionError, match="more than 10 entries"):
        read_archive(data, "class.zip", limits=ArchiveLimits(entries=10))


def test_usual_archives_are_read():
    assert read_archive(zipped({"a/b.ipynb": b"x"}), "z") == {"a/b.ipynb": b"x"}
    assert read_archive(tarred(name="./a/b.ipynb"), "t") == {"a/b.ipynb": b"abc"}


@given(st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b""]))
def test_any_bytes_are_an_archive_or_refused(data: bytes, start: bytes):
    try:
        read_archive(start + data, "class.zip")
    except SubmissionError as error:
        assert str(error).startswith("class.zip: ")


ROSTER = {"student-01": ["Ada Lovelace", "ada", "101"], "student-02": ["Emmy Noether", "emmy", "102"]}
GRADESCOPE = b"""submission_77:
  :submitters:
  - :name: Ada Lovelace
    :email: ada@example.org
  :created_at: 2026-11-02 18:03:04.123456789 +01:00
  :score: 0
submission_78:
  :submitters:
  - :name: Emmy Noether
  :created_at: 2026-11-03 08:00:00.1 Z
"""

LAYOUTS = {
    "moodle": {"Ada Lovelace_17_assignsubmission_file/demo.ipynb": NOTEBOOK,
               "Emmy Noether_18_assignsubmission_file_/hw.ipynb": NOTEBOOK},
    "canvas": {"lovelaceada_101_5_demo.ipynb": b"old", "lovelaceada_101_9_demo-1.ipynb": NOTEBOOK,
               "noetheremmy_LATE_102_7_demo.ipynb": NOTEBOOK},
    "gradescope": {"assignment_1_export/submission_77/demo.ipynb": NOTEBOOK,
                   "assignment_1_export/submission_78/demo.ipynb": NOTEBOOK,
                   "assignment_1_export/submission_metadata.yml": GRADESCOPE},
    "folders": {"ada/demo.ipynb": NOTEBOOK, "emmy/demo.ipynb": NOTEBOOK, "__MACOSX/x": b"", "nobody/readme.txt": b""},
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_hand_ins_are_found_in_every_layout(layout: str):
    files = LAYOUTS[layout]
    if layout == "gradescope":
        files = {name.removeprefix("assignment_1_export/"): data for name, data in files.items()}

    found, unknown = match_roster(collect(files), ROSTER)

    assert sorted(found) == ["student-01", "student-02"]
    assert [one.owner for one in unknown] == (["nobody"] if layout == "folders" else [])
    assert all(NOTEBOOK in one.files.values() for one in found.values())
    if layout == "gradescope":
        assert [one.received for one in found.values()] == ["2026-11-02T18:03:04+01:00", "2026-11-03T08:00:00+00:00"]
    if layout == "canvas":
        assert (found["student-01"].late, found["student-02"].late) == (False, True)


def test_who_is_not_in_the_roster_is_named_and_not_guessed():
    collected = collect({"ada/demo.ipynb": NOTEBOOK, "Ada Lovelace/demo.ipynb": NOTEBOOK, "zoe/demo.ipynb": NOTEBOOK})

    found, unknown = match_roster(collected, ROSTER)

    assert list(found) == ["student-01"]
    assert len(unknown) == 2


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_what_was_handed_in_as_an_archive_is_unpacked(depth: int):
    name, data = "my/demo.ipynb", NOTEBOOK
    for _ in range(depth):
        name, data = "hand in.zip", zipped({name: data})

    (one,) = collect({f"Ada Lovelace_17_assignsubmission_file/{name}": data})

    assert [path.rpartition("/")[2] for path in one.files] == ["demo.ipynb"]
    assert list(one.files.values()) == [NOTEBOOK]


def test_hand_in_without_a_notebook_is_named_and_looked_at(tmp_path: Path):
    root = make_course(tmp_path / "course")
    files = {
        "Ada Lovelace_17_assignsubmission_file/demo.ipynb": NOTEBOOK,
        "Emmy Noether_18_assignsubmission_file/homework.pdf": b"%PDF",
        "Zoe_19_assignsubmission_file/broken.zip": b"PK\x03\x04 cut",
        "list.txt": b"who",
    }
    (tmp_path / "class.zip").write_bytes(zipped(files))

    words = ["collect", str(tmp_path / "class.zip"), "--set", "demo", "--root", str(root)]
    done = CliRunner().invoke(cli, words, standalone_mode=False)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        planned = plan(root, "demo", ledger)

    assert done.return_value == 1
    assert "no notebook from 'Emmy Noether': homework.pdf was handed in" in done.output
    assert "no notebook from 'Zoe': broken.zip was handed in" in done.output
    assert "passed over, since no name in it tells whose it is: list.txt" in done.output
    assert [received.student for received, _ in planned.jobs] == ["Ada Lovelace"]
    assert {one.student: one.message for one in planned.rejected} == {
        "Emmy Noether": "Emmy Noether: no notebook found; demo.ipynb was expected, it holds homework.pdf",
        "Zoe": "Zoe: no notebook found; demo.ipynb was expected, it holds broken.zip; "
        "unpack it, or take it in with `grader collect`",
    }


def test_archive_that_would_burst_is_left_as_it_was():
    bomb = zipped({"zeros.txt": b"0" * (40 << 20)})

    found = unpacked({"a/bomb.zip": bomb, "a/demo.ipynb": NOTEBOOK})

    assert found == {"a/bomb.zip": bomb, "a/demo.ipynb": NOTEBOOK}


def test_damaged_times_of_receipt_are_written_anew(tmp_path: Path):
    root = make_course(tmp_path / "course")
    receipts = root / "submissions" / "demo" / ".receipts.json"
    receipts.parent.mkdir(parents=True)
    receipts.write_text("{half")
    (tmp_path / "class.zip").write_bytes(zipped(LAYOUTS["gradescope"]))

    done = CliRunner().invoke(cli, ["collect", str(tmp_path / "class.zip"), "--set", "demo", "--root", str(root)])

    assert done.exit_code == 0, done.output
    assert len(json.loads(receipts.read_text())) == 2


def test_download_becomes_a_class_with_times_of_receipt(tmp_path: Path):
    root = make_course(tmp_path / "course")
    (tmp_path / "class.zip").write_bytes(zipped(LAYOUTS["gradescope"]))
    with (tmp_path / "roster.csv").open("w") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "name"])
        writer.writerows([name, spellings[0]] for name, spellings in ROSTER.items())

    done = subprocess.run(
        [sys.executable, "-m", "grader", "collect", str(tmp_path / "class.zip"), "--set", "demo", "--roster",
         str(tmp_path / "roster.csv")],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        jobs = {received.student: received for received, _ in plan(root, "demo", ledger).jobs}
    assert sorted(jobs) == ["student-01", "student-02"]
    assert jobs["student-01"].received == "2026-11-02T18:03:04+01:00"
    assert json.loads((root / "submissions" / "demo" / ".receipts.json").read_text()).keys() == jobs.keys()


@pytest.mark.parametrize(
    ("text", "words"),
    [("name\nx\n", "the column student was expected"), ("student\na\na\n", "'a' is there twice"),
     ("student\n../x\n", "cannot be the name of a student's folder")],
)  # fmt: skip
def test_roster_that_is_wrong_is_named(tmp_path: Path, text: str, words: str):
    root = make_course(tmp_path / "course")
    (tmp_path / "class.zip").write_bytes(zipped(LAYOUTS["folders"]))
    (tmp_path / "roster.csv").write_text(text)

    done = subprocess.run(
        [sys.executable, "-m", "grader", "collect", str(tmp_path / "class.zip"), "--set", "demo", "--roster",
         str(tmp_path / "roster.csv")],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert words in done.stderr
