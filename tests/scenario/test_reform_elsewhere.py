"""A reformed decision works wherever a decision does; files of reforms are read and written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ocop
from ocop import DropCriterion, Scale, SetMark, SetPoints, SetThreshold

Make = Callable[..., ocop.Reform]
PROVINCE = Path(__file__).parents[2] / "examples" / "province-made-up.csv"
QUALITY = Path(__file__).parents[2] / "examples" / "reform-quality-first.yaml"


def sheets(law: ocop.Decision) -> tuple[ocop.Sheets, ...]:
    """Return the made-up province under a decision."""
    return ocop.read_sheets(PROVINCE, law, keep=("name", "commune"))


def test_the_example_scores_ranks_and_explains(law: ocop.Decision) -> None:
    """Sheets of the province are read, scored, ranked, explained and upgraded under new law."""
    new = ocop.apply_reform(ocop.load_reform(QUALITY), law).decision
    batches = sheets(new)
    scores = [ocop.score(batch) for batch in batches]
    ranking = ocop.rank(scores)
    old = [ocop.score(batch) for batch in sheets(law)]
    assert len(ranking) == sum(map(len, old))
    assert {batch.criteria_set.decision for batch in batches} == {new.id}
    assert any((a.total != b.total).any() for a, b in zip(scores, old, strict=True))
    assert ocop.explain(scores[0]).to_dict()["decision"] == new.id
    one = ocop.upgrade(batches[0], 5)
    assert one.scores.criteria_set.decision == new.id
    with pytest.raises(ocop.InputError, match="mixed-decisions"):
        ocop.rank([scores[0], old[1]])


def test_a_set_that_nothing_changed_ranks_with_those_that_did(
    make: Make, law: ocop.Decision
) -> None:
    """All sets of the new decision name it, also those that no edit touched."""
    reform = make(SetPoints(criterion="1.2", option=3, points=1, sets=["tea"]))
    new = ocop.apply_reform(reform, law).decision
    batches = sheets(new)
    ocop.rank([ocop.score(batch) for batch in batches])
    for batch in batches:
        source = batch.criteria_set
        same = law.sets[source.number].digest == source.digest
        assert same == (source.group.slug != "tea")


def test_packed_sheets_say_under_which_law(make: Make, law: ocop.Decision, tmp_path: Path) -> None:
    """Sheets packed under a reformed decision load with it, and with no other."""
    reform = make(SetPoints(criterion="1.2", option=3, points=1, sets=["tea"]))
    new = ocop.apply_reform(reform, law).decision
    ocop.dump_sheets(sheets(new), tmp_path / "new.npz")
    again = ocop.load_sheets(tmp_path / "new.npz", new)
    assert {batch.criteria_set.decision for batch in again} == {new.id}
    with pytest.raises(ocop.ProblemsError, match="decision-differs"):
        ocop.load_sheets(tmp_path / "new.npz", law)


def test_several_reforms_are_variants(make: Make, law: ocop.Decision) -> None:
    """Reforms that keep criteria and options are variants of one set, and score like the sets."""
    edits = (
        SetPoints(criterion="1.2", option=3, points=5, sets=["tea"]),
        Scale(part="C", points=40, sets=["tea"]),
        SetThreshold(star=4, at_least=75),
        SetMark(criterion="6.2.3", option=3, mark=3, sets=["tea"]),
    )
    sets = [law.sets[11]]
    sets += [ocop.apply_reform(make(edit), law).decision.sets[11] for edit in edits]
    variants = ocop.Variants.of(sets)
    (batch,) = (b for b in sheets(law) if b.criteria_set.number == 11)
    counts = ocop.score_variants(batch, variants).star_counts
    for n, chosen in enumerate(sets):
        moved = ocop.Sheets(
            criteria_set=chosen,
            products=batch.products,
            answers=batch.answers,
            findings=batch.findings,
        )
        expected = ocop.score(moved).star_counts()
        assert counts[n].tolist() == [expected[star] for star in range(6)]
    dropped = ocop.apply_reform(make(DropCriterion(criterion="1.2", sets=["tea"])), law)
    with pytest.raises(ocop.InputError, match="other-structure"):
        ocop.Variants.of([law.sets[11], dropped.decision.sets[11]])


def test_compare_shows_a_reform(make: Make, law: ocop.Decision) -> None:
    """What a reform changes are the changes that `compare` finds, in memory and from a folder."""
    edits = (
        SetPoints(criterion="1.2", option=3, points=1, sets=["tea"]),
        SetThreshold(star=4, at_least=75),
    )
    new = ocop.apply_reform(make(*edits), law).decision
    whats = [change.what for change in ocop.compare(law, new)]
    assert whats == ["band", "criterion-points", "option-points"]


def test_equal_content_of_two_decisions_is_not_mixed(make: Make, law: ocop.Decision) -> None:
    """A batch, a result and a council still tell two decisions apart whose sets say the same."""
    new = ocop.apply_reform(make(SetThreshold(star=5, at_least=90)), law).decision
    one, two = (
        ocop.Sheet(criteria_set=source.sets[11], product=name, answers={"1.1": 3})
        for source, name in ((law, "a"), (new, "b"))
    )
    assert one.criteria_set.digest == two.criteria_set.digest
    with pytest.raises(ocop.InputError, match="mixed-sets"):
        ocop.Sheets.of([one, two])
    first, second = (
        ocop.score(
            ocop.Sheets.of([ocop.Sheet(criteria_set=s.sets[11], product="a", answers={"1.1": 3})])
        )
        for s in (law, new)
    )
    assert not first.equals(second)


def test_a_reform_finds_its_decision(tmp_path: Path, make: Make, small: ocop.Decision) -> None:
    """A file is checked against the folder beside it, a decision given, or by itself."""
    path = tmp_path / "reform.yaml"
    wrong = SetPoints(criterion="9.9", option=1, points=1)
    ocop.dump_reform(make(wrong), path)
    assert ocop.load_reform(path).edits == (wrong,)
    with pytest.raises(ocop.LawError, match=r"reform.yaml:8:16: edits\[0\].set_points.criterion"):
        ocop.load_reform(path, small)
    with pytest.raises(ocop.LawError, match="unknown-reference"):
        ocop.load_reform(path, "qd-26-2026")
    ocop.dump_reform(make(wrong, decision=small.id), path)
    with pytest.raises(ocop.LawError, match="there is no decision 'qd-99-2030'"):
        ocop.load_reform(path)
    ocop.dump_decision(small, tmp_path / small.id)
    with pytest.raises(ocop.LawError, match=r"there is no criterion '9.9'"):
        ocop.load_reform(path)
    with pytest.raises(ocop.OcopError, match="cannot write"):
        ocop.dump_reform(make(wrong), tmp_path / "no" / "reform.yaml")


def test_a_reform_on_a_full_disk(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a reform cannot be written the file before it stays, and nothing is left beside it."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "reform.yaml"
    reform = make(SetPoints(criterion="1.1", option=1, points=1))
    ocop.dump_reform(reform, path)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ocop.OcopError) as error:
        ocop.dump_reform(make(SetPoints(criterion="1.2", option=1, points=1)), path)
    assert str(error.value) == f"cannot write {path}: No space left on device"
    assert [found.name for found in tmp_path.iterdir()] == ["reform.yaml"]
    assert path.read_bytes() == before


def test_answers_of_producers_go_with_their_options(make: Make, law: ocop.Decision) -> None:
    """Where the criterion on the form has other options, answers to it are left out and told."""
    edit = ocop.DropOption(criterion="organisation-form", option=1, sets=["tea"])
    done = ocop.apply_reform(make(edit), law)
    entries = [entry.criterion for entry in law.process.form_answers]
    left = [entry.criterion for entry in done.decision.process.form_answers]
    assert left == [name for name in entries if name != "organisation-form"] != entries
    assert [p.code for p in done.consequences] == ["form-answers-dropped"]
    with pytest.raises(ocop.InputError, match="not-invertible"):
        ocop.inverse_reform(make(edit), law)
