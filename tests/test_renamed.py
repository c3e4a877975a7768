"""Renamed names: old ones still work, warn at the caller's line, and are gone when promised."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ocop
from ocop import programme
from ocop._renamed import renamed_arguments, renamed_attribute

ROOT = Path(__file__).resolve().parents[1]
LAW = "qd-26-2026"
REFORM = ocop.Reform(
    id="strict-five",
    title=ocop.Label("Năm sao chặt hơn", "A stricter five stars"),
    edits=[ocop.SetThreshold(star=5, at_least=92)],
)
SHEETS = ocop.Sheets.of(
    [ocop.Sheet(criteria_set=ocop.criteria_set(LAW, "tea"), product="a", answers={"1.1": 1})]
)
LEVERS = ocop.Levers(LAW, [ocop.Lever.of_threshold(5, [90, 92])])


def sweep(**law: Any) -> ocop.Sweep:
    return ocop.sweep(SHEETS, [REFORM], **law)


def told(call: Callable[[], Any]) -> tuple[Any, str]:
    """Return what a call gives and what it warns of; the warning names this file as its place."""
    with pytest.warns(DeprecationWarning, match="; the old name goes in ocop ") as caught:
        result = call()
    (warning,) = caught
    assert warning.filename == __file__
    return result, str(warning.message)


ARGUMENTS: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "apply_reform": ("decision", "law", lambda **law: ocop.apply_reform(REFORM, **law).decision.id),
    "inverse_reform": ("decision", "law", lambda **law: ocop.inverse_reform(REFORM, **law)),
    "Lever.floors_off": ("decision", "law", lambda **law: ocop.Lever.floors_off(**law)),
    "sweep": ("decision", "law", lambda **law: sweep(**law).star_counts.tolist()),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_argument_by_its_old_name(name: str) -> None:
    """It gives what the new name gives, and the warning says what to write and until when."""
    old, new, call = ARGUMENTS[name]
    result, message = told(lambda: call(**{old: LAW}))
    assert result == call(**{new: LAW})
    assert message == f"{name}({old}=...) is now {name}({new}=...); the old name goes in ocop 0.3"


def test_files_by_the_old_names(tmp_path: Path) -> None:
    """Readers and writers of files take their old argument names too."""
    ocop.dump_reform(REFORM, tmp_path / "reform.yaml")
    ocop.dump_levers(LEVERS, tmp_path / "levers.yaml")
    dump: Any = ocop.dump_sheets
    load: Any = ocop.load_reform
    again, message = told(lambda: load(tmp_path / "reform.yaml", decision=LAW))
    assert again == REFORM
    assert message.startswith("load_reform(decision=...) is now load_reform(law=...);")
    load = ocop.load_levers
    again, message = told(lambda: load(tmp_path / "levers.yaml", decision=LAW))
    assert again.names == LEVERS.names
    assert message.startswith("load_levers(decision=...) is now load_levers(law=...);")
    _, message = told(lambda: dump(batches=SHEETS, path=tmp_path / "a.npz"))
    assert message.startswith("dump_sheets(batches=...) is now dump_sheets(sheets=...);")
    assert ocop.load_sheets(tmp_path / "a.npz")[0].equals(SHEETS)


ATTRIBUTES: dict[str, tuple[str, Callable[[], Any], Callable[[], Any]]] = {
    "Reformed.ocop": (
        "version",
        lambda: ocop.apply_reform(REFORM, LAW).ocop,
        lambda: ocop.__version__,
    ),
    "Sweep.columns": (
        "pieces",
        lambda: [*sweep().columns(1)],
        lambda: [*sweep().pieces(1)],
    ),
    "Portfolio.to_columns": (
        "columns",
        lambda: programme.Portfolio(recognitions=()).to_columns(),
        lambda: programme.Portfolio(recognitions=()).columns(),
    ),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_by_its_old_name(name: str) -> None:
    """It gives what the new one gives, and the warning says what to write and until when."""
    new, before, after = ATTRIBUTES[name]
    result, message = told(before)
    assert result == after()
    owner = name.partition(".")[0]
    assert message == f"{name} is now {owner}.{new}; the old name goes in ocop 0.3"


def test_the_new_name_warns_of_nothing() -> None:
    """Nothing is said to those who write the new names; warnings are errors in these tests."""
    assert ocop.apply_reform(REFORM, law=LAW).version == ocop.__version__


def test_both_names_at_once_are_refused() -> None:
    """Of two values for one argument none is taken silently."""
    apply: Any = ocop.apply_reform
    message = r"apply_reform\(\) got 'law' and its old name 'decision'"
    with pytest.raises(TypeError, match=message):
        apply(REFORM, law=LAW, decision=LAW)


def test_the_class_itself_has_the_old_name_without_a_warning() -> None:
    """Tools that look through a class, as help() does, touch nothing that warns."""

    class Held:
        old = renamed_attribute("new", "9.0")

    assert Held.old is vars(Held)["old"]


def uses() -> Iterator[tuple[str, str]]:
    """Yield the version that ends each old name in src, and the old name."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            for inner in (*getattr(node, "decorator_list", ()), getattr(node, "value", None)):
                called = inner.func.id if _is_call(inner) else ""
                if called == renamed_arguments.__name__:
                    for keyword in inner.keywords:
                        yield ast.literal_eval(inner.args[0]), f"{node.name}({keyword.arg}=...)"
                elif called == renamed_attribute.__name__ and isinstance(node, ast.Assign):
                    (target,) = node.targets
                    yield ast.literal_eval(inner.args[1]), f".{target.id}"


def _is_call(node: Any) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def test_old_names_stand_in_the_docs_until_they_are_gone() -> None:
    """Each old name has its row, and none is still there in the version that ends it."""
    found = list(uses())
    assert len(found) == 7 + 3
    page = (ROOT / "docs/explanation/stability.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| \S+ \| (\S+) \|$", page, re.MULTILINE)
    assert len(rows) == len(found)
    for gone_in, name in found:
        assert _numbers(gone_in) > _numbers(ocop.__version__)
        assert any(old.endswith(name) and end == gone_in for old, _, end in rows), name
