"""From values of a file to objects: what fits is kept, what does not is told in its place."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import field, frozen
from attrs.validators import gt

from ocop.errors import InputError, Problem
from ocop.law._convert import structure
from ocop.law._yaml import read


def _refuse(thing: object, attribute: object, value: int) -> None:
    """Refuse a size, as a class may refuse what each of its fields allows."""
    if value > 9:
        wrong = [Problem("too-large", f"found {value}", path="size", hint="take less")]
        raise InputError([*wrong, Problem("too-heavy", "no scales for it")])


@frozen(kw_only=True)
class Thing:
    """What the files of these tests hold."""

    name: int | str
    size: int = field(default=1, validator=_refuse)
    weight: int = field(default=1, validator=gt(0))


@frozen(kw_only=True)
class Shelf:
    """Things, and a field of every other kind."""

    things: tuple[Thing, ...]
    sets: tuple[int | str, ...] = ()
    day: date | None = None
    whole: bool = True
    star: Literal[3, 4] = 3
    shade: Literal["green", "black"] = "green"
    counts: dict[str, int] | None = None


def _problems(text: str) -> list[str]:
    doc = read(text.encode(), "own.yaml")
    assert structure(doc, Shelf) is None
    return [str(problem) for problem in doc.problems]


def test_a_number_or_a_text_is_kept_as_it_is() -> None:
    """Where a number and a text are allowed, 11 stays a number and '11' a text."""
    text = "things: [{name: 11}, {name: '11', size: 9}]\nsets: [1, tea, '02']\nday: '2026-05-22'\n"
    doc = read(text.encode(), "own.yaml")
    assert structure(doc, Shelf) == Shelf(
        things=(Thing(name=11), Thing(name="11", size=9)),
        sets=(1, "tea", "02"),
        day=date(2026, 5, 22),
    )
    assert doc.problems == []


def test_neither_number_nor_text_is_told() -> None:
    """Truths, lists, maps, nothing, and a text of spaces are none of both."""
    assert _problems("things: [{name: null}]\nsets: [1, true, [1], {a: 1}, null, ' ']\n") == [
        "own.yaml:1:17: things[0].name: found nothing, allowed is a whole number or text "
        "[wrong-type]",
        "own.yaml:2:11: sets[1]: found true, allowed is a whole number or text [wrong-type]",
        "own.yaml:2:17: sets[2]: found a list, allowed is a whole number or text [wrong-type]",
        "own.yaml:2:22: sets[3]: found a map, allowed is a whole number or text [wrong-type]",
        "own.yaml:2:30: sets[4]: found nothing, allowed is a whole number or text [wrong-type]",
        "own.yaml:2:36: sets[5]: found ' ', allowed is text that is not empty [empty-text]",
    ]


def test_every_value_that_does_not_fit_is_told_at_once() -> None:
    """Each kind of field says what it found, what is allowed, and what to do where that is sure."""
    text = """\
things: {name: 1}
sets: 1
day: tomorrow
whole: 'true'
star: '4'
shade: blak
counts: {a: '-7', b: '07', c: 1.0}
shades: green
"""
    assert _problems(text) == [
        "own.yaml:1:9: things: found a map, allowed is a list [wrong-type]",
        "own.yaml:2:7: sets: found 1, allowed is a list [wrong-type]",
        "own.yaml:3:6: day: found 'tomorrow', allowed is a date in quotes such as '2026-05-22' "
        "[wrong-date]",
        "own.yaml:4:8: whole: found 'true', allowed is true or false [wrong-type]",
        "own.yaml:5:7: star: found '4', allowed is one of 3, 4; write it without quotes "
        "[wrong-value]",
        "own.yaml:6:8: shade: found 'blak', allowed is one of green, black; did you mean "
        "'black'? [wrong-value]",
        "own.yaml:7:13: counts.a: found '-7', allowed is a whole number; write it without quotes "
        "[wrong-type]",
        "own.yaml:7:22: counts.b: found '07', allowed is a whole number [wrong-type]",
        "own.yaml:7:31: counts.c: found '1.0', allowed is a whole number [wrong-type]",
        "own.yaml:8:1: shades: unknown key 'shades'; allowed are things, sets, day, whole, star, "
        "shade, counts; did you mean 'shade'? [unknown-key]",
    ]
    text = "things: [{size: '3'}, 5]\nday: '2026-02-30'\nshade: 3\ncounts: []\nstar: 5\nzz: 1\n"
    assert sorted(_problems(text)) == [
        "own.yaml:1:10: things[0]: the key 'name' is missing; add it [missing-key]",
        "own.yaml:1:17: things[0].size: found '3', allowed is a whole number; write it without "
        "quotes [wrong-type]",
        "own.yaml:1:23: things[1]: found 5, allowed is a map [wrong-type]",
        "own.yaml:2:6: day: found '2026-02-30', allowed is a date in quotes such as '2026-05-22' "
        "[wrong-date]",
        "own.yaml:3:8: shade: found 3, allowed is one of green, black [wrong-value]",
        "own.yaml:4:9: counts: found a list, allowed is a map [wrong-type]",
        "own.yaml:5:7: star: found 5, allowed is one of 3, 4 [wrong-value]",
        "own.yaml:6:1: zz: unknown key 'zz'; allowed are things, sets, day, whole, star, shade, "
        "counts; remove it [unknown-key]",
    ]
    assert _problems("5\n") == ["own.yaml:1:1: found 5, allowed is a map [wrong-type]"]


def test_what_a_class_refuses_itself_is_told_below_its_place() -> None:
    """A problem that names a field stands at the field, one that names none at the whole."""
    assert _problems("things:\n  - {name: 1}\n  - {name: 2, size: 10}\n") == [
        "own.yaml:3:21: things[1].size: found 10; take less [too-large]",
        "own.yaml:3:5: things[1]: no scales for it [too-heavy]",
    ]


def test_what_a_class_refuses_in_words_of_its_own_is_told_too() -> None:
    """Another error of a class stands at the whole, with the words of the error."""
    (told,) = _problems("things:\n  - {name: 1}\n  - {name: 2, weight: 0}\n")
    assert told == ("own.yaml:3:5: things[1]: ValueError: 'weight' must be > 0: 0 [wrong-type]")
