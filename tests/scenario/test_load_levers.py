"""Levers in YAML: every dial, written and read back, and slips told with line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ocop

BASE = Path(__file__).parents[1] / "law" / "base_decision"
EXAMPLE = Path(__file__).parents[2] / "examples" / "levers.yaml"

DIALS = """\
format: "ocop-levers/1"
decision: "qd-99-2030"
levers:
  - name: "written out"
    levels:
      - {label: "as it is"}
      - label: "both"
        edits:
          - set_points: {criterion: "1.1", option: 2, points: 11, sets: ["tea"]}
          - set_mark: {criterion: "1.1", option: 2, mark: 4, sets: ["tea"]}
  - {name: "points", points: {criterion: "5.1", option: 2, values: [14, 15], sets: [1, 2]}}
  - {name: "mark", mark: {criterion: "packaging", values: [null, 4]}}
  - {name: "option", mark: {criterion: "6.1.1", option: 2, values: [4, 5]}}
  - {name: "five", threshold: {star: 5, values: [88, 90]}}
  - {name: "quality", scale: {part: "C", values: [30, 35], sets: ["tea"]}}
  - name: "easier"
    switch: [set_threshold: {star: 2, at_least: 25}]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "levers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_dial(tmp_path: Path, small: ocop.Decision) -> None:
    """Each dial of a file is the lever that its maker makes."""
    levers = ocop.load_levers(written(tmp_path, DIALS), small)
    assert levers.decision is small
    assert levers.levers[1:] == (
        ocop.Lever.of_points("5.1", 2, [14, 15], sets=[1, 2], name="points"),
        ocop.Lever.of_mark("packaging", None, [None, 4], name="mark"),
        ocop.Lever.of_mark("6.1.1", 2, [4, 5], name="option"),
        ocop.Lever.of_threshold(5, [88, 90], name="five"),
        ocop.Lever.of_scale([30, 35], part="C", sets="tea", name="quality"),
        ocop.Lever.switch("easier", ocop.SetThreshold(star=2, at_least=25)),
    )
    assert levers.levers[0].levels == (
        ocop.Level(label="as it is"),
        ocop.Level(
            label="both",
            edits=[
                ocop.SetPoints(criterion="1.1", option=2, points=11, sets="tea"),
                ocop.SetMark(criterion="1.1", option=2, mark=4, sets="tea"),
            ],
        ),
    )
    off = 'format: "ocop-levers/1"\nlevers: [{name: "floors", floors_off: {sets: [2]}}]\n'
    assert ocop.load_levers(written(tmp_path, off), small).levers == (
        ocop.Lever.floors_off(small, sets=2, name="floors"),
    )
    copy = tmp_path / "copy.yaml"
    ocop.dump_levers(levers, copy)
    assert ocop.load_levers(copy, small).levers == levers.levers
    with pytest.raises(ocop.OcopError, match="cannot write"):
        ocop.dump_levers(levers, tmp_path / "none" / "levers.yaml")


def test_the_decision_that_a_file_names(tmp_path: Path) -> None:
    """A shipped one, a folder beside the file, or none at all."""
    assert ocop.load_levers(EXAMPLE).decision.id == "qd-26-2026"
    (tmp_path / "qd-99-2030").symlink_to(BASE)
    assert ocop.load_levers(written(tmp_path, DIALS)).decision.id == "qd-99-2030"
    assert messages(tmp_path, 'levers: [{name: "a", threshold: {star: 5, values: [90]}}]') == [
        "1:1: found no decision, allowed is one that the levers belong to; add the key "
        "'decision' [no-decision]"
    ]
    (found,) = messages(tmp_path, 'decision: "qd-26-2027"\nlevers: []')
    assert found.startswith("2:11: decision: ")
    assert found.endswith("[unknown-reference]")


def messages(tmp_path: Path, text: str, decision: ocop.Decision | None = None) -> list[str]:
    path = written(tmp_path, f'format: "ocop-levers/1"\n{text}\n')
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_levers(path, decision)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


@pytest.mark.parametrize("load", [ocop.load_levers, ocop.load_reform])
def test_a_format_that_is_no_text_and_a_name_too_long_for_a_folder(
    tmp_path: Path, load: Callable[[Path], object]
) -> None:
    """Both are told like any other wrong format and unknown decision."""
    path = written(tmp_path, 'format:\n  - name: "n"\n')
    with pytest.raises(ocop.LawError, match=f"{path}:2:3: format: .* allowed is ocop-"):
        load(path)
    word = "levers" if load is ocop.load_levers else "reform"
    path = written(tmp_path, f'format: "ocop-{word}/1"\ndecision: "{"q" * 300}"\n')
    with pytest.raises(ocop.LawError, match="there is no decision 'qqq"):
        load(path)


def test_slips_have_their_places(tmp_path: Path, small: ocop.Decision) -> None:
    """What is wrong with a dial is told once, what is wrong with a value at the value."""
    text = """\
levers:
  - {name: "a", points: {criterion: "1.11", option: 3, values: [2, 3]}}
  - {name: "b", points: {criterion: "1.1", option: 2, values: [2, 101]}}
  - {name: "a", threshold: {star: 5, values: [90]}}
  - name: "c"
    levels:
      - label: "x"
        edits: [set_points: {criterion: "1.1", option: 7, points: 1, sets: ["tea"]}]
      - label: "x"
        edits:
          - drop_criterion: {criterion: "1.1"}
  - {name: "d", switch: [set_threshold: {star: 4, at_least: 95}]}"""
    assert messages(tmp_path, text, small) == [
        "5:12: levers[2].name: levers[0] has the name 'a' already [duplicate-name]",
        "10:16: levers[3].levels[1].label: another level of 'c' has the label 'x' [duplicate-name]",
        "3:37: levers[0].points.criterion: there is no criterion '1.11' in set 1 (tea), set 2 "
        "(village-walks); did you mean '1.1'? [unknown-reference]",
        "4:67: levers[1].points.values[1]: found 101, allowed are 0 to 100 [out-of-range]",
        "9:56: levers[3].levels[0].edits[0].set_points.option: there is no option 7; 1.1 has 1 "
        "to 3 in set 1 (tea) [unknown-reference]",
        "12:29: levers[3].levels[1].edits[0].drop_criterion: a lever keeps criteria and options, "
        "so that levers can be combined; sweep over a list of reforms [lever-changes-structure]",
        "13:61: levers[4].switch[0].set_threshold.at_least: the thresholds become 90, 95, 50, 30, "
        "0; allowed are falling numbers [wrong-bands]",
    ]
    assert messages(tmp_path, "levers: []", small) == [
        "2:9: levers: found no levers, allowed is one or more [no-levers]"
    ]
    wrong = """\
levers:
  - {name: "a"}
  - {name: "b", threshold: {star: 5, values: [90]}, switch: []}
  - {name: "c", switch: [{}]}
  - {name: "d", levels: [{label: "x", edits: [{}]}]}"""
    kinds = "levels, points, mark, threshold, scale, switch, floors_off"
    assert messages(tmp_path, wrong, small) == [
        f"3:5: levers[0]: found none, allowed is one of {kinds} [one-dial]",
        f"4:5: levers[1]: found threshold, switch, allowed is one of {kinds} [one-dial]",
        "5:26: levers[2].switch[0]: found no edit, allowed is one edit an entry [one-edit]",
        "6:47: levers[3].levels[0].edits[0]: found no edit, allowed is one edit an entry "
        "[one-edit]",
    ]
    (found,) = messages(tmp_path, 'levers: [{name: "a", floors_off: {sets: [9]}}]', small)
    assert found.startswith("2:41: levers[0].floors_off.sets: ")
    assert found.endswith("[unknown-set]")
    assert messages(tmp_path, 'levers: [{name: "a", treshold: {star: 5}}]', small) == [
        f"2:22: levers[0].treshold: unknown key 'treshold'; allowed are name, {kinds}; did you "
        "mean 'threshold'? [unknown-key]"
    ]
    assert messages(
        tmp_path, 'levers: [{name: "a", threshold: {star: 5, values: [90, 90]}}]', small
    ) == [
        "2:56: levers[0].threshold.values[1]: another level of 'a' has the label '90' "
        "[duplicate-name]"
    ]
    path = written(tmp_path, 'format: "ocop-lever/1"\n')
    with pytest.raises(ocop.LawError, match="unknown-format"):
        ocop.load_levers(path)


def test_slips_of_every_kind_are_told_at_once(tmp_path: Path, small: ocop.Decision) -> None:
    """A lever of the wrong shape hides nothing of what is wrong with the others."""
    text = """\
levers:
  - {name: "a", points: {criterion: "1.11", option: 3, values: [2, 3]}}
  - {name: "b", points: {criterion: "1.1", option: 2, values: [-2, 1]}}
  - {name: "b", threshold: {star: 5, values: [60, 90]}}
  - {name: "c", threshold: {star: 6, values: [90]}}
  - {name: "d"}"""
    found = messages(tmp_path, text, small)
    places = ["3:37", "4:64", "5:12", "5:47", "6:35", "7:5"]
    codes = ["unknown-reference", "out-of-range", "duplicate-name", "wrong-bands", "wrong-value"]
    assert [line.split(": ")[0] for line in found] == places
    assert [line.split("[")[-1] for line in found] == [f"{code}]" for code in [*codes, "one-dial"]]
