"""Loading and validating a decision of one's own: as a folder and file by file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import attrs
import pytest

import ocop
from ocop.law._folder import DecisionFolder
from ocop.law._names import is_id
from ocop.law.catalogue import shared_groups
from ocop.law.process import FirstLook, Process

Edit = Callable[[str, str, str], None]
SLIP = ("sets/01-tea.yaml", "points: 15", "points: 14")


def test_a_valid_folder_loads_with_everything_in_it(base: Path) -> None:
    """Every field of the files arrives in the objects, as the file says it."""
    law = ocop.load_decision(base)
    assert (law.id, law.number) == ("qd-99-2030", "99/2030/QĐ-UBND")
    assert law.title == ocop.Label("Bộ tiêu chí thử của một tỉnh", "Trial criteria of a province")
    assert law.in_force_from == date(2030, 2, 1)
    assert [part.points for part in law.parts] == [40, 25, 35]
    assert [(b.star, b.at_least, b.recognised_by) for b in law.bands][2:4] == [
        (3, 50, "district"),
        (2, 30, None),
    ]
    assert (law.certificate_months, law.amends, law.replaces) == (None, None, ())
    assert [group.slug for group in law.groups] == ["tea", "village-walks", "coffee-and-cocoa"]
    assert law.groups[1].sector.slug == "tourism"
    assert [declared.transcribed for declared in law.declared] == [True, True, False]
    assert list(law.sets) == [1, 2]


def test_a_set_has_its_tree_rules_and_cases(base: Path) -> None:
    """The tree, exclusions, rules, headings, errata and cases of a set are those of its file."""
    law = ocop.load_decision(str(base))
    tea, walks = law.sets[1], law.sets[2]
    assert tea.codes == ("1.1", "2", "5.1", "5.2", "6.1.1", "6.1.2")
    assert [(e.finding.id, e.where) for e in tea.exclusions] == [
        ("forged-dossier", "dossier"),
        ("unsafe-water", "6.1.2"),
    ]
    assert [(n.item, n.other) for n in tea.rules.needs] == [("5.2", "5.1")]
    assert [k.section for k in tea.rules.knock_outs] == ["6"]
    assert [heading.code for heading in tea.parts[2].sections[0].headings] == ["6.1"]
    assert tea.errata[0].printed == "15 1"
    assert tea.case_kinds == ()
    assert [item.code for item in tea.section_items("6")] == ["6.1.1", "6.1.2"]
    assert tea.section_items("7") == ()
    assert [case.id for case in walks.case_kinds[0].cases] == ["community", "operator"]
    assert walks.item("1.1") == tea.item("1.1")
    assert walks.confidence == "secondary"
    with pytest.raises(KeyError, match=r"1\.9"):
        tea.item("1.9")


def test_what_a_set_can_reach_is_computed(base: Path) -> None:
    """The better case counts once, and a declared gap lowers the maximum."""
    law = ocop.load_decision(base)
    guides = law.sets[2].item("6").criterion
    assert (guides.best_of("community"), guides.best_of("operator")) == (34, 33)
    assert (law.sets[1].reachable, law.sets[2].reachable) == (100, 99)
    assert law.sets[2].gaps[0].reachable == 34


def test_floors_are_cumulative_and_marks_on_criteria_have_two_readings(base: Path) -> None:
    """Five stars also need what three and four need; a criterion's mark asks any or all points."""
    tea = ocop.load_decision(base).sets[1]
    material, packaging = tea.item("1.1").criterion, tea.item("2").criterion
    assert [material.floor(star) for star in (2, 3, 4, 5)] == [0, 10, 10, 25]
    assert [packaging.floor(star) for star in (3, 4, 5)] == [0, 1, 1]
    assert [packaging.floor(star, "full") for star in (3, 4, 5)] == [0, 15, 15]


def test_the_reading_of_criterion_marks_comes_with_the_set(base: Path, edit: Edit) -> None:
    """The setting of decision.yaml reaches its sets."""
    edit("decision.yaml", "star_marks: true", 'star_marks: true\ncriterion_mark: "full"')
    law = ocop.load_decision(base)
    assert (law.criterion_mark, law.sets[1].criterion_mark) == ("full", "full")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("decision.yaml", '"2030-01-10"', '"2030-02-01"'),
        ("decision.yaml", '"2031-12-31"', '"2030-02-01"'),
        ("decision.yaml", "number: 3", "number: 99"),
        ("decision.yaml", "at_least: 30", "at_least: 49"),
        ("criteria/product.yaml", "points: 10, mark: 3", "points: 25, mark: 3"),
        ("criteria/product.yaml", "points: 25, mark: 5", "points: 25, mark: 3"),
        ("criteria/quality.yaml", "Cloudy", "Clear > green"),
        ("sets/01-tea.yaml", 'where: "6.1.2"', 'where: "6"'),
    ],
)
def test_what_is_just_allowed_is_allowed(
    file: str, old: str, new: str, base: Path, edit: Edit
) -> None:
    """Borders belong to what is allowed: equal dates, set 99, one mark twice."""
    edit(file, old, new)
    assert ocop.validate(base) == ()


def test_one_set_of_an_own_decision_is_found_like_a_shipped_one(base: Path) -> None:
    """A loaded decision can be asked for its sets by number, text and slug."""
    law = ocop.load_decision(base)
    for which in (2, "2", "village-walks"):
        assert ocop.criteria_set(law, which) is law.sets[2]
    with pytest.raises(KeyError):
        law.sets[3]
    with pytest.raises(ocop.NotTranscribedError, match=r"set 3 \(Coffee\) of qd-99-2030"):
        ocop.criteria_set(law, 3)


def test_a_decision_may_declare_no_set_at_all(base: Path, edit: Edit) -> None:
    """A decision that only says who recognises stars loads, and asking for a set is an error."""
    text = (base / "decision.yaml").read_text(encoding="utf-8")
    start = text.index("case_kinds:")
    (base / "decision.yaml").write_text(text[:start] + "sets: []\n", encoding="utf-8")
    shutil.rmtree(base / "criteria")
    shutil.rmtree(base / "sets")
    law = ocop.load_decision(base)
    assert (law.declared, dict(law.sets)) == ((), {})
    with pytest.raises(ocop.UnknownSetError, match="it declares no sets"):
        ocop.criteria_set(law, 1)


def test_a_decision_without_transcribed_sets_says_so(base: Path, edit: Edit) -> None:
    """The error for a set that is not in the data does not end in an empty list."""
    text = (base / "decision.yaml").read_text(encoding="utf-8")
    text = text[: text.index("findings:")] + text[text.index("agencies:") :]
    text = text.replace("transcribed: true", "transcribed: false")
    (base / "decision.yaml").write_text(text, encoding="utf-8")
    shutil.rmtree(base / "criteria")
    shutil.rmtree(base / "sets")
    with pytest.raises(ocop.NotTranscribedError, match="of qd-99-2030 is not yet transcribed"):
        ocop.criteria_set(ocop.load_decision(base), 1)


def test_a_valid_folder_and_its_files_have_no_problems(base: Path) -> None:
    """The folder and every file in it alone are well."""
    assert ocop.validate(base) == ()
    assert ocop.validate(f"{base}/") == ()
    for path in base.rglob("*.yaml"):
        assert ocop.validate(path) == (), path


def test_a_set_file_is_checked_against_its_decision(base: Path, edit: Edit) -> None:
    """One file's problems are its own: those of other files are not listed."""
    edit(*SLIP)
    edit("sets/02-village-walks.yaml", "number: 2", "number: 3")
    path = base / "sets" / "01-tea.yaml"
    problems = ocop.validate(path)
    assert [problem.code for problem in problems] == ["points-do-not-add-up"] * 2
    assert {problem.file for problem in problems} == {str(path)}


def test_a_criteria_file_is_checked_against_its_decision(base: Path, edit: Edit) -> None:
    """A case kind is known only from decision.yaml."""
    edit("criteria/quality.yaml", 'case_kind: "provider"', 'case_kind: "guide"')
    problems = ocop.validate(base / "criteria" / "quality.yaml")
    assert [problem.code for problem in problems] == ["unknown-reference"]
    assert ocop.validate(base / "criteria" / "story.yaml") == ()


@pytest.mark.parametrize(
    ("inside", "given"), [("", "sets/01-tea.yaml"), ("sets", "01-tea.yaml"), ("criteria", None)]
)
def test_a_file_is_found_wrong_from_inside_its_folder(
    inside: str, given: str | None, base: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one stands makes no difference; messages name the file as it was given."""
    edit(*SLIP)
    monkeypatch.chdir(base / inside)
    shown = given or "../sets/01-tea.yaml"
    problems = ocop.validate(shown)
    assert [problem.code for problem in problems] == ["points-do-not-add-up"] * 2
    assert {problem.file for problem in problems} == {shown}


def test_a_decision_file_alone_is_checked_in_full(base: Path, edit: Edit) -> None:
    """Bands, dates and references of decision.yaml are checked, not only its shape."""
    edit("decision.yaml", "at_least: 70", "at_least: 95")
    edit("decision.yaml", 'group: "coffee-and-cocoa"', 'group: "coffee"')
    codes = [problem.code for problem in ocop.validate(base / "decision.yaml")]
    assert codes == ["wrong-bands", "unknown-reference"]


def test_a_broken_decision_is_told_when_one_of_its_files_is_checked(base: Path, edit: Edit) -> None:
    """A set cannot be judged against a broken decision, so that decision's problems are shown."""
    edit("decision.yaml", "at_least: 70", "at_least: 95")
    (problem,) = ocop.validate(base / "sets" / "01-tea.yaml")
    assert (problem.code, problem.file) == ("wrong-bands", str(base / "decision.yaml"))


def test_a_file_outside_any_decision_is_checked_for_its_shape(base: Path, tmp_path: Path) -> None:
    """A set file on its own has no decision to be held against."""
    alone = tmp_path / "tea.yaml"
    shutil.copy(base / "sets" / "01-tea.yaml", alone)
    assert ocop.validate(alone) == ()
    alone.write_text(alone.read_text(encoding="utf-8").replace("40", "x", 1), encoding="utf-8")
    assert [problem.code for problem in ocop.validate(alone)] == ["wrong-type"]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml", "sets/07-tea.yaml", "criteria/x.yaml"])
def test_what_does_not_exist_is_a_problem(name: str, base: Path) -> None:
    """A misspelt path is never reported as well, inside a decision or outside."""
    (problem,) = ocop.validate(base / name)
    assert (problem.code, problem.file) == ("cannot-read", str(base / name))


def test_a_stray_file_in_the_folder_is_read(base: Path) -> None:
    """A file beside decision.yaml belongs to no decision, but its shape is checked."""
    (base / "notes.yaml").write_text("format: 5\n", encoding="utf-8")
    assert [problem.code for problem in ocop.validate(base / "notes.yaml")] == ["unknown-format"]


def test_loading_what_is_no_decision_raises_a_law_error(tmp_path: Path) -> None:
    """An empty folder has no decision.yaml; the error says which file cannot be read."""
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_decision(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("cannot-read", f"{tmp_path}/decision.yaml")


def test_a_set_that_is_read_late_is_checked_as_strictly(base: Path, edit: Edit) -> None:
    """Shipped sets are read when asked for; a fault is a LawError then, as is a broken header."""
    law = DecisionFolder(base, "own", shared_groups()).decision()
    edit(*SLIP)
    with pytest.raises(ocop.LawError) as caught:
        ocop.criteria_set(law, "tea")
    assert [problem.code for problem in caught.value.problems] == ["points-do-not-add-up"] * 2
    assert ocop.criteria_set(law, 2).number == 2
    edit("decision.yaml", "at_least: 70", "at_least: 95")
    with pytest.raises(ocop.LawError, match=r"own/decision\.yaml:15:3: bands: "):
        DecisionFolder(base, "own", shared_groups()).decision()


def test_a_loaded_decision_no_longer_depends_on_its_files(base: Path, edit: Edit) -> None:
    """What was checked is what is kept: later edits reach a decision only by loading it again."""
    law = ocop.load_decision(base)
    edit("sets/01-tea.yaml", "Decision 99, annex, set 1", "Decision 99, annex 1, set 1")
    again = ocop.load_decision(base)
    shutil.rmtree(base)
    assert law.sets[1].clause.en == "Decision 99, annex, set 1"
    assert again.sets[1].clause.en == "Decision 99, annex 1, set 1"
    assert law.digest != again.digest


def test_what_is_no_file_of_the_folder_is_told_exactly(base: Path, tmp_path: Path) -> None:
    """A link that leads out, and a pipe that would be waited for, are named and not read."""
    pipe = getattr(os, "mkfifo", None)
    if pipe is None:
        pytest.skip("there are no pipes here")
    outside = tmp_path / "story.yaml"
    shutil.move(base / "criteria" / "story.yaml", outside)
    (base / "criteria" / "story.yaml").symlink_to(outside)
    (base / "sets" / "01-tea.yaml").unlink()
    pipe(base / "sets" / "01-tea.yaml")
    pipe(base / "sets" / "02.yml")
    # No file of a decision: neither read nor told.
    pipe(base / "sets" / "notes.txt")
    (base / "criteria" / "notes.txt").symlink_to(outside)
    found = ocop.validate(base)
    assert [str(problem) for problem in found] == [
        f"{base}/criteria/story.yaml: the file is a link to a file outside of the folder; copy the "
        "file here [link-outside]",
        f"{base}/sets/01-tea.yaml: cannot read the file: it is no file [cannot-read]",
        f"{base}/sets/02.yml: cannot read the file: it is no file [cannot-read]",
    ]
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_decision(base)
    assert caught.value.problems == found


@pytest.mark.parametrize("name", ["criteria", "sets"])
def test_a_folder_that_cannot_be_listed_is_told(
    name: str, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason that the system gives stands beside the folder's name, with and without words."""
    listed = Path.iterdir
    for error, reason in (
        (OSError(13, "Permission denied"), "Permission denied"),
        (OSError(), "OSError"),
    ):

        def refused(folder: Path, error: OSError = error) -> Iterator[Path]:
            if folder == base / name:
                raise error
            return listed(folder)

        monkeypatch.setattr(Path, "iterdir", refused)
        assert [str(problem) for problem in ocop.validate(base)] == [
            f"{base}/{name}: cannot read the folder: {reason} [cannot-read]"
        ]


AMENDMENT = """\
format: "ocop-amendment/1"
base: "qd-99-2030"
id: "qd-101-2031"
number: "101/2031/QĐ-UBND"
title: {vi: "Sửa đổi", en: "Amended"}
signed_on: "2031-03-01"
in_force_from: "2031-04-01"
in_force_until: null
amends: "qd-98-2029"
replaces: ["qd-1-2020"]
source:
  confidence: "primary"
  text: {vi: "Công báo", en: "Gazette"}
  checked: {vi: "Đã so", en: "Compared"}
not_held:
  - {number: 2, why: {vi: "Chưa có", en: "Not there yet"}}
"""
OWN = """\
bands:
  - {star: 5, at_least: 91, recognised_by: "province"}
  - {star: 4, at_least: 71}
  - {star: 3, at_least: 51}
  - {star: 2, at_least: 31}
  - {star: 1, at_least: 0}
process: {first_look: {level: "commune"}}
"""


@pytest.mark.parametrize("own", ["", OWN], ids=["as before", "its own"])
def test_an_amendment_is_its_base_but_for_what_it_states(own: str, base: Path, edit: Edit) -> None:
    """Every field is the amendment's where it has one; transitions are never taken over."""
    edit(
        "decision.yaml",
        "case_kinds:",
        "certificate_months: 36\ncriterion_mark: full\nprocess: {withdrawn_within: 30}\n"
        "transitions:\n  - {kind: first, days: 60}\ncase_kinds:",
    )
    folder = base.parent / "qd-101-2031"
    folder.mkdir()
    (folder / "decision.yaml").write_text(AMENDMENT + own, encoding="utf-8")
    older, law = ocop.load_decision(base), ocop.load_decision(folder)
    tea, walks, coffee = older.declared
    why = ocop.Label("Chưa có", "Not there yet")
    always = ("parts", "sets", "findings", "case_kinds", "certificate_months", "criterion_mark")
    expected = attrs.evolve(
        older,
        id="qd-101-2031",
        number="101/2031/QĐ-UBND",
        title=ocop.Label("Sửa đổi", "Amended"),
        signed_on=date(2031, 3, 1),
        in_force_from=date(2031, 4, 1),
        in_force_until=None,
        amends="qd-98-2029",
        replaces=("qd-1-2020",),
        source=attrs.evolve(
            older.source,
            confidence="primary",
            text=ocop.Label("Công báo", "Gazette"),
            checked=ocop.Label("Đã so", "Compared"),
        ),
        declared=(tea, attrs.evolve(walks, transcribed=False, why=why), coffee),
        transitions=(),
        base="qd-99-2030",
        inherited=always if own else ("bands", "process", *always),
    )
    if own:
        points, first = (91, 71, 51, 31, 0), ("province", None, None, None, None)
        bands = tuple(
            attrs.evolve(band, at_least=least, recognised_by=by)
            for band, least, by in zip(older.bands, points, first, strict=True)
        )
        process = Process(first_look=FirstLook(level="commune"))
        expected = attrs.evolve(expected, bands=bands, process=process)
    assert law == expected
    assert list(law.sets) == [1]


def test_an_amendment_alone_is_read_and_its_base_beside_it_is_named(base: Path, edit: Edit) -> None:
    """The file of an amendment is one of the law's; what is wrong in its base stands there."""
    folder = base.parent / "qd-101-2031"
    folder.mkdir()
    (folder / "decision.yaml").write_text(AMENDMENT, encoding="utf-8")
    assert ocop.validate(folder / "decision.yaml") == ()
    edit("sets/01-tea.yaml", "number: 1", "number: 4")
    (problem,) = ocop.validate(folder)
    assert problem.file == f"{base}/sets/01-tea.yaml"


def test_a_name_too_long_for_a_file_is_told_as_it_was_given() -> None:
    """What cannot even be looked up is a file that cannot be read."""
    name = "x" * 5000
    (problem,) = ocop.validate(name)
    assert (problem.code, problem.file) == ("cannot-read", name)


def test_a_folder_is_shown_without_the_slash_at_its_end(base: Path) -> None:
    """However the folder was given, places in it read the same."""
    (base / "sets" / "99-notes.yaml").write_text("x", encoding="utf-8")
    (plain,) = ocop.validate(str(base))
    (slashed,) = ocop.validate(f"{base}//")
    assert plain == slashed
    assert (plain.file or "").startswith(f"{base}/")


def test_what_a_decision_can_be_called() -> None:
    """Small letters, digits and hyphens, amendments joined by a plus, up to 200 characters."""
    good = ("qd-26-2026", "qd-26-2026+levers-b5947e314ad9", "q" * 200)
    bad = ("", "+", "qd-26+", "qd--26", "Qd", "q" * 201, "../qd")
    assert [is_id(name) for name in (*good, *bad)] == [True] * 3 + [False] * 7
