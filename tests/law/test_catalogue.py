"""The catalogue: which decisions there are, which is in force, and sets by number and slug."""

from __future__ import annotations

import json
import pickle
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

import ocop
from ocop import _resources
from ocop.law import catalogue
from ocop.types import DossierKind

NEW, OLD = "qd-26-2026", "qd-781-2020"
ALL = ["qd-1048-2019", OLD, "qd-148-2023", "qd-1489-2025", NEW]

WATCH = """
import json, sys
seen = []
sys.addaudithook(lambda event, args: seen.append(str(args[0])) if event == "open" else None)
import ocop
{code}
data = [name.replace(chr(92), "/") for name in seen if name.endswith((".yaml", ".yml", ".csv"))]
loaded = [m for m in ("numpy", "yaml", "cattrs", "click") if m in sys.modules]
print(json.dumps({{"data": data, "loaded": loaded}}))
"""


def _watch(fresh: Callable[..., str], code: str) -> tuple[list[str], list[str]]:
    """Return the data files that `code` opens, from criteria_sets on, and what it imports."""
    found = json.loads(fresh(WATCH.format(code=code)))
    return [name.rpartition("criteria_sets/")[2] for name in found["data"]], found["loaded"]


def test_decisions_stand_in_the_order_in_which_they_came_into_force() -> None:
    """The shipped decisions, oldest first; each is the object that its id gives."""
    assert [law.id for law in ocop.decisions()] == ALL
    assert ocop.decisions()[-1] is ocop.decision(NEW)


def test_a_decision_says_what_it_is() -> None:
    """Number, dates, certificates and confidence of both decisions are those of the texts."""
    new, old = ocop.decision(NEW), ocop.decision(OLD)
    assert (new.number, new.signed_on, new.in_force_until) == (
        "26/2026/QĐ-TTg",
        date(2026, 5, 22),
        None,
    )
    assert repr(new) == (
        "<Decision qd-26-2026: in force from 2026-05-22, 26 of 26 sets transcribed>"
    )
    assert repr(old) == (
        "<Decision qd-781-2020: in force from 2020-06-08 to 2023-02-23, 26 of 26 sets transcribed>"
    )
    assert (new.certificate_months, new.star_marks, new.source.confidence) == (36, True, "primary")
    assert new.replaces == ("qd-148-2023", "qd-1489-2025")
    assert (old.number, old.amends) == ("781/QĐ-TTg", "qd-1048-2019")
    assert (old.certificate_months, old.star_marks) == (None, False)
    assert old.source.confidence == "secondary"


@pytest.mark.parametrize(
    ("day", "law"),
    [
        (date(2019, 8, 21), "qd-1048-2019"),
        (date(2020, 6, 7), "qd-1048-2019"),
        (date(2020, 6, 8), OLD),
        (date(2023, 2, 23), OLD),
        (date(2023, 2, 24), "qd-148-2023"),
        (date(2025, 7, 5), "qd-148-2023"),
        (date(2025, 7, 6), "qd-1489-2025"),
        (date(2026, 5, 21), "qd-1489-2025"),
        (date(2026, 5, 22), NEW),
        (date(9999, 12, 31), NEW),
    ],
)
def test_the_decision_in_force_on_its_border_days(day: date, law: str) -> None:
    """First and last day belong to a decision; the newer one counts where two overlap."""
    assert ocop.in_force(day).id == law


def test_148_as_amended_ceases_sixty_days_after_26_2026() -> None:
    """For transitions 1489 stays in force up to 2026-07-21, the sixtieth day."""
    law = ocop.decision("qd-1489-2025")
    days = (date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 22))
    assert [law.in_force(day) for day in days] == [True, True, False]
    assert date(2026, 7, 21) - date(2026, 5, 22) == timedelta(days=60)


@pytest.mark.parametrize("day", [date(2019, 8, 20), date.min])
def test_no_decision_is_in_force_before_the_first(day: date) -> None:
    """Before 2019-08-21 the error says for which days the data knows the law."""
    with pytest.raises(ocop.UnknownDecisionError) as caught:
        ocop.in_force(day)
    (problem,) = caught.value.problems
    assert problem.code == "no-decision-in-force"
    assert problem.message == (
        f"no decision in the data is in force on {day}; there are "
        "qd-1048-2019 from 2019-08-21 to 2020-06-07, qd-781-2020 from 2020-06-08 to 2023-02-23, "
        "qd-148-2023 from 2023-02-24 to 2025-07-05, qd-1489-2025 from 2025-07-06 to 2026-07-21, "
        "qd-26-2026 from 2026-05-22 to now"
    )


@pytest.mark.parametrize(
    ("filed", "assessed", "kind", "law"),
    [
        # Article 12 of 26/2026: filed before 2026-05-22, 60 days for first and upgrade.
        (date(2026, 5, 21), date(2026, 5, 22), "first", "qd-1489-2025"),
        (date(2026, 5, 21), date(2026, 7, 20), "first", "qd-1489-2025"),
        (date(2026, 5, 21), date(2026, 7, 21), "upgrade", "qd-1489-2025"),
        (date(2026, 5, 21), date(2026, 7, 22), "first", NEW),
        (date(2026, 5, 21), date(2026, 7, 22), "upgrade", NEW),
        # 30 days for re-assessments.
        (date(2026, 5, 21), date(2026, 6, 21), "re-assessment", "qd-1489-2025"),
        (date(2026, 5, 21), date(2026, 6, 22), "re-assessment", NEW),
        # Filed on the day the decision came into force, or later: the new rules.
        (date(2026, 5, 22), date(2026, 5, 22), "first", NEW),
        (date(2026, 5, 22), date(2026, 6, 1), "re-assessment", NEW),
        # Earlier changes state no transition: the day of assessment decides.
        (date(2025, 7, 5), date(2025, 7, 6), "first", "qd-1489-2025"),
        (date(2023, 2, 23), date(2023, 2, 24), "upgrade", "qd-148-2023"),
        (date(2020, 6, 7), date(2020, 6, 7), "first", "qd-1048-2019"),
        (date(2019, 8, 20), date(2019, 8, 21), "first", "qd-1048-2019"),
    ],
)
def test_the_decision_that_applies_to_a_dossier(
    filed: date, assessed: date, kind: DossierKind, law: str
) -> None:
    """The day of assessment decides, but for dossiers that a transition lets go on."""
    assert ocop.applicable(filed, assessed, kind).id == law


def test_a_dossier_that_cannot_be() -> None:
    """Assessed before it was filed, of no known kind, or before there was a decision."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.applicable(date(2026, 1, 2), date(2026, 1, 1))
    assert str(caught.value) == (
        "assessed_on: assessed on 2026-01-01, before it was filed on 2026-01-02 "
        "[dates-out-of-order]"
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.applicable(date(2026, 1, 1), date(2026, 1, 2), "new")  # type: ignore[arg-type]  # wrong on purpose
    assert str(caught.value) == (
        "kind: found 'new', allowed are first, upgrade, re-assessment [unknown-kind]"
    )
    with pytest.raises(ocop.UnknownDecisionError, match="from 2019-08-21"):
        ocop.applicable(date(2019, 8, 20), date(2019, 8, 20))


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("qd-26-2025", "did you mean 'qd-26-2026'?"), ("thông tư", None), ("", None), ("..", None)],
)
def test_an_unknown_decision_is_told_with_what_there_is(wrong: str, hint: str | None) -> None:
    """The error lists the ids and suggests a near one; a path is not an id."""
    with pytest.raises(ocop.UnknownDecisionError) as caught:
        ocop.decision(wrong)
    (problem,) = caught.value.problems
    assert problem.code == "unknown-decision"
    assert problem.message == f"there is no decision {wrong!r}; there are {', '.join(ALL)}"
    assert problem.hint == hint


@pytest.mark.parametrize("which", [11, "11", "tea"])
@pytest.mark.parametrize("by", ["id", "decision"])
def test_a_set_is_found_by_number_text_and_slug(which: int | str, by: str) -> None:
    """All ways lead to the same object, which is kept."""
    law = NEW if by == "id" else ocop.decision(NEW)
    assert ocop.criteria_set(law, which) is ocop.decision(NEW).sets[11]


LISTED = "ocop show lists them"


@pytest.mark.parametrize(
    ("which", "hint"),
    [
        (27, LISTED),
        (0, LISTED),
        (-1, LISTED),
        ("07", LISTED),
        ("te", "did you mean 'tea'?"),
        ("Cofee and cocoa", "did you mean 'coffee-and-cocoa'?"),
        ("chè xanh", LISTED),
        (True, LISTED),
        ("", LISTED),
        (" - ", LISTED),
        ("Chè", "did you mean 'tea'?"),
        (unicodedata.normalize("NFD", "chè"), "did you mean 'tea'?"),
        ("tra", "did you mean 'tea' or 'plant-teas'?"),
        ("ca-cao", "did you mean 'coffee-and-cocoa'?"),
        ("MẬT  ONG", "did you mean 'honey-and-other-farm-food' or 'processed-animal-products'?"),
        ("honey", "did you mean 'honey-and-other-farm-food' or 'processed-animal-products'?"),
        (
            "che",
            "did you mean 'rice-and-grains', 'processed-grains', 'processed-produce', "
            "'processed-animal-products' or 'tea'?",
        ),
        ("tươi, chè", "did you mean 'tea'?"),
        (
            "khác",  # in nine labels
            "did you mean 'rice-and-grains', 'honey-and-other-farm-food', "
            "'processed-animal-products', 'sauces-and-liquid-seasonings' or 'other-seasonings'?",
        ),
        ("ơi", LISTED),
    ],
)
def test_an_unknown_set_is_told_with_what_is_allowed(which: int | str, hint: str) -> None:
    """The error names the numbers and a slug, and suggests what is near, by slug or by label."""
    with pytest.raises(ocop.UnknownSetError) as caught:
        ocop.criteria_set(NEW, which)
    (problem,) = caught.value.problems
    assert not isinstance(caught.value, ocop.NotTranscribedError)
    assert problem.code == "unknown-set"
    assert problem.message == (
        f"{NEW} has no set {which!r}; allowed are the numbers 1 to 26 "
        "or a product group such as 'fresh-produce'"
    )
    assert problem.hint == hint


def test_a_set_that_is_not_held_is_told_with_the_reason() -> None:
    """1048/2019 declares 26 sets; its own tourism set is not in our sources, and it says why."""
    law = ocop.decision("qd-1048-2019")
    for which in (26, "26", "rural-tourism"):
        with pytest.raises(ocop.NotTranscribedError) as caught:
            ocop.criteria_set(law, which)
        (problem,) = caught.value.problems
        assert problem.code == "set-not-transcribed"
        assert problem.message == (
            "set 26 (Community tourism services and tourist sites) of qd-1048-2019 is not "
            "transcribed: 781/QĐ-TTg replaced the tourism set in 2020, and our sources do not hold "
            "that of 2019"
        )


def test_a_slug_means_the_same_product_under_every_decision() -> None:
    """Numbers move between decisions (tea is 12 in 781 and 11 in 26/2026), slugs do not."""
    numbers = {law.id: {d.group: d.number for d in law.declared} for law in ocop.decisions()}
    assert (numbers[OLD]["tea"], numbers[NEW]["tea"]) == (12, 11)
    groups = {group.slug: group for group in ocop.product_groups()}
    for law in ocop.decisions():
        assert all(groups[group.slug] == group for group in law.groups)


def test_product_groups_are_those_of_all_decisions() -> None:
    """26 groups of 26/2026 in its order, then those that only 781/2020 knows; six sectors."""
    groups = ocop.product_groups()
    slugs = [group.slug for group in groups]
    assert slugs[:26] == [declared.group for declared in ocop.decision(NEW).declared]
    assert set(slugs) == {d.group for law in ocop.decisions() for d in law.declared}
    assert len(slugs) == len(set(slugs))
    sectors = list(dict.fromkeys(group.sector.slug for group in groups[:26]))
    assert sectors == ["food", "drinks", "medicinal", "handicrafts", "ornamental", "tourism"]


def test_broken_groups_are_a_law_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If groups.yaml of an installation is damaged, nothing is built on it."""
    monkeypatch.setattr(catalogue, "_data", lambda: tmp_path)
    with pytest.raises(ocop.LawError, match=r"criteria_sets/groups\.yaml: cannot read the file"):
        catalogue.shared_groups.__wrapped__()
    text = 'format: "ocop-groups/1"\nsectors: []\ngroups: []\n'
    (tmp_path / "groups.yaml").write_text(text, encoding="utf-8")
    assert catalogue.shared_groups.__wrapped__().groups == ()
    group = 'groups: [{slug: "tea", sector: "drinks", label: {vi: "Chè", en: "Tea"}}]'
    (tmp_path / "groups.yaml").write_text(text.replace("groups: []", group), encoding="utf-8")
    with pytest.raises(ocop.LawError, match="there is no sector 'drinks'"):
        catalogue.shared_groups.__wrapped__()


def test_data_is_found_inside_the_wheel_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed package reads its own data; a checkout reads the folder at its root."""
    monkeypatch.setattr(_resources, "files", lambda package: tmp_path / package)
    assert _resources.resource.__wrapped__("criteria_sets").joinpath("groups.yaml").is_file()
    (tmp_path / "ocop" / "criteria_sets").mkdir(parents=True)
    inside = _resources.resource.__wrapped__("criteria_sets")
    assert inside == tmp_path / "ocop" / "criteria_sets"


def test_import_reads_no_data_and_loads_no_library(fresh: Callable[..., str]) -> None:
    """``import ocop`` opens no YAML or CSV file and imports neither numpy nor PyYAML."""
    assert _watch(fresh, "dir(ocop); ocop.__version__") == ([], [])


def test_looking_at_the_law_does_not_load_numpy(fresh: Callable[..., str]) -> None:
    """All decisions are listed from their headers alone, without numpy and click."""
    data, loaded = _watch(fresh, "ocop.decisions()")
    assert set(data) == {"groups.yaml", *(f"{name}/decision.yaml" for name in ALL)}
    assert len(data) == len(set(data))
    assert not {"numpy", "click"} & set(loaded)


def test_one_set_loads_without_the_files_of_others(fresh: Callable[..., str]) -> None:
    """Of the set files only the one asked for is opened, and no other decision; each file once."""
    data, loaded = _watch(fresh, f"ocop.criteria_set('{NEW}', 11); ocop.criteria_set('{NEW}', 11)")
    assert [name for name in data if "/sets/" in name] == [f"{NEW}/sets/11-tea.yaml"]
    assert len(data) == len(set(data))
    assert {name.split("/")[0] for name in data} == {"groups.yaml", NEW}
    assert "numpy" not in loaded


def test_lazily_loaded_sets_pickle(base: Path) -> None:
    """A decision goes through pickle whole, even where its files are gone afterwards."""
    law = ocop.load_decision(base)
    data = pickle.dumps(law)
    for path in sorted(base.rglob("*.yaml")):
        path.unlink()
    copy = pickle.loads(data)
    assert copy == law
    assert dict(copy.sets) == {1: law.sets[1], 2: law.sets[2]}
    assert copy.digest == law.digest


def test_a_shipped_set_pickles() -> None:
    """A set alone goes through pickle with equal content and digest."""
    tea = ocop.criteria_set(NEW, "tea")
    copy = pickle.loads(pickle.dumps(tea))
    assert (copy, copy.digest, copy.codes) == (tea, tea.digest, tea.codes)


def test_lazy_sets_are_a_plain_mapping() -> None:
    """Length, membership and iteration come from the declaration; unknown numbers are KeyError."""
    sets = ocop.decision("qd-1048-2019").sets
    assert (len(sets), list(sets)) == (25, list(range(1, 26)))
    assert (1 in sets, 26 in sets, "1" in sets) == (True, False, False)
    with pytest.raises(KeyError):
        sets[26]
