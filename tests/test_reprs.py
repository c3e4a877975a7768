"""Reprs: short whatever the input, escaped in HTML, and never work for all rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import ocop
from ocop import programme
from ocop._html import ROWS, bilingual, card, cut, listed, pairs, stars, table
from ocop.scoring.ranking import Ranking

LAW = "qd-26-2026"
PROVINCE = Path(__file__).resolve().parents[1] / "examples" / "province-made-up.csv"
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\x1b[31m\x00\u202e\ud800&' + (
    "x" * 10_000
)
TEA = ocop.criteria_set(LAW, "tea")
BEST = {item.code: len(item.criterion.options) for item in TEA.items}
MOST_TEXT = 800
MOST_HTML = 100_000


class Tags(HTMLParser):
    """Collects tags and attributes, and checks that every tag is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.words += data


def batch(count: int, *, hostile: bool = False) -> ocop.Sheets:
    """Return sheets for tea; codes and columns can be hostile."""
    bad = HOSTILE if hostile else "name"
    answers = np.random.default_rng(0).integers(0, 3, (count, len(TEA.items)))
    sizes = np.array(list(BEST.values()))
    return ocop.Sheets(
        criteria_set=TEA,
        products=[f"{bad if hostile else 'P'}{n}" for n in range(count)],
        answers=np.minimum(answers, sizes).astype(np.uint8),
        columns={bad: (bad,) * count, "commune": ("Xã Một",) * count},
    )


def council(name: str) -> ocop.Council:
    """Return what 20 assessors give a product."""
    sheets = [ocop.Sheet(criteria_set=TEA, product=name, answers=BEST) for _ in range(20)]
    return ocop.council(sheets, assessors=[f"{name}{n}" for n in range(20)])


def law_of(name: str) -> ocop.Decision:
    """Return a decision of this name and title; its id is checked where it is read."""
    label = ocop.Label(name, name + ".")
    law = ocop.decision(LAW)
    return attrs.evolve(law, number=name, title=label)


def set_of(name: str) -> ocop.CriteriaSet:
    """Return a set with this name for its group, parts, criteria and options."""
    label = ocop.Label(name, name + ".")
    option = ocop.Option(points=1, label=label, mark=3)
    criterion = ocop.Criterion(id=name, title=label, options=(option,) * 5)
    section = TEA.parts[0].sections[0]
    item = attrs.evolve(section.items[0], criterion=criterion)
    section = attrs.evolve(section, title=label, items=(item,) * 500)
    part = attrs.evolve(TEA.parts[0], title=label, sections=(section,))
    group = attrs.evolve(TEA.group, label=label)
    return attrs.evolve(TEA, group=group, label=label, parts=(part,))


def shown(name: str) -> Iterator[Any]:
    """Yield an object of every class with an HTML repr, with a text wherever one can be."""
    yield law_of(name)
    yield set_of(name)
    yield set_of(name).items[0]
    yield set_of(name).items[0].criterion
    sheet = ocop.Sheet(criteria_set=TEA, answers=BEST, product=name)
    sheets = batch(30, hostile=name is HOSTILE)
    scores = ocop.score(sheets)
    yield sheet
    yield sheets
    yield ocop.score(sheet)[0]
    yield scores
    yield ocop.rank(scores)
    yield ocop.rank(scores, within=[name] * 30)
    yield ocop.explain(scores, 3)
    yield council(name)
    yield ocop.transition(scores, scores)


KINDS = [
    "Decision", "CriteriaSet", "Item", "Criterion", "Sheet", "Sheets", "Score", "Scores", "Ranking",
    "Ranking", "Account", "Council", "Transition",
]  # fmt: skip


@pytest.mark.parametrize("name", ["Chè Shan", HOSTILE], ids=["plain", "hostile"])
def test_html_is_sound_escaped_and_short(name: str) -> None:
    """Whatever a product or a law is called, nothing of it becomes a tag, and it is cut."""
    objects = list(shown(name))
    assert [type(one).__name__ for one in objects] == KINDS
    allowed = {
        "div", "style", "p", "strong", "span", "code", "table", "thead", "tbody", "tr", "th", "td",
        "details", "summary",
    }  # fmt: skip
    for one in objects:
        text = one._repr_html_()
        assert len(text) < MOST_HTML, type(one)
        found = Tags(text)
        assert found.names <= allowed
        assert found.attributes <= {"class", "lang", "role", "aria-label"}
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e\ud800]", text)
        assert "x" * 300 not in text
        text.encode()


def test_an_account_of_very_many_criteria_says_how_many_more() -> None:
    """The first 100 criteria are shown, the others are counted."""
    account = ocop.explain(ocop.score(batch(1)), 0)
    many = attrs.evolve(account, criteria=account.criteria * 4)
    assert Tags(many._repr_html_()).words.count("… and 28 more") == 1
    assert "… and" not in Tags(account._repr_html_()).words


@pytest.mark.parametrize("name", ["Chè Shan", HOSTILE], ids=["plain", "hostile"])
def test_text_reprs_are_short(name: str) -> None:
    """No text repr exceeds a few lines, and none holds a control code."""
    for one in shown(name):
        text = repr(one)
        assert len(text) <= MOST_TEXT, type(one)
        assert text.count("\n") < 10
        assert "\x1b" not in text


def test_vietnamese_is_shown_composed() -> None:
    """Letters that come in pieces are shown as one, and counted as one."""
    assert cut("Che\u0300") == "Chè"
    assert cut("e\u0323\u0302" * 80) == "ệ" * 80
    assert cut("e\u0323\u0302" * 81) == "ệ" * 79 + "…"


def test_parts_of_html() -> None:
    """Cells are put as they are, numbers stand at the right, what is empty is left out."""
    words = Tags(table(["a", "b"], [(1_000, "x"), (None, "y")], 12)).words
    assert words == "ab1,000xy… and 10 more"
    assert 'class="ocop-n">a' in table(["a", "b"], [(1, "x")])
    assert "more" not in table(["a"], [(1,)], 1)
    assert Tags(pairs([("a", 1), ("b", ""), ("c", "d")])).words == "a1cd"
    assert listed(["<", "b"], most=1) == "&lt; and 1 more"
    assert bilingual(ocop.Label("88", "88")) == "88"
    assert stars(1) == '<span class="ocop-star" role="img" aria-label="1 star">★</span>'
    assert stars(None) == stars(0) == "excluded"
    assert "\n\n" not in card("A", "b")


def test_colours_are_those_of_the_page() -> None:
    """No ground and no letters have a colour of their own."""
    style = re.search("<style>(.*)</style>", card("A", "b"))
    assert style is not None
    for name, value in re.findall(r"[{;]([a-z-]*(?:color|background)):([^;}]*)", style[1]):
        assert value in ("inherit", "none"), name
    for rule in style[1].split("}")[:-1]:
        assert all(one.strip().startswith(".ocop-repr") for one in rule.split("{")[0].split(","))


class Counted(Mapping[str, Any]):
    """A column that tells which rows of it were asked for."""

    def __init__(self) -> None:
        self.asked: set[int] = set()

    def __getitem__(self, row: Any) -> str:
        self.asked.add(row)
        return "x"

    def __len__(self) -> int:
        return 1_000_000

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("every row was asked for")


@pytest.fixture(scope="module")
def million() -> ocop.Scores:
    """Return scores of a million products."""
    return ocop.score(batch(1_000_000))


@pytest.mark.parametrize("make", [lambda s: s.sheets, lambda s: s], ids=["sheets", "scores"])
def test_only_the_rows_that_are_shown_are_asked_for(
    million: ocop.Scores, make: Callable[[ocop.Scores], Any]
) -> None:
    """Of a million products ten are made into text."""
    column = Counted()
    sheets = attrs.evolve(million.sheets, columns={"name": column})
    one = make(attrs.evolve(million, sheets=sheets))
    text = one._repr_html_()
    assert column.asked == set(range(ROWS))
    assert "… and 999,990 more" in text
    assert len(text) < 10_000
    assert len(repr(one)) < 200


def test_a_ranking_puts_no_more_in_order_than_it_shows(
    million: ocop.Scores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a million products those are sorted that can stand among the first ten."""
    sizes = []
    whole = Ranking._in_order

    def counted(self: Ranking, products: Any) -> Any:
        sizes.append(len(products))
        return whole(self, products)

    monkeypatch.setattr(Ranking, "_in_order", counted)
    ranking = ocop.rank(million)
    text = ranking._repr_html_()
    assert len(sizes) == 1
    assert sizes[0] < 1_000
    assert "… and 999,990 more" in text
    assert [row["product"] in text for row in ranking.head(ROWS)] == [True] * ROWS


def instances(value: Any, seen: set[int]) -> Iterator[Any]:
    """Yield every object of the package inside a value, itself among them."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Mapping):
        inner = list(value.values())[:60]
    elif isinstance(value, tuple | list):
        inner = list(value[:60])
    elif attrs.has(type(value)):
        public = [f.name for f in attrs.fields(type(value)) if not f.name.startswith("_")]
        inner = [getattr(value, name) for name in public]
        yield value
    else:
        return
    for one in inner:
        yield from instances(one, seen)


def test_no_class_has_a_long_repr_on_real_data() -> None:
    """Shipped laws, the made-up province and what is computed from them: all short in text."""
    law = ocop.decision(LAW)
    sheets = ocop.read_sheets(PROVINCE, LAW, keep=["name", "commune"])
    scores = [ocop.score(one) for one in sheets]
    tea = next(one for one in scores if one.criteria_set.group.slug == "tea")
    edits = [ocop.SetPoints(criterion="1.1", option=1, points=0, sets=[n]) for n in law.sets]
    label = ocop.Label("Một đề án", "A reform")
    levers = ocop.Levers(law, [ocop.Lever.floors_off(law), ocop.Lever.of_threshold(4, [68, 70])])
    old = ocop.synthesize("qd-148-2023", products={"tea": 20}, rng=0)
    upgrades = ocop.upgrade(tea.sheets, 4)
    margins = ocop.margin(tea.sheets)
    translation = ocop.translate(old.sheets[0], LAW)
    roots = [
        *map(ocop.decision, ["qd-1048-2019", "qd-781-2020", "qd-148-2023", LAW]),
        dict(law.sets),
        ocop.crosswalk("qd-148-2023", LAW),
        ocop.compare(ocop.decision("qd-148-2023"), law),
        scores,
        [ocop.explain(tea, row) for row in range(len(tea))],
        [tea[row] for row in range(len(tea))],
        [margins[row] for row in range(len(margins))],
        [upgrades[row] for row in range(len(upgrades))],
        [translation[row] for row in range(len(translation))],
        ocop.apply_reform(ocop.Reform(id="a", title=label, edits=edits), law),
        levers,
        ocop.sweep(sheets, levers.every(), ranks=True),
        old,
        ocop.agreement(council("Chè")),
        ocop.in_force(date(2026, 6, 1)),
        programme.published_figures(),
        programme.Concentration(by="producer", holders=(("nhà", 1),) * 500),
        programme.Dossier(
            name="Chè", group="tea", kind="first", filed_on=date(2026, 6, 1), papers=("a",) * 500
        ),
    ]
    seen: set[int] = set()
    long = {
        type(one).__name__: len(repr(one))
        for one in instances(roots, seen)
        if len(repr(one)) > MOST_TEXT or repr(one).count("\n") >= 10
    }
    assert len(seen) > 10_000
    assert long == {}
