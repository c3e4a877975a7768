"""Decisions written as folders, and read back."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
import yaml

import ocop
from ocop.law._write import yaml_text


@pytest.mark.parametrize("law_id", [law.id for law in ocop.decisions()])
def test_shipped_decisions_as_folders(law_id: str, tmp_path: Path) -> None:
    """Every shipped decision is written as a folder that reads back with the same sets."""
    law = ocop.decision(law_id)
    folder = tmp_path / "copy"
    ocop.dump_decision(law, folder)
    assert ocop.validate(folder) == ()
    again = ocop.load_decision(folder)
    assert {n: s.digest for n, s in again.sets.items()} == {n: law.sets[n].digest for n in law.sets}
    assert [d.number for d in again.declared] == [d.number for d in law.declared]
    used = {i.criterion.id for s in law.sets.values() for i in s.items}
    answers = tuple(e for e in law.process.form_answers if e.criterion in used)
    assert again.process == attrs.evolve(law.process, form_answers=answers)
    with pytest.raises(ocop.InputError, match="folder-not-empty"):
        ocop.dump_decision(law, folder)
    with pytest.raises(ocop.OcopError, match="cannot write"):
        ocop.dump_decision(law, tmp_path / "no" / "where")


def test_criteria_that_differ_from_set_to_set(base: Path, tmp_path: Path) -> None:
    """One id that says two things becomes two, two ids that say one thing become one."""
    law = ocop.load_decision(base)
    edit = ocop.SetPoints(criterion="story", option=2, points=14, sets=["village-walks"])
    reform = ocop.Reform(id="trial", title=ocop.Label("Thử", "Trial"), edits=[edit])
    new = ocop.apply_reform(reform, law).decision
    ocop.dump_decision(new, tmp_path / "new")
    again = ocop.load_decision(tmp_path / "new")
    ids = [again.sets[n].item("5.1").criterion.id for n in (1, 2)]
    assert ids == ["story", "story-2"]
    assert ocop.compare(new, again) == ()
    twin = attrs.evolve(law.sets[1].item("5.1").criterion, id="twin")
    back = ocop.RestateCriterion(criterion="story", by=twin, sets=[2])
    reform = ocop.Reform(id="twin", title=ocop.Label("Thử", "Trial"), edits=[back])
    ocop.dump_decision(ocop.apply_reform(reform, new).decision, tmp_path / "twin")
    again = ocop.load_decision(tmp_path / "twin")
    assert [again.sets[n].item("5.1").criterion.id for n in (1, 2)] == ["story", "story"]
    assert again.digest == law.digest


def test_a_written_decision_reads_from_the_whole_to_the_parts(base: Path, tmp_path: Path) -> None:
    """What the decision says comes first and its sets last; what stands twice is written twice."""
    ocop.dump_decision(ocop.load_decision(base), tmp_path / "new")
    keys = list(yaml.safe_load((tmp_path / "new" / "decision.yaml").read_text(encoding="utf-8")))
    assert (keys[0], keys[-1]) == ("format", "sets")
    label = {"vi": "Chè", "en": "Tea"}
    text = "one:\n  vi: Chè\n  en: Tea\ntwo:\n  vi: Chè\n  en: Tea\n"
    assert yaml_text({"one": label, "two": label}) == text


def test_an_empty_folder_is_taken(base: Path, tmp_path: Path) -> None:
    """A folder that is there and empty is filled; a file is not replaced."""
    law = ocop.load_decision(base)
    (tmp_path / "empty").mkdir()
    ocop.dump_decision(law, tmp_path / "empty")
    assert ocop.load_decision(tmp_path / "empty").digest == law.digest
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ocop.InputError, match="folder-not-empty"):
        ocop.dump_decision(law, tmp_path / "file")


def test_what_stops_the_writing_is_told_exactly(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder with something in it, and groups that no file can be called after."""
    law = ocop.load_decision(base)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ocop.InputError) as caught:
        ocop.dump_decision(law, base.name)
    assert str(caught.value) == (
        "folder: 'qd-99-2030' is there already, allowed is a new or an empty folder "
        "[folder-not-empty]"
    )
    names = ("Tea", "tea", "a/b")
    declared = tuple(
        attrs.evolve(one, group=name) for one, name in zip(law.declared, names, strict=True)
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.dump_decision(attrs.evolve(law, declared=declared), tmp_path / "new")
    assert [str(problem) for problem in caught.value.problems] == [
        "found 'Tea', allowed are up to 200 small letters, digits and hyphens [bad-id]",
        "found 'a/b', allowed are up to 200 small letters, digits and hyphens [bad-id]",
    ]
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ocop.OcopError) as refused:
        ocop.dump_decision(law, "file/new")
    assert str(refused.value) == "cannot write file/new: Not a directory"
