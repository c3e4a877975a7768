"""The quick readers of sound files take just what the careful ones take, and give the same."""

from __future__ import annotations

import copy
import importlib.util
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import attrs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.law import _yaml
from ocop.law._convert import structure
from ocop.law._exact import exact
from ocop.law._files import KINDS
from ocop.law._plain_values import UnsoundError, plain_values
from ocop.law._yaml import Document
from ocop.types import CriterionMarkReading, Lang, Mark, Star

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "criteria_sets"
SPEC = importlib.util.spec_from_file_location("refresh", HERE / "refresh.py")
assert SPEC is not None
assert SPEC.loader is not None
refresh = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(refresh)

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]
SOUND = sorted(
    [*DATA.rglob("*.yaml"), *HERE.rglob("base_*/**/*.yaml")], key=lambda path: path.as_posix()
)
BAD = {
    **{name: path.read_text("utf-8") for name, path in refresh.file_cases().items()},
    "deep": "[" * 25 + "]" * 25,
    "just deep enough": "[" * 24 + "]" * 24,
    "key of nothing": "{a: {: 1}}",
    "quoted key of nothing": '"": 1',
    "key after normalisation": "ệ: 1\ne\u0323\u0302: 2",
    "anchor on a map": "a: &b {c: 1}",
    "tag on a list": "a: !!seq [1]",
    "tag of its own": "a: !mine x",
    "two documents": "--- 1\n--- 2\n",
    "nothing but comments": "# nothing\n",
    "a document of nothing": "---\n",
    "a word": "tea",
    "windows line ends": "a: 1\r\nb:\r\n  - x\r\n",
}


def _carefully(text: str, loader: Any) -> Document:
    doc = Document("")
    with patch.object(_yaml, "_LOADER", loader):
        _yaml._read_with_places(text, doc)
    return doc


def _agree(text: str, loader: Any) -> None:
    """Either both take the text and give the same, or neither takes it."""
    careful = _carefully(text, loader)
    try:
        found = plain_values(text, loader, _yaml.MAX_EVENTS)
    except (UnsoundError, yaml.MarkedYAMLError):
        assert careful.problems
    else:
        assert careful.problems == []
        assert repr(found) == repr(careful.data)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", SOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_sound_files_are_read_at_once(path: Path, loader: Any) -> None:
    """Every file that ships, and every one the tests build on, needs no careful reading."""
    text = path.read_text("utf-8")
    assert plain_values(text, loader, _yaml.MAX_EVENTS) == _carefully(text, loader).data


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_not_read_at_once(name: str, loader: Any) -> None:
    """No rule of the careful reader is forgotten by the quick one."""
    _agree(BAD[name], loader)


PIECES = ["a", "b: ", "- ", "? ", ": ", "\n", "  ", "[", "]", "{", "}", ", ", "&x ", "*x", "!t "]
PIECES += ['"', "'", "1", "true", "null", "<<", "#", "---\n", "...\n", "|\n", ">\n", "ệ", "\t"]


@pytest.mark.parametrize("loader", LOADERS)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=25))
def test_both_readers_agree_on_any_text(pieces: list[str], loader: Any) -> None:
    """Texts of all the signs that mean something in YAML are taken by both or by neither."""
    _agree("".join(pieces), loader)


def test_the_bound_on_values_is_the_same() -> None:
    """A text of just the allowed number of events is read at once, one more is not."""
    text = "[" + "0," * 5 + "]"
    events = len(list(yaml.parse(text)))
    assert plain_values(text, yaml.CSafeLoader, events - 1) == [0] * 5
    with pytest.raises(UnsoundError):
        plain_values(text, yaml.CSafeLoader, events - 2)


def test_places_are_those_of_a_careful_reading() -> None:
    """A sound file is searched for its places when the first one is asked for, and finds all."""
    raw = (HERE / "base_decision" / "decision.yaml").read_bytes()
    doc = _yaml.read(raw, "decision.yaml")
    assert doc.problems == []
    assert (doc.marks, doc.keys) == _yaml._read_with_places(raw.decode(), Document(""))
    assert str(doc.problem("wrong", "text", ("bands", 1, "star"))) == (
        "decision.yaml:16:12: bands[1].star: text [wrong]"
    )
    marked = _yaml.read(b"\xef\xbb\xbf" + raw, "decision.yaml")
    assert (marked.marks, marked.keys) == (doc.marks, doc.keys)


CHANGED = [path for path in SOUND if "base_" in path.as_posix()]
CHANGED += [DATA / "groups.yaml", *sorted(DATA.glob("qd-*/decision.yaml"))]
DOCUMENTS = [_yaml.read(path.read_bytes(), "").data for path in CHANGED]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every holder and key of a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        yield value, key
        if isinstance(item, dict | list):
            yield from _places(item)


ODD = [None, True, False, 0, 1, -1, 3, "", " ", "x", "3", "true", "2030-02-30", "2030-02-28"]
ODD += ["20300228", "any", "first", [], {}, [1], ["x"], [None], {"vi": "x"}, {"x": "y"}]
ODD += [{"vi": "x", "en": "y"}, {"vi": "x", "en": "y", "fr": "z"}, {"vi": "x", "en": ""}]


def _same(kind: type, data: Any) -> bool:
    """Hold both builders against each other; say whether they take the data."""
    doc = Document("", copy.deepcopy(data))
    careful = structure(doc, kind)
    try:
        quick = exact(kind, data)
    except UnsoundError:
        assert doc.problems
        return False
    assert not doc.problems
    assert repr(attrs.asdict(quick)) == repr(attrs.asdict(careful))
    return True


@pytest.mark.parametrize("path", SOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_sound_files_are_built_at_once(path: Path) -> None:
    """Every file that ships is built without cattrs, and exactly as with it."""
    data = _yaml.read(path.read_bytes(), "").data
    assert _same(KINDS[data["format"]], data)


@given(st.data())
def test_both_builders_agree_on_any_change(data: st.DataObject) -> None:
    """A value replaced, a key dropped or added: both take the file or neither does."""
    changed = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    kind = KINDS[changed["format"]]
    places = list(_places(changed))
    holder, key = places[data.draw(st.integers(0, len(places) - 1))]
    what = data.draw(st.sampled_from(["replace", "drop", "add"]))
    if what == "drop":
        del holder[key]
    elif what == "add" and isinstance(holder, dict):
        holder[data.draw(st.sampled_from(["x", " ", "groups", "mark", "note"]))] = "x"
    else:
        holder[key] = data.draw(st.sampled_from(ODD))
    _same(kind, changed)


KINDS_OF_VALUES: list[Any] = [int, str, bool, date, ocop.Label, Star, CriterionMarkReading]
KINDS_OF_VALUES += [int | str, Literal[True], Mark | None, ocop.Label | None, tuple[int, ...]]
KINDS_OF_VALUES += [tuple[str, ...] | None, dict[str, str], dict[Lang, tuple[int, ...]]]
MAPS = [{"vi": [1], "en": []}, {"vi": [True]}, {"vi": "x", " ": "y"}, {"": "x"}, {"fr": [1]}]


@pytest.mark.parametrize("kind", KINDS_OF_VALUES, ids=str)
def test_every_kind_of_value_is_taken_by_both_or_by_neither(kind: Any) -> None:
    """True is no 1, "3" is no 3, 20300228 is no day; keys of maps are values too."""
    taken = 0
    for value in [*ODD, *MAPS]:
        doc = Document("", value)
        careful = structure(doc, kind)
        try:
            quick = exact(kind, value)
        except UnsoundError:
            assert doc.problems, value
        else:
            assert not doc.problems, value
            assert (quick, repr(quick)) == (careful, repr(careful))
            taken += 1
    assert 0 < taken < len(ODD)
