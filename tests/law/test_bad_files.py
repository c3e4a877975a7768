"""Bad law files give exactly the problems of ``tests/bad/law/expected.txt``."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import ocop


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


refresh = _load(Path(__file__).with_name("refresh.py"))
EXPECTED = refresh.expected()
LAW = Path(ocop.__file__).parent / "law"

# Codes of questions to the catalogue: test_catalogue.py, test_crosswalk.py. Of a file of 200,000
# values:
# test_yaml_bounds.py.
ELSEWHERE = {
    "unknown-decision",
    "no-decision-in-force",
    "unknown-set",
    "set-not-transcribed",
    "unknown-kind",
    "mixed-kinds",
    "no-crosswalk",
    "too-many-values",
    "folder-not-empty",
    "link-outside",  # a folder with links, which git does not keep everywhere
}


@pytest.mark.parametrize("name", refresh.raw_cases())
def test_a_file_of_wrong_bytes_gives_its_problems(name: str, tmp_path: Path) -> None:
    """Encodings, control characters, sizes and nesting are told exactly, never raised."""
    assert refresh.lines_of_raw(name, tmp_path) == EXPECTED[f"raw {name}"]


@pytest.mark.parametrize("name", refresh.file_cases())
def test_a_broken_file_gives_its_problems(name: str) -> None:
    """Every problem of one broken file is listed with place, path, message, hint and code."""
    assert refresh.lines_of_file(name) == EXPECTED[f"file {name}"]


@pytest.mark.parametrize("name", refresh.edit_cases())
def test_a_broken_decision_gives_its_problems(name: str, tmp_path: Path) -> None:
    """The base decision with a few edits gives the problems of those edits, all and only."""
    assert refresh.lines_of_edits(name, tmp_path) == EXPECTED[f"edit {name}"]


@pytest.mark.parametrize("name", refresh.crosswalk_cases())
def test_a_broken_crosswalk_gives_its_problems(name: str, tmp_path: Path) -> None:
    """The base crosswalk with a few edits gives the problems of those edits, all and only."""
    assert refresh.lines_of_crosswalk(name, tmp_path) == EXPECTED[f"crosswalk {name}"]


def test_the_golden_table_has_no_case_too_many() -> None:
    """Every case of the table still exists, and none is without a problem."""
    cases = [
        *(f"raw {name}" for name in refresh.raw_cases()),
        *(f"file {name}" for name in refresh.file_cases()),
        *(f"edit {name}" for name in refresh.edit_cases()),
        *(f"crosswalk {name}" for name in refresh.crosswalk_cases()),
    ]
    assert list(EXPECTED) == cases
    assert [name for name, lines in EXPECTED.items() if not lines] == []


def test_every_code_of_the_law_has_a_bad_case() -> None:
    """No problem code can be added or misspelt without a case that shows its message."""
    shown = {line.rsplit("[", 1)[1].rstrip("]") for lines in EXPECTED.values() for line in lines}
    assert shown == _codes_in_source() - ELSEWHERE


def _codes_in_source() -> set[str]:
    """Return the codes in the calls that make problems in src/ocop/law."""
    makers = {"problem", "Problem", "_stop", "_add", "_MismatchError"}
    codes = set()
    for path in LAW.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in makers:
                texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
                codes |= {t for t in texts if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(t))}
    return codes


def test_problems_carry_their_parts_apart() -> None:
    """Code, file, line, column, path, message and hint are fields, not only one text."""
    path = refresh.file_cases()["unknown-key"]
    problem = ocop.validate(path)[1]
    assert problem == ocop.Problem(
        "unknown-key",
        "unknown key 'lable'; allowed are slug, label",
        str(path),
        5,
        5,
        "sectors[0].lable",
        "did you mean 'label'?",
    )


def test_load_decision_raises_all_problems_at_once(tmp_path: Path) -> None:
    """Loading a decision with faults in six files raises one error with all of them."""
    name = "many-faults-in-many-files"
    lines = refresh.lines_of_edits(name, tmp_path)
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_decision(tmp_path / "decision")
    assert len(caught.value.problems) == len(lines)
    assert len({problem.file for problem in caught.value.problems}) == 5
    assert str(caught.value).startswith(f"{len(lines)} problems:\n  ")
