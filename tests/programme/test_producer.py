"""Producers and products: who may take part, how types answer, which set judges a product."""

from __future__ import annotations

import pytest

import ocop
from ocop.programme.producer import Producer, admits, check_type, form_answers
from ocop.programme.product import Product, check_group, set_numbers

NEW = ocop.decision("qd-26-2026")


def test_who_may_take_part_in_2026() -> None:
    """Associations, unions and management centres only with tourism; farms with everything."""
    assert admits(NEW, "farm", "tea")
    assert admits(NEW, "household", "rural-tourism")
    assert admits(NEW, "management-centre", "rural-tourism")
    assert not admits(NEW, "management-centre", "honey-and-other-farm-food")
    problem = check_type(NEW, "union", "tea")
    assert problem is not None
    assert (problem.code, problem.path) == ("producer-not-admitted", "type")
    assert "allowed are co-operative, co-operative-group" in problem.message
    assert "association" not in problem.message
    assert check_type(NEW, "union", "rural-tourism") is None


def test_where_sources_do_not_say_the_answer_is_none() -> None:
    """Whom 781 and 148 admitted is not in our sources, so nothing is refused."""
    for name in ("qd-1048-2019", "qd-781-2020", "qd-148-2023", "qd-1489-2025"):
        assert admits(ocop.decision(name), "association", "tea") is None
        assert check_type(ocop.decision(name), "association", "tea") is None


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_every_set_has_its_answers_for_every_type_that_options_name(law: ocop.Decision) -> None:
    """Item 3.1 of all sets knows co-operatives at the top and households at the bottom."""
    for chosen in law.sets.values():
        best = len(chosen.item("3.1").criterion.options)
        assert form_answers(law, chosen, "co-operative") == {"3.1": (best,)}
        assert form_answers(law, chosen, "household") == {"3.1": (1,)}
        company = form_answers(law, chosen, "joint-stock-company")
        assert company == {"3.1": (2, 3)}
        assert form_answers(law, chosen, "joint-stock-company", 50) == {"3.1": (2,)}
        assert form_answers(law, chosen, "joint-stock-company", 51) == {"3.1": (3,)}


def test_types_that_moved_between_decisions() -> None:
    """Private enterprises rise from the first to the second option in 2026."""
    for name, position in (("qd-781-2020", 1), ("qd-148-2023", 1), ("qd-26-2026", 2)):
        law = ocop.decision(name)
        tea = ocop.criteria_set(law, "tea")
        assert form_answers(law, tea, "private-enterprise") == {"3.1": (position,)}
    old = ocop.decision("qd-781-2020")
    assert form_answers(old, ocop.criteria_set(old, "tea"), "farm") == {"3.1": (0,)}
    tourism = ocop.criteria_set(NEW, "rural-tourism")
    assert form_answers(NEW, tourism, "association") == {"3.1": (3,)}


def test_a_set_without_the_criterion_has_no_answers() -> None:
    """A decision of one's own that states nothing gives nothing."""
    import attrs

    from ocop.law.process import Process

    bare = attrs.evolve(NEW, process=Process())
    assert form_answers(bare, ocop.criteria_set(NEW, "tea"), "farm") == {}


def test_capital_is_a_percentage() -> None:
    """More than 100 percent is refused."""
    with pytest.raises(ocop.InputError, match="allowed are 0 to 100 percent"):
        Producer(id="p", name="Cty", type="joint-stock-company", community_capital=101)
    assert Producer(id="p", name="HTX", type="co-operative").place is None


def test_a_product_belongs_to_a_group_that_decisions_share() -> None:
    """A misspelt group is refused with the nearest one."""
    product = Product(name="Trà Shan tuyết", group="tea", producer="htx-1")
    assert product.code is None
    with pytest.raises(ocop.InputError) as caught:
        Product(name="Trà", group="plant-tea", producer="htx-1")
    assert str(caught.value) == (
        "group: found 'plant-tea', allowed are the slugs of product groups such as 'tea'; did you "
        "mean 'plant-teas'? [unknown-group]"
    )
    assert check_group("tea") is None


def test_a_group_has_its_number_under_each_decision() -> None:
    """Numbers move; groups that came later have none in the decisions before."""
    assert set_numbers("flowers") == {"qd-148-2023": 23, "qd-1489-2025": 23, "qd-26-2026": 23}
    assert set_numbers("medical-equipment") == {"qd-1048-2019": 21, "qd-781-2020": 21}
    with pytest.raises(ocop.InputError, match="unknown-group"):
        set_numbers("flower")
