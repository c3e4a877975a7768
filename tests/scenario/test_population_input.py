"""What `synthesize` refuses: every problem at once, and shares that cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import ocop
from ocop.scenario._population_checks import TAKEN
from ocop.tables._header import LONG, RESERVED, RESULTS

LAW = "qd-26-2026"


def refused(**given: Any) -> list[str]:
    """Return the problems of a call, as text."""
    law = given.pop("law", LAW)
    with pytest.raises(ocop.InputError) as caught:
        ocop.synthesize(law, **{"products": 5, "rng": 0, **given})
    return [str(problem) for problem in caught.value.problems]


def test_all_problems_come_at_once() -> None:
    """Shares, groups, products, places, difficulty and seed are checked in one go."""
    found = refused(
        shares={5: 0.5, 7: 0.2, 4: -0.1, 3: "x"},
        products=0,
        groups={"teaa": 0.5, "tea": -1, 11: 0.5},
        places={"total": ["a"], "1.1": ["a", "b"], "commune": ["x\ny"]},
        model=ocop.PopulationModel(difficulty={"1.1": 0, "99.9": 1}),
        rng=-1,
    )
    assert found == [
        "shares: found the star 7, allowed are 1 to 5 [out-of-range]",
        "shares: 4: found -0.1, allowed are numbers from 0 on [out-of-range]",
        "shares: 3: found 'x', allowed are numbers from 0 on [not-a-number]",
        "products: found 0, allowed are whole numbers from 1 on [out-of-range]",
        "groups: qd-26-2026 has no set 'teaa'; allowed are the numbers 1 to 26 or a product group "
        "such as 'fresh-produce'; did you mean 'tea'? [unknown-set]",
        "groups: tea: found -1, allowed are numbers from 0 on [out-of-range]",
        "places: the name 'total' is taken and cannot be a column of places; give the column "
        "another name [name-taken]",
        "places: the name '1.1' is taken and cannot be a column of places; give the column "
        "another name [name-taken]",
        "places: commune: found control characters, allowed is text of one line [bad-character]",
        "places: found total 1, 1.1 2, commune 1 values, allowed is the same number in all, 1 or "
        "more [wrong-length]",
        "rng: found -1, allowed are numbers from 0 on [out-of-range]",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shares": {5: 0.5, 4: 0.4}}, "shares: found shares that add up to 0.9, allowed is 1, or"),
        ({"shares": {}}, "shares: found shares that add up to 0, allowed is 1, or whole counts"),
        ({"shares": {5: 0, 4: 0}}, "shares: found shares that add up to 0"),
        ({"shares": [0.5, 0.5]}, "shares: found [0.5, 0.5], allowed is a share by star"),
        ({"shares": {True: 1}}, "shares: found the star True, allowed are 1 to 5"),
        ({"shares": {0: 1}}, "shares: found the star 0, allowed are 1 to 5"),
        ({"shares": {3: float("nan")}}, "shares: 3: found nan, allowed are numbers from 0 on"),
        ({"shares": {3: True}}, "shares: 3: found True, allowed are numbers"),
        ({"groups": {"tea": 0.4, 1: 0.5}}, "groups: found shares that add up to 0.9, allowed is 1"),
        ({"groups": {"tea": 0.5, 11: 0.5}}, "groups: set 11 is named twice, the second time as 11"),
        ({"groups": 3}, "groups: found 3, allowed is a share by group"),
        ({"sectors": {"food": 0.5}}, "sectors: found shares that add up to 0.5, allowed is 1"),
        ({"sectors": {"foot": 1}}, "sectors: found the sector 'foot', allowed are food, drinks"),
        ({"sectors": 3}, "sectors: found 3, allowed is a share by sector"),
        ({"products": 2.5}, "products: found 2.5, allowed are whole numbers from 1 on"),
        ({"products": {"tea": 2.5}}, "products: tea: found 2.5, allowed are whole numbers from 0"),
        ({"products": {"tea": 0}}, "products: found no products, allowed is 1 or more"),
        (
            {"products": {"tea": 1}, "groups": {"tea": 1}},
            "groups: found products by group and groups, allowed is one way to say",
        ),
        (
            {"sectors": {"food": 1}, "groups": {"tea": 1}},
            "groups: found groups and sectors, allowed is one way to say how many of which",
        ),
        ({"law": "qd-1048-2019", "groups": {26: 1}}, "groups: set 26 (Community tourism services"),
        ({"places": ["x"]}, "places: found ['x'], allowed is a list of names by column"),
        ({"places": {"x": "abc"}}, "places: found x 0 values, allowed is the same number in all"),
        ({"rng": 1.5}, "rng: found 1.5, allowed are a generator, a whole number or None"),
        ({"rng": True}, "rng: found True, allowed are a generator, a whole number or None"),
        (
            {"model": ocop.PopulationModel(difficulty={"99.9": 1})},
            "model: difficulty: found '99.9', allowed are printed codes of criteria",
        ),
    ],
)
def test_what_is_refused(given: dict[str, Any], message: str) -> None:
    """One problem, with its place, what was found and what is allowed."""
    (found,) = refused(**given)
    assert found.startswith(message)


def test_a_single_set_knows_only_itself() -> None:
    """With a criteria set, groups and sectors can name that one and no other."""
    tea = ocop.criteria_set(LAW, "tea")
    assert len(ocop.synthesize(tea, products={11: 4}, rng=0)) == 4
    assert len(ocop.synthesize(tea, products=4, sectors={"food": 1}, rng=0)) == 4
    (found,) = refused(law=tea, products={"rice-and-grains": 4})
    assert found == (
        "products: found 'rice-and-grains', allowed is 11 or 'tea', the set given [unknown-set]"
    )


def test_no_column_of_places_can_take_a_name_that_has_a_meaning() -> None:
    """What files and results use is refused, part codes too, so that every file can be read."""
    assert set(TAKEN) == {*RESERVED, *LONG, *RESULTS, "synthetic"}
    for name in (*TAKEN, "A", "7", ""):
        (found,) = refused(places={name: ["x"]})
        assert found.endswith("[name-taken]")


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"mean": "x"}, "not-a-number", "mean"),
        ({"mean": float("inf")}, "out-of-range", "mean"),
        ({"spread": 0}, "out-of-range", "spread"),
        ({"spread": True}, "not-a-number", "spread"),
        ({"loading": 1.1}, "out-of-range", "loading"),
        ({"loading": -0.1}, "out-of-range", "loading"),
        ({"part_loading": float("nan")}, "out-of-range", "part_loading"),
        ({"loading": 0.8, "part_loading": 0.7}, "out-of-range", "loading, part_loading"),
        ({"prepared": 2}, "out-of-range", "prepared"),
        ({"none_met": None}, "not-a-number", "none_met"),
        ({"incomplete": -1}, "out-of-range", "incomplete"),
        ({"unanswered": 1.5}, "out-of-range", "unanswered"),
        ({"findings": "1"}, "not-a-number", "findings"),
        ({"difficulty_spread": -1}, "out-of-range", "difficulty_spread"),
        ({"difficulty": 3}, "wrong-type", "difficulty"),
        ({"difficulty": {"1.1": "x"}}, "not-a-number", "difficulty: 1.1"),
    ],
)
def test_parameters_of_the_model(given: Mapping[str, Any], code: str, path: str) -> None:
    """Numbers within their limits; the limits are in the message."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.PopulationModel(**given)
    assert [(p.code, p.path) for p in caught.value.problems] == [(code, path)]


def test_parameters_are_checked_all_at_once_and_kept_as_given() -> None:
    """Two wrong parameters are two problems; a mapping that changes later changes no model."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.PopulationModel(mean="x", spread=-1)  # type: ignore[arg-type]  # meant
    assert len(caught.value.problems) == 2
    difficulty = {"1.1": 1.0}
    model = ocop.PopulationModel(difficulty=difficulty)
    difficulty["1.1"] = 2.0
    assert model.to_dict()["difficulty"] == {"1.1": 1.0}
    assert model.own_share == pytest.approx(np.sqrt(1 - 0.6**2 - 0.3**2))


def test_shares_out_of_reach() -> None:
    """The error has the nearest shares of every set; `nearest` goes on with them."""
    # Where some floors are not seen to, many with the points for five stars stay at four.
    given: dict[str, Any] = {
        "products": {"tea": 40, "coffee-and-cocoa": 40},
        "shares": {5: 0.6, 4: 0.1, 3: 0.3},
        "model": ocop.PopulationModel(prepared=0.95),
    }
    found = refused(**given)
    assert len(found) == 2
    assert found[0].startswith(
        "shares: set 11 tea: asked are 5: 60.0%, 4: 10.0%, 3: 30.0%; the nearest found are 5: "
    )
    assert found[0].endswith("or take the nearest (nearest=True) [shares-not-reached]")
    assert "shares: set 13 coffee-and-cocoa" in found[1]
    made = ocop.synthesize(LAW, **given, nearest=True, rng=0)
    assert made.off > 0.01
    told = made.groups[0].expected
    assert told is not None
    assert f"5: {told[5]:.1%}, 4: {told[4]:.1%}, 3: {told[3]:.1%};" in found[0]
    assert sum(told.values()) == pytest.approx(1)
    assert {star for star, count in made.star_counts.items() if count} <= {5, 4, 3}


def test_stars_too_rare_to_be_drawn() -> None:
    """Where nothing is answered no mean gives five stars, and no nearest share either."""
    model = ocop.PopulationModel(incomplete=1, unanswered=1)
    (found,) = refused(products={"tea": 40}, shares={5: 0.5, 4: 0.5}, model=model, nearest=True)
    assert found == (
        "shares: set 11 tea: fewer than 2% of the products drawn have these stars; ask for stars "
        "that lie side by side, or for other shares [shares-not-reached]"
    )


def test_an_unknown_decision() -> None:
    """The decision is looked up like everywhere."""
    with pytest.raises(ocop.UnknownDecisionError):
        ocop.synthesize("qd-27-2026", products=1)
