"""Ranking against a plain sorted list, over several sets and within groups."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocop
from ocop.scoring import _rank_keys
from ocop.scoring.ranking import DEFAULT_ORDER

PLACES = ("Đà Bắc", "Mai Châu", "Lương Sơn")


class Row(NamedTuple):
    """One product as the oracle sees it."""

    product: str
    group: str
    excluded: bool
    worth: tuple[int, ...]


def batches_of(generate: Any, numbers: Sequence[int], count: int, seed: int) -> list[ocop.Scores]:
    """Return scores of some sets of 26/2026, with a column of places; many products are equal."""
    batches = []
    for number in numbers:
        law = ocop.criteria_set("qd-26-2026", number)
        sheets = generate.sheets(law, count, seed=seed)
        # Every third sheet stands twice, so that ties occur.
        sheets = [*sheets, *sheets[::3]]
        names = [f"{(n * 7919 + number) % 1000:03d}-{number:02d}" for n in range(len(sheets))]
        places = tuple(PLACES[(n + seed) % 3] for n in range(len(sheets)))
        more = {"products": names, "columns": {"huyện": places}}
        batches.append(ocop.score(generate.batch(law, sheets, **more)))
    return batches


def oracle(
    batches: Sequence[ocop.Scores], order: Sequence[str], groups: Sequence[str], ties: str
) -> list[tuple[str, str, int]]:
    """Return (group, product, rank), sorted and numbered the plain way."""
    results = [score for batch in batches for score in batch.scores()]
    rows = []
    for result, group in zip(results, groups, strict=True):
        known = {
            "star": result.star or 0,
            "band": result.band,
            "total": result.total,
            **result.parts,
        }
        worth = tuple(-known[name] for name in order)
        rows.append(Row(result.product, group, bool(result.excluded), worth))
    rows.sort(key=lambda row: (row.group, row.excluded, row.worth, row.product))
    placed = []
    for group, members in itertools.groupby(rows, key=lambda row: row.group):
        rank = distinct = 0
        before = None
        for place, row in enumerate(members, start=1):
            if before is None or (row.excluded, row.worth) != (before.excluded, before.worth):
                rank, distinct = place, distinct + 1
            number = {"min": rank, "dense": distinct, "ordinal": place}[ties]
            placed.append((group, row.product, number))
            before = row
    return placed


def placed_by(ranking: ocop.Ranking) -> list[tuple[str, str, int]]:
    """Return (group, product, rank) of a ranking."""
    groups = ranking.group or [""] * len(ranking)
    return list(zip(groups, ranking.products, ranking.rank.tolist(), strict=True))


orders = st.lists(
    st.sampled_from(["star", "band", "total", "A", "B", "C"]), unique=True, max_size=4
) | st.just(list(DEFAULT_ORDER))


@settings(max_examples=80, deadline=None)
@given(
    numbers=st.lists(st.integers(1, 26), min_size=1, max_size=3, unique=True),
    count=st.integers(0, 30),
    seed=st.integers(0, 50),
    order=orders,
    ties=st.sampled_from(["min", "dense", "ordinal"]),
    within=st.sampled_from([None, "set", "sector", "huyện", "values"]),
)
def test_ranking_is_the_plain_sort(
    generate: Any,
    numbers: list[int],
    count: int,
    seed: int,
    order: list[str],
    ties: Any,
    within: str | None,
) -> None:
    """Over any sets, order, ties and groups, ranks and places are those of a sorted list."""
    batches = batches_of(generate, numbers, count, seed)
    laws = [batch.criteria_set for batch in batches for _ in range(len(batch))]
    size = len(laws)
    groups = {
        None: [""] * size,
        "set": [f"{law.number:02d} {law.group.slug}" for law in laws],
        "sector": [law.group.sector.slug for law in laws],
        "huyện": [place for batch in batches for place in batch.sheets.columns["huyện"]],
        "values": [f"nhóm {n % 4}" for n in range(size)],
    }[within]
    ranking = ocop.rank(
        batches, ties=ties, order=order, within=groups if within == "values" else within
    )
    assert placed_by(ranking) == oracle(batches, order, groups, ties)
    assert (ranking.ties, ranking.order, len(ranking)) == (ties, tuple(order), size)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_order_of_the_input_does_not_matter(generate: Any, data: st.DataObject) -> None:
    """Sets and sheets in any order give the same places and ranks."""
    batches = batches_of(generate, [3, 16, 26], 9, seed=1)
    shuffled = []
    for batch in data.draw(st.permutations(batches)):
        order = data.draw(st.permutations(range(len(batch))))
        assert batch.sheets.findings is not None
        sheets = attrs.evolve(
            batch.sheets,
            products=[batch.products[n] for n in order],
            answers=batch.sheets.answers[list(order)],
            findings=batch.sheets.findings[list(order)],
            columns={"huyện": tuple(batch.sheets.columns["huyện"][n] for n in order)},
        )
        shuffled.append(ocop.score(sheets))
    for ties, within in (("min", None), ("dense", "huyện"), ("ordinal", "sector")):
        first = ocop.rank(batches, ties=ties, within=within)  # type: ignore[arg-type]  # each of the words
        again = ocop.rank(shuffled, ties=ties, within=within)  # type: ignore[arg-type]  # each of the words
        assert placed_by(again) == placed_by(first)
        assert again.columns() == first.columns()


@pytest.fixture(scope="module")
def small(fresh: ocop.CriteriaSet) -> ocop.Scores:
    """Return six products: two equal at the top, two equal below, one under, one excluded."""
    best = {item.code: len(item.criterion.options) for item in fresh.items}
    given: list[tuple[str, dict[str, int], list[str]]] = [
        ("mít", best | {"12": 2}, []),
        ("xoài", best, ["forged-dossier"]),
        ("ổi", best, []),
        ("na", best, []),
        ("bơ", best | {"11": 1}, []),
        ("dứa", {"1.1": 1}, []),
    ]
    return ocop.score(
        ocop.Sheets.of(
            ocop.Sheet(criteria_set=fresh, product=name, answers=answers, findings=findings)
            for name, answers, findings in given
        )
    )


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [("min", [1, 1, 3, 3, 5, 6]), ("dense", [1, 1, 2, 2, 3, 4]), ("ordinal", [1, 2, 3, 4, 5, 6])],
)
def test_ties_are_numbered_as_asked(ties: Any, ranks: list[int], small: ocop.Scores) -> None:
    """1 1 3, 1 1 2 or 1 2 3; equal products stand in the order of their codes."""
    ranking = ocop.rank(small, ties=ties)
    assert ranking.products == ("na", "ổi", "bơ", "mít", "dứa", "xoài")
    assert ranking.rank.tolist() == ranks


def test_excluded_products_come_last_whatever_their_points(small: ocop.Scores) -> None:
    """Full marks and a forged dossier rank behind one point, in every order and group."""
    for order in (["total"], ["band", "C"], [], ["star"]):
        assert ocop.rank(small, order=order).products[-1] == "xoài"
    pairs = ocop.rank(small, within=["b", "a", "a", "b", "b", "a"])
    assert pairs.group == ("a", "a", "a", "b", "b", "b")
    assert pairs.products == ("ổi", "dứa", "xoài", "na", "bơ", "mít")
    assert pairs.rank.tolist() == [1, 2, 3, 1, 2, 2]


def test_the_star_decides_before_the_total(fresh: ocop.CriteriaSet) -> None:
    """A product with more points and fewer stars ranks lower, unless the order says otherwise."""
    best = {item.code: len(item.criterion.options) for item in fresh.items}
    sheets = [
        ocop.Sheet(criteria_set=fresh, product="95 điểm 2 sao", answers=best | {"5.3": 1}),
        ocop.Sheet(
            criteria_set=fresh, product="93 điểm 5 sao", answers=best | {"4.3": 2, "5.3": 2}
        ),
    ]
    scores = ocop.score(ocop.Sheets.of(sheets))
    assert (scores[0].total, scores[0].star) == (95, 2)
    assert (scores[1].total, scores[1].star) == (92, 5)
    assert ocop.rank(scores).products[0] == "93 điểm 5 sao"
    assert ocop.rank(scores, order=["total"]).products[0] == "95 điểm 2 sao"


def test_parts_break_ties_of_the_total(fresh: ocop.CriteriaSet) -> None:
    """At the same star and total, part C decides, then A, then B."""
    best = {item.code: len(item.criterion.options) for item in fresh.items}
    lower = {"A": {"3.3": 2}, "B": {"4.2": 3}, "C": {"12": 2}}
    sheets = [
        ocop.Sheet(criteria_set=fresh, product=part, answers=best | change)
        for part, change in lower.items()
    ]
    scores = ocop.score(ocop.Sheets.of(sheets))
    assert scores.total.tolist() == [99, 99, 99]
    assert ocop.rank(scores).products == ("B", "A", "C")
    assert ocop.rank(scores, order=["star", "total"]).rank.tolist() == [1, 1, 1]
    assert ocop.rank(scores, order=["B"]).products == ("A", "C", "B")


def test_codes_are_compared_as_text(fresh: ocop.CriteriaSet) -> None:
    """Equal products stand by code point, so that every computer lists them alike."""
    names = ["ổi", "na", "Na", "10", "9", "đu đủ", "dâu"]
    sheets = [ocop.Sheet(criteria_set=fresh, product=name, answers={}) for name in names]
    ranking = ocop.rank(ocop.score(ocop.Sheets.of(sheets)), ties="ordinal")
    assert list(ranking.products) == sorted(names)
    assert ranking.rank.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_several_sets_rank_as_one_list(generate: Any) -> None:
    """Columns carry each product's own set and numbers, at its place."""
    batches = batches_of(generate, [11, 26], 8, seed=3)
    ranking = ocop.rank(batches)
    columns = ranking.columns()
    assert list(columns)[:3] == ["rank", "product", "set"]
    assert columns["product"] == list(ranking.products)
    assert set(columns["set"]) == {11, 26}
    known = {score.product: score for batch in batches for score in batch.scores()}
    for name, star, total in zip(
        columns["product"], columns["star"], columns["total"], strict=True
    ):
        assert (known[name].star, known[name].total) == (star, total)
    for place, (source, row) in enumerate(zip(ranking.source, ranking.row, strict=True)):
        assert ranking.scores[source].products[row] == columns["product"][place]


def test_columns_can_be_read_in_pieces(generate: Any) -> None:
    """Pieces of the columns joined are the whole; the group stands after the rank."""
    ranking = ocop.rank(batches_of(generate, [1, 16], 10, seed=4), within="huyện")
    whole = ranking.columns()
    assert list(whole)[:2] == ["rank", "group"]
    joined: dict[str, list[Any]] = {name: [] for name in whole}
    for start in range(0, len(ranking), 5):
        for name, values in ranking.columns(start, start + 5).items():
            joined[name] += values
    assert joined == whole


def test_head_returns_the_first_places(small: ocop.Scores) -> None:
    """The first places as plain dicts, ready for JSON."""
    first, second = ocop.rank(small).head(2)
    assert (first["rank"], first["product"], first["star"]) == (1, "na", 5)
    assert (second["rank"], second["product"], second["total"]) == (1, "ổi", 100)
    assert len(ocop.rank(small).head()) == 6
    assert ocop.rank(small).head(0) == []


def test_the_repr_is_one_line(small: ocop.Scores) -> None:
    """The repr says how many products, in how many groups, and how ties are numbered."""
    assert repr(ocop.rank(small)) == "<Ranking of 6 products, ties min>"
    grouped = ocop.rank(small, within="set", ties="dense")
    assert repr(grouped) == "<Ranking of 6 products in 1 group, ties dense>"


def test_arrays_of_a_ranking_are_read_only(small: ocop.Scores) -> None:
    """A ranking cannot be changed after it was made."""
    ranking = ocop.rank(small)
    for array in (ranking.rank, ranking.source, ranking.row):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


def test_an_empty_batch_ranks_to_nothing(fresh: ocop.CriteriaSet, small: ocop.Scores) -> None:
    """No products are no error, alone or beside others."""
    nothing = ocop.score(
        ocop.Sheets(criteria_set=fresh, products=[], answers=np.empty((0, 32), dtype=np.uint8))
    )
    ranking = ocop.rank(nothing, within="set")
    assert (len(ranking), ranking.products, ranking.group) == (0, (), ())
    assert ocop.rank([nothing, small]).products == ocop.rank(small).products


# What is refused


def problems_of(error: pytest.ExceptionInfo[ocop.InputError]) -> list[str]:
    """Return the problems as their messages show them."""
    return [str(problem) for problem in error.value.problems]


def test_scores_of_two_decisions_do_not_rank_together(small: ocop.Scores) -> None:
    """Points under two decisions mean different things."""
    old = ocop.criteria_set("qd-781-2020", 1)
    other = ocop.score(ocop.Sheet(criteria_set=old, product="sầu riêng", answers={}))
    with pytest.raises(ocop.InputError) as error:
        ocop.rank([small, other])
    assert problems_of(error) == [
        "the scores come from qd-26-2026, qd-781-2020, allowed is one decision; "
        "score under one decision [mixed-decisions]"
    ]


def test_sets_of_one_id_that_do_not_belong_together_are_named() -> None:
    """Two decisions under one id, and sets with other parts, are refused with their place."""
    tea, coffee = (ocop.criteria_set("qd-26-2026", name) for name in (11, 12))
    other = attrs.evolve(tea, criterion_mark="full" if tea.criterion_mark == "any" else "any")
    lettered = [attrs.evolve(p, code=c) for p, c in zip(coffee.parts, "PQR", strict=True)]
    sets = [tea, other, attrs.evolve(coffee, parts=lettered)]
    batches = [
        ocop.score(ocop.Sheet(criteria_set=one, product=f"{n}", answers={}))
        for n, one in enumerate(sets)
    ]
    with pytest.raises(ocop.InputError) as error:
        ocop.rank(batches)
    assert problems_of(error) == [
        "scores[1]: set 11 has other content here than before, under one id; give each decision "
        "an id of its own, and score under one [mixed-decisions]",
        "scores[2]: found the parts P, Q, R, allowed are those of the first scores: A, B, C; "
        "rank these sets apart [other-parts]",
    ]


def test_a_product_ranks_once(small: ocop.Scores, fresh: ocop.CriteriaSet) -> None:
    """Products that stand in two batches are named, each once, in order."""
    hint = "several sheets of one product need one council result first"
    names = sorted(["mít", "xoài", "ổi", "na", "bơ", "dứa"])
    for times in (2, 3):
        with pytest.raises(ocop.InputError) as error:
            ocop.rank([small] * times)
        assert problems_of(error) == [
            f"the product '{name}' stands twice; {hint} [duplicate-product]" for name in names
        ]


def test_sheets_of_several_assessors_do_not_rank(fresh: ocop.CriteriaSet) -> None:
    """A product with the sheets of two assessors has no single result yet."""
    sheets = ocop.Sheets(
        criteria_set=fresh,
        products=["na", "na"],
        assessors=("An", "Bình"),
        answers=np.ones((2, 32), dtype=np.uint8),
    )
    with pytest.raises(ocop.InputError, match="'na' stands twice; several sheets of one product"):
        ocop.rank(ocop.score(sheets))


def test_unknown_keys_and_ties_are_told_together(small: ocop.Scores) -> None:
    """All that is wrong with the arguments comes in one raise, with suggestions."""
    with pytest.raises(ocop.InputError) as error:
        ocop.rank(small, order=["stars", "total", "D"], ties="max")  # type: ignore[arg-type]  # wrong on purpose
    known = "star, band, total, A, B, C"
    assert problems_of(error) == [
        "ties: found 'max', allowed are min, dense, ordinal [unknown-ties]",
        f"order: found 'stars', allowed are {known}; did you mean 'star'? [unknown-key]",
        f"order: found 'D', allowed are {known} [unknown-key]",
    ]


def test_nothing_to_rank_is_refused() -> None:
    """No scores at all is a mistake of the caller."""
    with pytest.raises(ocop.InputError) as error:
        ocop.rank([])
    assert problems_of(error) == ["found no scores, allowed is one or more [no-scores]"]


def test_groups_are_one_value_per_product(small: ocop.Scores) -> None:
    """Too few or too many values are refused with both counts."""
    for values in (["a"] * 5, ["a"] * 7, []):
        with pytest.raises(ocop.InputError) as error:
            ocop.rank(small, within=values)
        assert problems_of(error) == [
            f"within: found {len(values)} values, allowed are 6, one per product [wrong-length]"
        ]


def test_an_unknown_column_is_refused_with_the_known_ones(generate: Any) -> None:
    """The message lists set, sector and the columns that the sheets carry."""
    with pytest.raises(ocop.InputError) as error:
        ocop.rank(batches_of(generate, [1], 3, seed=5), within="tỉnh")
    assert problems_of(error) == [
        "within: found 'tỉnh', allowed are set, sector, huyện [unknown-key]"
    ]


def test_the_top_of_a_ranking_and_of_its_groups() -> None:
    """The first places overall, and the first places of each group; fewer where there are fewer."""
    tea, honey = (
        ocop.criteria_set("qd-26-2026", name) for name in ("tea", "honey-and-other-farm-food")
    )
    batches = [
        ocop.score(
            ocop.Sheets.of(
                ocop.Sheet(criteria_set=chosen, product=f"{name}{n}", answers={"5.1": n + 1})
                for n in range(count)
            )
        )
        for chosen, name, count in ((tea, "t", 3), (honey, "h", 1))
    ]
    assert ocop.rank(batches).top(2).products == ("t2", "t1")
    within = ocop.rank(batches, within="set").top(2)
    assert within.products == ("h0", "t2", "t1")
    assert within.rank.tolist() == [1, 1, 2]
    assert within.group == ("04 honey-and-other-farm-food", "11 tea", "11 tea")
    assert len(ocop.rank(batches).top(9)) == 4
    for name in ("rank", "source", "row"):
        assert not getattr(within, name).flags.writeable


def test_parts_with_other_letters_decide_in_printed_order() -> None:
    """A decision of one's own may print other parts: the first printed decides first."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    parts = tuple(attrs.evolve(p, code=c) for p, c in zip(tea.parts, "PQR", strict=True))
    own = attrs.evolve(tea, parts=parts)
    # Both have 1 point, "a" in the last part (6.1.2, option 2), "b" in the first (1.1, option 1).
    sheets = [
        ocop.Sheet(criteria_set=own, product=name, answers=answers)
        for name, answers in (("a", {"6.1.2": 2}), ("b", {"1.1": 1}))
    ]
    ranking = ocop.rank(ocop.score(ocop.Sheets.of(sheets)))
    assert ranking.order == ("star", "total", "P", "Q", "R")
    assert ranking.products == ("b", "a")


@pytest.mark.parametrize("groups", [None, 3, 40])
@pytest.mark.parametrize("ties", ["min", "dense", "ordinal"])
def test_what_cannot_be_counted_is_sorted_to_the_same_ranks(
    generate: Any, monkeypatch: pytest.MonkeyPatch, groups: int | None, ties: Any
) -> None:
    """Where histograms would be too large, as of wide parts or many groups, ranks stay the same."""
    batches = batches_of(generate, [3, 16, 26], 12, seed=5)
    count = sum(map(len, batches))
    within = None if groups is None else [f"nhóm {n % groups}" for n in range(count)]
    counted = ocop.rank(batches, ties=ties, within=within)
    monkeypatch.setattr(_rank_keys, "LEAST_GRID", 1)
    placed = ocop.rank(batches, ties=ties, within=within)
    assert placed_by(placed) == placed_by(counted)
    assert placed.ranks.tolist() == counted.ranks.tolist()


@pytest.mark.parametrize("within", [None, "huyện"])
@pytest.mark.parametrize("ties", ["min", "dense", "ordinal"])
def test_ranks_in_the_order_of_the_scores_are_those_of_the_list(
    generate: Any, within: str | None, ties: Any
) -> None:
    """`ranks` says for each product what the list says at its place, before any list is made."""
    batches = batches_of(generate, [1, 11], 15, seed=6)
    ranking = ocop.rank(batches, ties=ties, within=within)
    products = [product for batch in batches for product in batch.products]
    listed = dict(zip(ranking.products, ranking.rank.tolist(), strict=True))
    assert dict(zip(products, ranking.ranks.tolist(), strict=True)) == listed
    assert not ranking.ranks.flags.writeable
    assert ranking.top(2).ranks.tolist() == ranking.ranks.tolist()


@pytest.mark.parametrize("within", [None, "huyện"])
@pytest.mark.parametrize("ties", ["min", "dense", "ordinal"])
@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_the_first_places_alone_are_those_of_the_whole_list(
    generate: Any, within: str | None, ties: Any, count: int
) -> None:
    """A partial list is the start of the whole one, in every group; again partial, the shorter."""
    batches = batches_of(generate, [1, 11], 9, seed=7)
    whole = placed_by(ocop.rank(batches, ties=ties, within=within))
    expected = [
        row
        for _, rows in itertools.groupby(whole, key=lambda row: row[0])
        for row in list(rows)[:count]
    ]
    first = ocop.rank(batches, ties=ties, within=within).top(count)
    assert placed_by(first) == expected
    assert placed_by(first.top(count + 5)) == expected
    assert len(first) == len(expected)
