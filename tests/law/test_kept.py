"""The same bytes are read once in a process; an edited file is always read anew."""

from __future__ import annotations

import copy
import json
import os
import pickle
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import ocop
from ocop.law import _read
from ocop.law._files import CriteriaFile, SetFile
from ocop.law._folder import DecisionFolder
from ocop.law._kept import MOST_BYTES, Kept
from ocop.law._read import load
from ocop.law._read_only import ReadOnlyDict
from ocop.law._yaml import Document, read
from ocop.law.catalogue import shared_groups

Edit = Callable[[str, str, str], None]

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "criteria_sets"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Begin with nothing kept; return the list of the files that are parsed from now on."""
    names: list[str] = []

    def reading(raw: bytes, file: str) -> Document:
        names.append(file)
        return read(raw, file)

    shared_groups()
    monkeypatch.setattr(_read, "_KEPT", Kept())
    monkeypatch.setattr(_read, "read", reading)
    return names


def _names(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*.yaml"))


def test_a_second_load_parses_nothing(base: Path, parsed: list[str]) -> None:
    """Each file is parsed once for a load, and not again for the next one or for a validation."""
    law = ocop.load_decision(base)
    assert sorted(parsed) == _names(base)
    again = ocop.load_decision(base)
    assert ocop.validate(base) == ()
    assert [ocop.validate(path) for path in base.rglob("*.yaml")] == [()] * 6
    assert len(parsed) == 6
    assert (again, again.digest) == (law, law.digest)
    assert again.sets[1].item("2").criterion is law.sets[1].item("2").criterion


def test_the_same_bytes_elsewhere_are_not_parsed_again(
    base: Path, parsed: list[str], tmp_path: Path
) -> None:
    """A file is known by its content: a copy under another name and time is known too."""
    law = ocop.load_decision(base)
    del parsed[:]
    other = Path(shutil.copytree(base, tmp_path / "a copy"))
    os.utime(other / "decision.yaml", (1, 1))
    assert ocop.load_decision(other) == law
    assert parsed == []


def test_a_shipped_set_through_another_door_is_not_parsed_again(parsed: list[str]) -> None:
    """What a shipped set was read from is known when its folder is loaded by path."""
    root = DATA / "qd-26-2026"
    DecisionFolder(root, "shipped", shared_groups(), shipped=True).decision().sets[11]
    assert parsed == ["shipped/decision.yaml", "shipped/sets/11-tea.yaml"]
    del parsed[:]
    ocop.load_decision(root)
    wanted = {*_names(root)} - {str(root / "decision.yaml"), str(root / "sets" / "11-tea.yaml")}
    assert sorted(parsed) == sorted(wanted)


def test_an_edited_byte_is_read_anew(base: Path, edit: Edit, parsed: list[str]) -> None:
    """Neither name, size nor time hide an edit, and what was read before stays as it was."""
    path = base / "criteria" / "story.yaml"
    before, times = ocop.load_decision(base), path.stat()
    edit("criteria/story.yaml", "Gripping", "Charming")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    after = ocop.load_decision(base)
    assert parsed.count(str(path)) == 2
    assert len(parsed) == 7
    labels = [law.sets[1].item("5.2").criterion.options[1].label.en for law in (before, after)]
    assert labels == ["Gripping", "Charming"]
    assert before.digest != after.digest


def test_a_broken_file_is_told_each_time_and_mended_at_once(base: Path, edit: Edit) -> None:
    """Files with problems are never kept: an edit that breaks and one that mends both count."""
    assert ocop.validate(base) == ()
    edit("sets/01-tea.yaml", "points: 40", "points: forty")
    first = ocop.validate(base)
    assert [problem.code for problem in first] == ["wrong-type"]
    assert ocop.validate(base) == first
    edit("sets/01-tea.yaml", "points: forty", "points: 40")
    assert ocop.validate(base) == ()


def test_a_set_that_was_mended_is_read_anew(base: Path, edit: Edit) -> None:
    """A decision whose sets are read late does not hold on to a set that was broken."""
    law = DecisionFolder(base, "own", shared_groups()).decision()
    edit("sets/01-tea.yaml", "points: 15", "points: 14")
    for _ in range(2):
        with pytest.raises(ocop.LawError, match=r"own/sets/01-tea\.yaml"):
            law.sets[1]
    edit("sets/01-tea.yaml", "points: 14", "points: 15")
    assert law.sets[1] == ocop.load_decision(base).sets[1]


def test_nothing_of_a_file_with_problems_is_kept(tmp_path: Path, parsed: list[str]) -> None:
    """Broken YAML, a wrong shape and a wrong format leave nothing behind."""
    for number, text in enumerate(["a: [", "format: 1", 'format: "ocop-set/1"\n', ""]):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text, encoding="utf-8")
        assert ocop.validate(path) == ocop.validate(path) != ()
    assert _read._KEPT.size == 0
    assert len(parsed) == 8


def test_problems_between_known_files_name_the_folder_and_the_place(
    base: Path, edit: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes known from one folder can be wrong in another: places are as if nothing was known."""
    ocop.load_decision(base)
    other = Path(shutil.copytree(base, tmp_path / "another"))
    decision = other / "decision.yaml"
    text = decision.read_text(encoding="utf-8")
    text = text.replace('"A", points: 40', '"A", points: 41').replace("points: 25", "points: 24")
    decision.write_text(text.replace('id: "unsafe-water"', 'id: "no-water"'), encoding="utf-8")
    found = ocop.validate(other)
    assert {problem.file for problem in found} == {
        f"{other}/sets/01-tea.yaml",
        f"{other}/sets/02-village-walks.yaml",
    }
    monkeypatch.setattr(_read, "_KEPT", Kept())
    assert ocop.validate(other) == found
    assert ocop.validate(base) == ()


def test_known_bytes_are_still_of_one_kind(base: Path, parsed: list[str]) -> None:
    """A set file in the place of a criteria file is refused, known or not."""
    path = base / "sets" / "01-tea.yaml"
    fresh = load(path, "x", CriteriaFile).doc.problems
    assert load(path, "x", SetFile).value is not None
    assert load(path, "x", CriteriaFile).doc.problems == fresh
    assert [str(problem) for problem in fresh] == [
        "x:1:9: format: found 'ocop-set/1', allowed is ocop-criteria/1; "
        "did you mean 'ocop-criteria/1'? [unknown-format]"
    ]
    assert len(parsed) == 3


def test_what_is_kept_is_bounded_by_bytes() -> None:
    """What was not asked for the longest time goes first; what is too large is not kept."""
    kept = Kept(most=10)
    for raw in (b"aaaa", b"bbbb"):
        kept.keep(raw, raw.decode())
    assert (kept.get(b"aaaa"), kept.size) == ("aaaa", 8)
    kept.keep(b"cccc", "cccc")
    assert [kept.get(raw) for raw in (b"aaaa", b"bbbb", b"cccc")] == ["aaaa", None, "cccc"]
    kept.keep(b"d" * 10, "d")
    assert (kept.get(b"aaaa"), kept.get(b"d" * 10), kept.size) == (None, "d", 10)
    kept.keep(b"e" * 11, "e")
    assert (kept.get(b"d" * 10), kept.get(b"e" * 11), kept.size) == ("d", None, 10)
    kept.keep(b"d" * 10, "another")
    assert (kept.get(b"d" * 10), kept.size) == ("d", 10)


def test_all_shipped_files_fit_in() -> None:
    """The bound is wide: a program that works with every decision reads each file once."""
    assert sum(path.stat().st_size for path in DATA.rglob("*.yaml")) * 4 < MOST_BYTES
    assert Kept().most == MOST_BYTES


def test_a_small_room_changes_no_answer(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything is forgotten at once, everything is read anew, to the same end."""
    law = ocop.load_decision(base)
    for most in (0, 2_000):
        monkeypatch.setattr(_read, "_KEPT", Kept(most))
        assert ocop.load_decision(base) == law
        assert ocop.load_decision(base).digest == law.digest
        assert _read._KEPT.size <= most


def test_threads_get_the_same(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads that load, with room for some of the files only, all get the same law."""
    law = ocop.load_decision(base)
    kept = Kept(4_000)
    monkeypatch.setattr(_read, "_KEPT", kept)
    start = Barrier(8)

    def loading(_: int) -> list[str]:
        start.wait()
        return [ocop.load_decision(base).digest for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        found = {digest for digests in pool.map(loading, range(8)) for digest in digests}
    assert found == {law.digest}
    assert 0 < kept.size == sum(size for _, size in kept._found.values()) <= 4_000


def test_threads_share_a_shipped_set() -> None:
    """Of a set that many threads ask for at once all get one object."""
    law = DecisionFolder(DATA / "qd-26-2026", "x", shared_groups(), shipped=True).decision()
    start = Barrier(8)

    def asking(_: int) -> ocop.CriteriaSet:
        start.wait()
        return law.sets[11]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(asking, range(8)))
    assert {id(tea) for tea in found} == {id(law.sets[11])}


def test_what_is_shared_cannot_be_changed() -> None:
    """Maps inside the law refuse every change, since other loads share them."""
    answers = ocop.decision("qd-26-2026").process.form_answers[0].options
    before = dict(answers)
    for change in (
        lambda: answers.__setitem__("farm", (1,)),
        lambda: answers.__delitem__("farm"),
        lambda: answers.__ior__({"farm": (1,)}),
        lambda: answers.update(farm=(1,)),
        lambda: answers.setdefault("farm", (1,)),
        lambda: answers.pop("farm"),
        answers.popitem,
        answers.clear,
    ):
        with pytest.raises(TypeError, match="the law is read-only"):
            change()
    assert answers == before


def test_a_read_only_map_is_a_dict_otherwise() -> None:
    """It compares, prints, copies, pickles and goes into JSON as a dict does."""
    value = ReadOnlyDict({"a": (1, 2)})
    assert value == {"a": (1, 2)}
    assert (repr(value), json.dumps(value)) == ("{'a': (1, 2)}", '{"a": [1, 2]}')
    for twin in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert (twin, type(twin)) == (value, ReadOnlyDict)
    assert value | {"b": (3,)} == {"a": (1, 2), "b": (3,)}
