"""The YAML reader stays within its bounds whatever it is given, with both of PyYAML's parsers."""

from __future__ import annotations

import importlib.util
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import ocop
from ocop.law import _yaml

HERE = Path(__file__).resolve().parent
SPEC = importlib.util.spec_from_file_location("refresh", HERE / "refresh.py")
assert SPEC is not None
assert SPEC.loader is not None
refresh = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(refresh)

NESTED = ["[", "{a: ", "{", "- ", "? ", "[{a: ", "a: {"]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read with the C parser and with the pure Python one."""
    monkeypatch.setattr(_yaml, "_LOADER", getattr(yaml, request.param))
    return str(request.param)


@pytest.mark.parametrize("start", NESTED)
def test_deep_nesting_is_a_problem_and_not_a_crash(start: str, loader: str) -> None:
    """50,000 levels of any kind of nesting give one problem, in the first line."""
    levels = 50_000 if loader == "CSafeLoader" else 5_000  # the slow one cannot crash anyway
    (problem,) = _yaml.read((start * levels).encode(), "deep.yaml").problems
    assert problem.code in {"too-deep", "complex-key"}
    assert problem.line == 1


def test_the_interpreter_survives_deep_nesting(fresh: Callable[..., str], tmp_path: Path) -> None:
    """A new interpreter that validates nested files ends well, with one problem for each."""
    for number, start in enumerate(NESTED):
        (tmp_path / f"{number}.yaml").write_text(start * 50_000, encoding="utf-8")
    code = (
        "import json, pathlib, sys, ocop\n"
        "files = sorted(pathlib.Path(sys.argv[1]).iterdir())\n"
        "print(json.dumps([[p.code for p in ocop.validate(file)] for file in files]))\n"
    )
    found = json.loads(fresh(code, str(tmp_path)))
    assert [len(codes) for codes in found] == [1] * len(NESTED)


def test_an_alias_bomb_costs_no_more_than_its_bytes(loader: str) -> None:
    """Aliases are reported where they stand and never followed: 2**60 values are not built."""
    lines = ["b0: &b0 [x, x]", *(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]" for n in range(1, 60))]
    started = time.perf_counter()
    doc = _yaml.read("\n".join(lines).encode(), "bomb.yaml")
    assert time.perf_counter() - started < 5
    assert {problem.code for problem in doc.problems} == {"anchor", "alias"}
    assert doc.data["b59"] == [None, None]


def test_exactly_the_allowed_depth_is_read(loader: str) -> None:
    """24 levels are read, 25 are one too many."""
    assert _yaml.read(b"[" * 24 + b"]" * 24, "a.yaml").problems == []
    codes = [p.code for p in _yaml.read(b"[" * 25 + b"]" * 25, "a.yaml").problems]
    assert codes == ["too-deep"]


def test_a_file_of_too_many_values_is_left_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the bound (100,000 parser events); what was read so far is not kept."""
    assert _yaml.MAX_EVENTS == 100_000
    monkeypatch.setattr(_yaml, "MAX_EVENTS", 1_000)
    assert _yaml.read(b"[" + b"0," * 995 + b"]", "a.yaml").problems == []
    assert len(_yaml.read(b"[" + b"0," * 996 + b"]", "a.yaml").problems) == 1
    doc = _yaml.read(b"[" + b"0," * 5_000 + b"]", "a.yaml")
    assert [str(problem) for problem in doc.problems] == [
        "a.yaml:1:1998: more than 1,000 values [too-many-values]"
    ]
    assert doc.data is None


def test_exactly_the_allowed_size_is_read() -> None:
    """A file of one MiB is read, one byte more is too large."""
    text = b"a: 1\n#"
    full = text + b"x" * (_yaml.MAX_BYTES - len(text))
    assert _yaml.read(full, "a.yaml").data == {"a": 1}
    assert [p.code for p in _yaml.read(full + b"x", "a.yaml").problems] == ["file-too-large"]


def test_every_character_that_yaml_refuses_is_one_problem(loader: str) -> None:
    """Control characters and non-characters are found before the parser meets them."""
    refused = yaml.reader.Reader.NON_PRINTABLE
    for number in [*range(0x300), *range(0xFFF0, 0x10010)]:
        text = f'a: "Chè {chr(number)}"\n'
        codes = [p.code for p in _yaml.read(text.encode(), "a.yaml").problems]
        if refused.search(text):
            assert codes == ["bad-character"], hex(number)
        else:
            assert "bad-character" not in codes, hex(number)


@pytest.mark.parametrize("name", sorted({*refresh.file_cases()}))
def test_both_parsers_report_the_same_codes(name: str, loader: str) -> None:
    """Where libyaml is missing the same files have the same kinds of problems."""
    codes = [problem.code for problem in ocop.validate(refresh.file_cases()[name])]
    golden = refresh.expected()[f"file {name}"]
    assert codes == [re.findall(r"\[([a-z-]+)\]$", line)[0] for line in golden]


def test_both_parsers_read_the_same_decision(base: Path, loader: str) -> None:
    """The parser makes no difference to the law: the digest is that of the default parser."""
    before = (base / "sets" / "01-tea.yaml").read_bytes()
    document = _yaml.read(before, "tea.yaml")
    assert document.problems == []
    plain = yaml.safe_load(before)
    assert document.data == plain
    assert document.marks[("parts", 0, "sections", 1, "points")] == (25, 17)
    assert document.keys[("parts", 0, "sections", 1, "points")] == (25, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("0", 0),
        ("true", True),
        ("null", None),
        ("", None),
        ("True", "True"),
        ("yes", "yes"),
        ("~", "~"),
        ("007", "007"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        ("1e3", "1e3"),
        ("2.5", "2.5"),
        ("2026-05-22", "2026-05-22"),
        ("12:30", "12:30"),
        ("'3'", "3"),
        ('"true"', "true"),
        ("9999999999999999", "9999999999999999"),
        ('"e\u0323\u0302"', "ệ"),
        ("e\u0323\u0302", "ệ"),
    ],
)
def test_plain_words_mean_only_what_the_format_allows(text: str, value: object) -> None:
    """Whole numbers, true, false and null only; everything else is text in normal form C."""
    found = _yaml.read(f"a: {text}\n".encode(), "a.yaml").data["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("parts", 0, "sections", 12, "code"), "parts[0].sections[12].code"),
        (("criteria", "1.1"), "criteria['1.1']"),
        (("Đồ uống",), "['Đồ uống']"),
        (("a", "x" * 99), "a." + "x" * 99),
    ],
)
def test_a_path_reads_as_people_write_it(path: tuple[str | int, ...], text: str) -> None:
    """Steps are joined by dots, positions stand in brackets, other keys in quotes."""
    assert _yaml.show(path) == text
