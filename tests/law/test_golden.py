"""What the law says of itself, word by word: classes, pages, changes, files it writes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest

import ocop

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def golden() -> Iterator[Any]:
    """Return the maker of the golden texts."""
    sys.path.insert(0, str(HERE))
    yield import_module("golden")
    sys.path.remove(str(HERE))


@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "golden").iterdir()))
def test_a_text_is_the_one_that_was_looked_at(name: str, golden: Any) -> None:
    """No field, word, place or order changes unseen; ``refresh.py`` writes what is meant."""
    assert golden.texts()[name]() == (HERE / "golden" / name).read_text(encoding="utf-8")


def test_every_golden_text_is_kept(golden: Any) -> None:
    """No text is made and then compared with nothing."""
    assert sorted(golden.texts()) == sorted(path.name for path in golden.GOLDEN.iterdir())


def test_every_word_of_a_change_is_in_the_golden_changes(golden: Any) -> None:
    """All the words of `what` that the documentation lists occur, and no other one."""
    listed = (ocop.compare.__doc__ or "").split("Words of `what`:")[1].split("Raises")[0]
    words = {word.strip("`") for word in listed.replace(",", " ").replace(".", " ").split()}
    lines = golden.texts()["changes.txt"]().splitlines()
    assert {line for line in lines if line[0] not in " #"} == words


def test_a_page_lists_a_hundred_criteria_and_options() -> None:
    """The hundred-and-first is counted and not shown."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    option = ocop.Option(points=1, label=ocop.Label("Có", "Yes"))
    criterion = attrs.evolve(tea.items[0].criterion, options=(option,) * 101)
    page = criterion._repr_html_()
    assert (page.count("<tr>"), "… and 1 more" in page) == (101, True)
    assert "and 1 more" not in attrs.evolve(criterion, options=(option,) * 100)._repr_html_()
