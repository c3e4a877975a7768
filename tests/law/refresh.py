"""Computes what the golden files of the law tests say, and rewrites them on request.

Run ``python tests/law/refresh.py`` after a change that is meant to change messages or answers,
and review the difference (``git diff tests``) like code: each line is a promise to users.

Golden files: ``tests/bad/law/expected.txt`` (the problems of every bad case) and, in
``tests/law/snapshots``, ``<decision>.txt`` (points, floors and rules of every shipped set) and
``<decision>-sheets.txt`` (what fixed sheets reach), and the texts of ``tests/law/golden`` (see
golden.py). Why a snapshot changed is for a person to write: in CHANGELOG.md and in the ledger
beside the snapshots.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import ocop

HERE = Path(__file__).resolve().parent
BASE = HERE / "base_decision"
WALKS = HERE / "base_crosswalk"
WALK = "crosswalks/qd-99-2030--qd-100-2031.yaml"
BAD = HERE.parent / "bad" / "law"
EXPECTED = BAD / "expected.txt"
SNAPSHOTS = HERE / "snapshots"


def raw_cases() -> dict[str, bytes]:
    """Return the broken files that a text editor would not keep as they are, by name."""
    text = (BASE / "criteria" / "story.yaml").read_text(encoding="utf-8")
    title = 'title: {vi: "Câu chuyện"}\n'
    bomb = ["b0: &b0 [x, x]", *(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]" for n in range(1, 4))]
    return {
        "utf-16-little-endian": text.encode("utf-16"),
        "utf-16-big-endian": b"\xfe\xff" + text.encode("utf-16-be"),
        "utf-16-without-mark": text.encode("utf-16-le"),
        "latin-1": "theme: x\nname: Qué\n".encode("latin-1"),
        "cp1258": title.encode("cp1258", errors="replace"),
        "wrong-byte-after-byte-order-mark": b"\xef\xbb\xbf" + "a: Chè\nb: ế".encode() + b"\xe9x",
        "nul": b'title: "tea\x00"\n',
        "escape-character": 'title:\n  - "chè \x1b[31m"\n'.encode(),
        "empty-file": b"",
        "only-spaces": b" \n\n",
        "too-large": b"#" * 1_048_577,
        "brackets-50000": b"[" * 50_000,
        "braces-50000": b"{a: " * 50_000,
        "bare-braces-50000": b"{" * 50_000,
        "dashes-50000": b"- " * 50_000,
        "brackets-closed-50000": b"[" * 50_000 + b"]" * 50_000,
        "alias-bomb": ("\n".join(bomb) + "\n").encode(),
        "windows-line-ends": text.replace("15,", "1.5,").replace("\n", "\r\n").encode(),
    }


def file_cases() -> dict[str, Path]:
    """Return the broken files of ``tests/bad/law/files`` by name."""
    return {path.stem: path for path in sorted((BAD / "files").glob("*.yaml"))}


def edit_cases() -> dict[str, dict[str, Any]]:
    """Return the table of edits that break the base decision, by name."""
    text = (BAD / "edits.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def crosswalk_cases() -> dict[str, dict[str, Any]]:
    """Return the table of edits that break the base crosswalk, by name."""
    text = (BAD / "crosswalks.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def apply_edits(folder: Path, edits: list[dict[str, Any]]) -> None:
    """Edit a copy of the base decision; a text to replace must stand there exactly once."""
    for edit in edits:
        path = folder / edit.get("file", WALK)
        if "write" in edit:
            path.write_text(edit["write"], encoding="utf-8")
        elif edit.get("delete"):
            path.unlink()
        else:
            old = path.read_text(encoding="utf-8")
            if old.count(edit["find"]) != 1:
                raise AssertionError(f"{edit['find']!r} stands {old.count(edit['find'])} times")
            path.write_text(old.replace(edit["find"], edit["put"]), encoding="utf-8")


def lines_of_raw(name: str, folder: Path) -> list[str]:
    """Return the problems of a raw case as lines."""
    path = folder / f"{name}.yaml"
    path.write_bytes(raw_cases()[name])
    return _lines(ocop.validate(path), folder)


def lines_of_file(name: str) -> list[str]:
    """Return the problems of a broken file as lines."""
    path = file_cases()[name]
    return _lines(ocop.validate(path), path.parent)


def lines_of_edits(name: str, folder: Path) -> list[str]:
    """Return the problems of the base decision after one case's edits as lines."""
    copy = folder / "decision"
    shutil.copytree(BASE, copy)
    apply_edits(copy, edit_cases()[name]["edits"])
    return _lines(ocop.validate(copy), copy)


def base_crosswalk(folder: Path) -> Path:
    """Lay out the base crosswalk between its two decisions; return its file."""
    shutil.copytree(BASE, folder / "qd-99-2030")
    shutil.copytree(WALKS, folder, dirs_exist_ok=True)
    return folder / WALK


def lines_of_crosswalk(name: str, folder: Path) -> list[str]:
    """Return the problems of the base crosswalk after one case's edits as lines."""
    path = base_crosswalk(folder)
    apply_edits(folder, crosswalk_cases()[name]["edits"])
    return _lines(ocop.validate(path), folder)


def _lines(problems: tuple[ocop.Problem, ...], folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder.as_posix()}/", "") for problem in problems]


def expected() -> dict[str, list[str]]:
    """Return the golden table: case name -> problems, one a line."""
    cases: dict[str, list[str]] = {}
    for line in EXPECTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            cases[line[3:]] = []
        elif line and not line.startswith("#"):
            cases[list(cases)[-1]].append(line)
    return cases


def snapshot(decision: ocop.Decision) -> str:
    """Return the facts that decide past answers, without labels: one line per criterion.

    ``1.2  0 1 2(3) 4(5)  floors 0 2 4`` reads: options of 0, 1, 2 and 4 points, marked for three
    and five stars; the floors for 3, 4 and 5 stars.
    """
    bands = ", ".join(f"{b.star} from {b.at_least} ({b.recognised_by})" for b in decision.bands)
    lines = [
        f"decision {decision.id}, {decision.in_force_from} to {decision.in_force_until}",
        f"bands {bands}",
        f"parts {', '.join(f'{part.code} {part.points}' for part in decision.parts)}",
        f"declared {len(decision.declared)} sets, transcribed {len(decision.sets)}",
    ]
    for number in decision.sets:
        lines += ["", *_set_lines(decision.sets[number])]
    return "\n".join(lines) + "\n"


def _set_lines(chosen: ocop.CriteriaSet) -> Iterator[str]:
    yield f"set {chosen.number} {chosen.group.slug}: {len(chosen.items)} criteria"
    parts = ", ".join(f"{part.code} {part.points}" for part in chosen.parts)
    yield f"  reaches {chosen.reachable}; {parts}; criterion marks {chosen.criterion_mark}"
    for exclusion in chosen.exclusions:
        yield f"  excluded by {exclusion.finding.id} at {exclusion.where}"
    for rule in chosen.rules.needs:
        yield f"  {rule.item} needs {rule.other}"
    for knock_out in chosen.rules.knock_outs:
        yield f"  knocked out by 0 in section {knock_out.section}"
    for gap in chosen.gaps:
        yield f"  gap at {gap.where}: {gap.heading} printed, {gap.reachable} reachable"
    for item in chosen.items:
        yield "  " + _item_line(item.code, item.criterion, chosen.criterion_mark)


def _item_line(code: str, criterion: ocop.Criterion, reading: Any) -> str:
    options = []
    for option in criterion.options:
        case = f"{option.case}:" if option.case else ""
        mark = f"({option.mark})" if option.mark else ""
        options.append(f"{case}{option.points}{mark}")
    floors = [criterion.floor(star, reading) for star in (3, 4, 5)]
    text = f"{code}  {' '.join(options)}"
    if criterion.mark:
        text += f"  criterion({criterion.mark})"
    return text + (f"  floors {' '.join(map(str, floors))}" if any(floors) else "")


def golden_text() -> str:
    """Return the text of ``expected.txt`` as the code gives it now."""
    cases: dict[str, list[str]] = {}
    for name in raw_cases():
        with tempfile.TemporaryDirectory() as folder:
            cases[f"raw {name}"] = lines_of_raw(name, Path(folder))
    for name in file_cases():
        cases[f"file {name}"] = lines_of_file(name)
    for name in edit_cases():
        with tempfile.TemporaryDirectory() as folder:
            cases[f"edit {name}"] = lines_of_edits(name, Path(folder))
    for name in crosswalk_cases():
        with tempfile.TemporaryDirectory() as folder:
            cases[f"crosswalk {name}"] = lines_of_crosswalk(name, Path(folder))
    blocks = ["\n".join([f"## {name}", *lines]) for name, lines in cases.items()]
    head = "# Written by tests/law/refresh.py; see README.md. Place: path: message; hint [code]\n\n"
    return head + "\n\n".join(blocks) + "\n"


def main() -> None:
    """Rewrite the golden files, and say what the ledger lacks then."""
    import check_snapshots
    import golden
    import ledger

    EXPECTED.write_text(golden_text(), encoding="utf-8")
    for name, text in golden.current().items():
        (golden.GOLDEN / name).write_text(text, encoding="utf-8")
    now = check_snapshots.current()
    for name, text in now.items():
        (SNAPSHOTS / name).write_text(text, encoding="utf-8")
    changelog = ledger.CHANGELOG.read_text(encoding="utf-8")
    lacking = ledger.problems(ledger.read(), now, check_snapshots.numbers(), changelog)
    sys.stdout.writelines(f"{problem}\n" for problem in lacking)
    sys.stdout.write("written; now review: git diff tests\n")


if __name__ == "__main__":
    main()
