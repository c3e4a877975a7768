"""Compare criteria_sets/ with the transcriptions in ../shared/reference, place by place.

Usage: python tools/check_reference.py [FOLDER]      (default: ../shared/reference)

Exit 0 where everything agrees, 1 with one line per difference, 2 where the folder is not there.
Compared: sets, parts, sections, codes, points, star marks and cases of every option in printed
order, the counts, the check sums, that labels keep every number, and that they and the reasons of
the crosswalks are words of our own.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ocop

REFERENCE = Path(__file__).resolve().parents[1].parent / "shared" / "reference"
CROSSWALKS = (("qd-781-2020", "qd-148-2023"), ("qd-148-2023", "qd-26-2026"))
LONGEST_SHARED_RUN = 7  # words; shorter phrases can often be said in one way only


def main(folder: Path) -> int:
    """Compare every shipped decision that has a reference file; print what differs."""
    if not folder.is_dir():
        print(f"no reference at {folder}: nothing to compare", file=sys.stderr)
        return 2
    differences = 0
    printed: dict[str, str] = {}
    for decision in ocop.decisions():
        source = folder / f"{decision.id}.json"
        if not source.exists():
            print(f"{decision.id}: no reference file")
            continue
        reference = {s["no"]: s for s in json.loads(source.read_text("utf-8"))["sets"]}
        printed[decision.id] = "\n".join(_texts(reference))
        found = list(_compare_decision(decision, reference))
        differences += len(found)
        for line in found:
            print(f"{decision.id}: {line}")
        print(f"{decision.id}: {_counts(decision)}; {len(found)} differences")
    for before, after in CROSSWALKS:
        found = list(_compare_reasons(ocop.crosswalk(before, after), printed))
        differences += len(found)
        for line in found:
            print(f"{before} to {after}: {line}")
        print(f"{before} to {after}: reasons of the crosswalk; {len(found)} differences")
    return 1 if differences else 0


def _texts(reference: dict[int, Any]) -> Iterator[str]:
    """Yield every sentence of a reference file, once."""
    found: dict[str, None] = {}
    for criterion in (c for theirs in reference.values() for c in _criteria(theirs)):
        found |= dict.fromkeys([*(o["text"] for o in criterion["options"]), *criterion["notes"]])
    yield from found


def _compare_reasons(walk: ocop.Crosswalk, printed: dict[str, str]) -> Iterator[str]:
    texts = printed.get(walk.before, "") + "\n" + printed.get(walk.after, "")
    for entry in (*walk.groups, *walk.criteria, *walk.added):
        if entry.why is not None and _copies(entry.why.vi, texts):
            yield f"copies the decision's words: {entry.why.vi}"


def _counts(decision: ocop.Decision) -> str:
    items = [item for s in decision.sets.values() for item in s.items]
    options = [option for item in items for option in item.criterion.options]
    marks = sum(option.mark is not None for option in options)
    distinct = len({item.criterion.id for item in items})
    return (
        f"{len(decision.sets)} sets, {len(items)} places of {distinct} criteria, "
        f"{len(options)} options, {marks} marks"
    )


def _compare_decision(decision: ocop.Decision, reference: dict[int, Any]) -> Iterator[str]:
    for number, criteria_set in decision.sets.items():
        for line in _compare_set(criteria_set, reference[number]):
            yield f"set {number}: {line}"
    yield from dict.fromkeys(
        line
        for number, criteria_set in decision.sets.items()
        for item, printed in zip(criteria_set.items, _criteria(reference[number]), strict=True)
        for line in _compare_labels(item.criterion, printed)
    )


def _compare_set(ours: ocop.CriteriaSet, theirs: dict[str, Any]) -> Iterator[str]:
    if ours.reachable != theirs["sum_of_best_options"]:
        yield f"reaches {ours.reachable}, reference {theirs['sum_of_best_options']}"
    shape = [
        (p.code, p.points, [(s.code, s.points, [i.code for i in s.items]) for s in p.sections])
        for p in ours.parts
    ]
    wanted = [
        (
            p["code"],
            p["points"],
            [(s["code"], s["points"], [c["code"] for c in s["criteria"]]) for s in p["sections"]],
        )
        for p in theirs["parts"]
    ]
    if shape != wanted:
        yield "parts, sections or codes differ"
        return
    if len(theirs["errata"]) > len(ours.errata):
        yield f"{len(ours.errata)} errata, reference {len(theirs['errata'])}"
    errata = {erratum.where for erratum in ours.errata}
    for item, criterion in zip(ours.items, _criteria(theirs), strict=True):
        for line in _compare_criterion(item.criterion, criterion):
            yield f"{item.code}: {line}"
        if item.criterion.best != criterion["points"] and item.code not in errata:
            yield f"{item.code}: best {item.criterion.best}, reference {criterion['points']}"


def _criteria(theirs: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for p in theirs["parts"] for s in p["sections"] for c in s["criteria"]]


def _compare_criterion(ours: ocop.Criterion, theirs: dict[str, Any]) -> Iterator[str]:
    options = theirs["options"]
    facts = [(o.points, o.mark) for o in ours.options]
    wanted = [(o["points"], o.get("star")) for o in options]
    if facts != wanted:
        yield f"options {facts}, reference {wanted}"
        return
    if ours.mark != theirs.get("star"):
        yield f"criterion mark {ours.mark}, reference {theirs.get('star')}"
    letters = dict(zip(_order(ours), "ab", strict=False))
    cases = [None if o.case is None else letters[o.case] for o in ours.options]
    if cases != [o.get("case") for o in options]:
        yield f"cases {cases}, reference {[o.get('case') for o in options]}"


def _compare_labels(ours: ocop.Criterion, theirs: dict[str, Any]) -> Iterator[str]:
    notes = [o["text"] for o in theirs["options"]] + theirs["notes"]
    if ours.note and any(_copies(ours.note.vi, text) for text in notes):
        yield f"{ours.id}: the note copies the decision's words: {ours.note.vi}"
    for position, (option, printed) in enumerate(
        zip(ours.options, theirs["options"], strict=True), 1
    ):
        for label in (option.label.vi, option.label.en):
            if _numbers(label) != _numbers(printed["text"]):
                yield f"{ours.id}: option {position}: the label changes numbers: {label}"
        if _copies(option.label.vi, printed["text"]):
            yield f"{ours.id}: option {position}: copies the decision's words: {option.label.vi}"


def _order(criterion: ocop.Criterion) -> list[str]:
    return list(dict.fromkeys(o.case for o in criterion.options if o.case is not None))


def _numbers(text: str) -> set[int]:
    text = re.sub(r"\bB\d+\b|\(\d\)", "", text)
    return {int(number) for number in re.findall(r"\d+", text)}


def _words(text: str) -> list[str]:
    return re.findall(r"[\w%<>≥≤]+", unicodedata.normalize("NFC", text).lower())


def _copies(label: str, printed: str) -> bool:
    ours, theirs = _words(label), " " + " ".join(_words(printed)) + " "
    size = LONGEST_SHARED_RUN + 1
    runs = (" ".join(ours[i : i + size]) for i in range(len(ours) - size + 1))
    return any(f" {run} " in theirs for run in runs)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else REFERENCE))
