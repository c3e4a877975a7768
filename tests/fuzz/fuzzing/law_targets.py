"""Targets: files of the law, folders of decisions, crosswalks, reforms and levers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

import ocop
from ocop.law._yaml import read

from .contract import Target, lines_of, require, told
from .mutate import mutate_text
from .shared import TESTS, check_law, files, joined, scratch, split, written

BASE = TESTS / "law" / "base_decision"
WALKS = TESTS / "law" / "base_crosswalk"
WALK = "crosswalks/qd-99-2030--qd-100-2031.yaml"
BAD = TESTS / "bad"
_NAME = re.compile(r"(decision|(criteria|sets)/[\w-]{1,40})\.yaml")


# YAML by itself


def _read_yaml(data: bytes) -> list[Any]:
    doc = told(read, data, "file.yaml")
    if doc.problems:
        return [ocop.LawError(doc.problems)]
    return [(doc.data, doc.marks, doc.keys)]


def _hold_yaml(result: Any) -> None:
    value, marks, keys = result
    require(
        all(n >= 1 for place in (*marks.values(), *keys.values()) for n in place), "yaml", "place"
    )
    # The reader with places builds the same values as the one without.
    again = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    require(isinstance(again, str), "yaml", "the values are no plain ones")


def _yaml_seeds() -> Iterator[bytes]:
    yield from files("tests/bad/law/files/*.yaml", "tests/bad/reforms/*.yaml", "examples/*.yaml")
    yield b"a: 'x'\nb: [1, -2, true, ~, \"\\u1ebf\"]\nc: {d: |\n  text\n  }\n"
    yield b'"k\\x41": "\\0\\e\\N\\L"\n? x\n: - - y\n'
    yield b"%YAML 1.1\n--- >-\n  folded\n  text\n...\n"


# One file alone


def _read_file(data: bytes) -> list[Any]:
    problems = told(ocop.validate, written("alone.yaml", data))
    return [ocop.LawError(problems)] if problems else [True]


def _file_seeds() -> Iterator[bytes]:
    yield from files("tests/bad/law/files/*.yaml", "tests/law/base_decision/**/*.yaml")
    yield from files("criteria_sets/qd-26-2026/decision.yaml", "criteria_sets/groups.yaml")
    yield from files("criteria_sets/qd-26-2026/sets/11-*.yaml", "criteria_sets/qd-1489-2025/*.yaml")
    yield from files("tests/law/base_crosswalk/crosswalks/*.yaml", "examples/*.yaml")


# Folders


@cache
def _home() -> Path:
    """Lay out the two base decisions beside each other, and the crosswalk between them."""
    home = scratch() / "law"
    shutil.copytree(BASE, home / "qd-99-2030")
    shutil.copytree(WALKS, home, dirs_exist_ok=True)
    return home


def _read_decision(data: bytes) -> list[Any]:
    folder = _home() / "qd-99-2030"
    new = {name: text for name, text in split(data).items() if _NAME.fullmatch(name)}
    try:
        for name, text in new.items():
            (folder / name).write_bytes(text)
        problems = told(ocop.validate, folder)
        law = told(ocop.load_decision, folder)
    finally:
        for name in new:
            if (BASE / name).is_file():
                shutil.copyfile(BASE / name, folder / name)
            else:
                (folder / name).unlink()
    found = law.problems if isinstance(law, ocop.LawError) else ()
    require(found == problems, "same", "load_decision and validate tell other problems")
    return [law]


def _hold_decision(law: ocop.Decision) -> None:
    check_law(law)
    copy = scratch() / "copy" / law.id
    shutil.rmtree(copy, ignore_errors=True)
    copy.parent.mkdir(exist_ok=True)
    ocop.dump_decision(law, copy)
    again = ocop.load_decision(copy)
    require(again.digest == law.digest, "round-trip", "the decision that was written differs")


def _key_of_decision(law: ocop.Decision) -> Any:
    return law, {number: law.sets[number].digest for number in law.sets}


def _decision_seeds() -> Iterator[bytes]:
    names = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*.yaml"))
    texts = {name: (BASE / name).read_bytes() for name in names}
    for name, text in texts.items():
        yield joined({name: text})
    yield joined(texts)
    cases = yaml.safe_load((BAD / "law" / "edits.yaml").read_text(encoding="utf-8"))
    for case in cases.values():
        changed: dict[str, bytes] = {}
        for edit in case["edits"]:
            name = edit.get("file", "")
            old = changed.get(name, texts.get(name, b"")).decode()
            if "write" in edit:
                changed[name] = edit["write"].encode()
            elif "find" in edit:
                changed[name] = old.replace(edit["find"], edit["put"]).encode()
        if changed:
            yield joined(changed)


def _read_crosswalk(data: bytes) -> list[Any]:
    path = _home() / WALK
    try:
        path.write_bytes(data)
        problems = told(ocop.validate, path)
        walk = told(ocop.load_crosswalk, path)
    finally:
        shutil.copyfile(WALKS / WALK, path)
    found = walk.problems if isinstance(walk, ocop.LawError) else ()
    # A file of another format, or of none, is checked as whatever it may be.
    other = any("format" in (problem.path or problem.message) for problem in found)
    require(other or found == problems, "same", "load_crosswalk and validate tell other problems")
    return [walk]


def _crosswalk_seeds() -> Iterator[bytes]:
    text = (WALKS / WALK).read_text(encoding="utf-8")
    yield text.encode()
    cases = yaml.safe_load((BAD / "law" / "crosswalks.yaml").read_text(encoding="utf-8"))
    for case in cases.values():
        new = text
        for edit in case["edits"]:
            if "find" in edit:
                new = new.replace(edit["find"], edit["put"])
        yield new.encode()


# Reforms and levers


@cache
def _small() -> ocop.Decision:
    return ocop.load_decision(BASE)


def _read_reform(data: bytes) -> list[Any]:
    _home()
    path = written("law/reform.yaml", data)
    return [told(ocop.load_reform, path), told(ocop.load_reform, path, _small())]


def _hold_reform(reform: ocop.Reform) -> None:
    path = scratch() / "law" / "again.yaml"
    ocop.dump_reform(reform, path)
    require(told(ocop.load_reform, path) == reform, "round-trip", "the reform differs")
    laws = [_small()] + ["qd-26-2026"] * (reform.decision == "qd-26-2026")
    for law in laws:
        done = told(ocop.apply_reform, reform, law)
        if isinstance(done, ocop.Reformed):  # else it is for another decision
            repr(done)
            repr(done.notes)
            if law is _small():
                check_law(done.decision)
                if done.decision.digest[-1] in "0123":  # writing takes far longer than the rest
                    _hold_decision(done.decision)


def _reform_seeds() -> Iterator[bytes]:
    yield from files("tests/bad/reforms/*.yaml", "examples/reform-*.yaml")
    head = 'format: "ocop-reform/1"\nid: "r"\ntitle: {vi: "T", en: "T"}\nedits:\n'
    for edit in (
        'set_points: {criterion: "story", option: 2, points: 14, sets: ["village-walks"]}',
        'set_mark: {criterion: "story", mark: 4}',
        'set_mark_reading: {reading: "full"}',
        "set_threshold: {star: 5, at_least: 92}",
        'scale: {part: "A", points: 40}',
        'drop_criterion: {criterion: "story"}',
        'drop_option: {criterion: "story", option: 1}',
        'add_option: {criterion: "story", before: 1, option: {points: 3, '
        'label: {vi: "a", en: "b"}}}',
        'set_heading: {section: "1", points: 12}',
    ):
        yield f"{head}  - {edit}\n".encode()
        yield f"{head.replace('edits', 'decision: qd-99-2030{nl}edits')}  - {edit}\n".replace(
            "{nl}", "\n"
        ).encode()


def _read_levers(data: bytes) -> list[Any]:
    _home()
    path = written("law/levers.yaml", data)
    return [told(ocop.load_levers, path), told(ocop.load_levers, path, _small())]


def _hold_levers(levers: ocop.Levers) -> None:
    path = scratch() / "law" / "again.yaml"
    ocop.dump_levers(levers, path)
    again = ocop.load_levers(path, levers.decision)
    require(again.levers == levers.levers, "round-trip", "the levers differ")
    repr(levers)
    # Every choice of levels is a sound law.
    rng = Random(0)
    for _ in range(2):
        choice = [rng.randrange(size) for size in levers.sizes]
        ocop.apply_reform(levers.reform(choice), levers.decision)


def _levers_seeds() -> Iterator[bytes]:
    # Under the small decision, which takes a tenth of the time of a shipped one.
    for data in files("examples/levers.yaml"):
        yield data.replace(b"qd-26-2026", b"qd-99-2030")
    head = 'format: "ocop-levers/1"\ndecision: "qd-99-2030"\nlevers:\n'
    for lever in (
        'points: {criterion: "story", option: 2, values: [13, 14]}',
        'mark: {criterion: "story", values: [3, null, 5]}',
        "threshold: {star: 5, values: [88, 90]}",
        'scale: {part: "A", values: [35, 40]}',
        "floors_off: {}",
        'levels: [{label: "x"}, {label: "y", edits: [{set_threshold: {star: 4, at_least: 71}}]}]',
    ):
        yield f'{head}  - name: "n"\n    {lever}\n'.encode()


TARGETS = (
    Target("yaml", _read_yaml, _yaml_seeds, mutate_text, _hold_yaml),
    Target("law-file", _read_file, _file_seeds, mutate_text),
    Target(
        "decision",
        _read_decision,
        _decision_seeds,
        mutate_text,
        _hold_decision,
        _key_of_decision,
        lambda data: lines_of(data) + 200,  # problems may stand in the files that were there
    ),
    Target(
        "crosswalk",
        _read_crosswalk,
        _crosswalk_seeds,
        mutate_text,
        key=lambda walk: walk,
    ),
    Target("reform", _read_reform, _reform_seeds, mutate_text, _hold_reform),
    Target(
        "levers",
        _read_levers,
        _levers_seeds,
        mutate_text,
        _hold_levers,
        lambda levers: levers.levers,
    ),
)
