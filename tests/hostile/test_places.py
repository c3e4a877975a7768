"""Names in data lead to no file outside of the folder that they stand in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from attrs import evolve

import ocop

BASE = Path(__file__).resolve().parents[1] / "law" / "base_decision"
NAMES = [
    *("../secret", "..", ".", "a/b", "/etc", "C:\\x", "C:x", "a\\..\\b", "\\\\host\\x", "con.yaml"),
    *("a\0b", "A", "a b", "-a", "a-", "", "~", "$HOME", "a%2f..", "é", "a\n"),
]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a folder whose neighbour is a sound decision that no name may reach."""
    shutil.copytree(BASE, tmp_path / "secret")
    (tmp_path / "inbox" / "crosswalks").mkdir(parents=True)
    return tmp_path / "inbox"


def text_of(name: str) -> str:
    """Return a name as YAML in quotation marks."""
    return '"' + "".join(f"\\x{ord(c):02x}" for c in name) + '"'


@pytest.mark.parametrize("name", NAMES)
def test_names_of_decisions_are_no_paths(secret: Path, name: str) -> None:
    """A reform, levers, a crosswalk or an amendment name a decision, and never a folder."""
    reform = secret / "reform.yaml"
    reform.write_text(
        f"format: ocop-reform/1\nid: a\ndecision: {text_of(name)}\ntitle: {{vi: a, en: a}}\n"
        "edits:\n  - set_threshold: {star: 5, at_least: 92}\n"
    )
    levers = secret / "levers.yaml"
    levers.write_text(
        f"format: ocop-levers/1\ndecision: {text_of(name)}\nlevers:\n"
        "  - name: five\n    threshold: {star: 5, levels: [88, 90]}\n"
    )
    walk = secret / "crosswalks" / "a.yaml"
    walk.write_text(
        f"format: ocop-crosswalk/1\nbefore: {text_of(name)}\nafter: {text_of(name)}\ncriteria: []\n"
    )
    amendment = secret / "qd-9-2031"
    amendment.mkdir()
    (amendment / "decision.yaml").write_text(
        f"format: ocop-amendment/1\nbase: {text_of(name)}\nid: qd-9-2031\nnumber: a\n"
        "title: {vi: a, en: a}\nsigned_on: '2031-01-01'\nin_force_from: '2031-01-01'\n"
        "in_force_until: null\nsource:\n  text: {vi: a, en: a}\n  confidence: secondary\n"
        "  checked: {vi: a, en: a}\n"
    )
    for load, path in (
        (ocop.load_reform, reform),
        (ocop.load_levers, levers),
        (ocop.load_crosswalk, walk),
        (ocop.load_decision, amendment),
    ):
        with pytest.raises(ocop.OcopError) as caught:
            load(path)
        codes = {problem.code for problem in getattr(caught.value, "problems", ())}
        assert codes & {
            *("unknown-reference", "unknown-decision", "bad-character", "empty-text", "bad-id"),
            *("wrong-type", "missing-key", "unknown-key"),
        }


def test_names_by_which_a_decision_is_found(secret: Path) -> None:
    """The same files find the folder beside them by its plain name."""
    shutil.copytree(BASE, secret / "qd-99-2030")
    reform = secret / "reform.yaml"
    reform.write_text(
        "format: ocop-reform/1\nid: a\ndecision: qd-99-2030\ntitle: {vi: a, en: a}\n"
        "edits:\n  - set_threshold: {star: 5, at_least: 92}\n"
    )
    assert ocop.load_reform(reform).decision == "qd-99-2030"


@pytest.mark.parametrize("slug", ["../../evil", "/evil", "a/b", "a\\b", "a\0b", "", "C:evil"])
def test_a_folder_is_written_inside_itself(tmp_path: Path, slug: str) -> None:
    """Files of a decision are called after its groups: those that are no names are refused."""
    law = ocop.load_decision(BASE)
    wild = evolve(law, declared=tuple(evolve(d, group=slug) for d in law.declared))
    with pytest.raises(ocop.InputError) as caught:
        ocop.dump_decision(wild, tmp_path / "a" / "b")
    assert {problem.code for problem in caught.value.problems} == {"bad-id"}
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["decision.yaml", "sets/01-tea.yaml", "criteria", "sets"])
def test_links_out_of_a_folder_are_not_followed(tmp_path: Path, name: str) -> None:
    """A folder that came from elsewhere reads nothing of this machine through its links."""
    folder, outside = tmp_path / "law", tmp_path / "outside"
    shutil.copytree(BASE, folder)
    target = folder / name
    shutil.move(target, outside)
    try:
        target.symlink_to(outside, target_is_directory=outside.is_dir())
    except OSError:
        pytest.skip("there are no links here")
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_decision(folder)
    assert {problem.code for problem in caught.value.problems} == {"link-outside"}
    assert {problem.code for problem in ocop.validate(folder)} == {"link-outside"}


def test_links_inside_a_folder_are_files(tmp_path: Path) -> None:
    """A link to a file of the same folder is that file."""
    folder = tmp_path / "law"
    shutil.copytree(BASE, folder)
    (folder / "kept.txt").write_bytes((folder / "decision.yaml").read_bytes())
    (folder / "decision.yaml").unlink()
    try:
        (folder / "decision.yaml").symlink_to("kept.txt")
    except OSError:
        pytest.skip("there are no links here")
    assert ocop.validate(folder) == ()


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe among the files of a decision is a problem, not an endless wait."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no such pipes here")
    folder = tmp_path / "law"
    shutil.copytree(BASE, folder)
    os.mkfifo(folder / "sets" / "09-a.yaml")
    assert [problem.code for problem in ocop.validate(folder)] == ["cannot-read"]


def test_an_amendment_of_itself(tmp_path: Path) -> None:
    """A decision that says it changes itself ends in a problem."""
    folder = tmp_path / "qd-9-2031"
    folder.mkdir()
    (folder / "decision.yaml").write_text(
        "format: ocop-amendment/1\nbase: qd-9-2031\nid: qd-9-2031\nnumber: a\n"
        "title: {vi: a, en: a}\nsigned_on: '2031-01-01'\nin_force_from: '2031-01-01'\n"
        "in_force_until: null\nsource:\n  text: {vi: a, en: a}\n  confidence: secondary\n"
        "  checked: {vi: a, en: a}\n"
    )
    assert ocop.validate(folder)


@pytest.mark.parametrize("name", ["../a", "a/b", "[a]:*?", "'", "CON", "x" * 40, "History", "\x01"])
def test_names_of_worksheets(tmp_path: Path, name: str) -> None:
    """A worksheet gets a name that Excel allows, whatever its product is called."""
    import openpyxl

    from ocop.tables._excel_file import worksheet_names

    (title,) = worksheet_names([name], "Sheet")
    assert 0 < len(title) <= 31
    assert not {*"[]:*?/\\"} & {*title}
    assert title.isprintable()
    book = openpyxl.Workbook()
    book.active.title = title
