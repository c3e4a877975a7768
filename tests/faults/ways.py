"""Every way in which the library and the command line write a file."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import click

import ocop
from ocop.cli.main import cli

TEA = ocop.criteria_set("qd-26-2026", "tea")
BASE = Path(__file__).resolve().parents[1] / "law" / "base_decision"
DURIAN = Path(__file__).resolve().parents[2] / "examples" / "durian-2022.csv"
OLD = "cũ\n".encode()
"""What stands in the place of a file before."""

REFORM = """\
format: "ocop-reform/1"
id: "five-later"
title: {vi: "Năm sao từ 91", en: "Five stars from 91"}
edits:
  - set_threshold: {star: 5, at_least: 91}
"""
LEVERS = """\
format: "ocop-levers/1"
decision: "qd-26-2026"
levers:
  - name: "four stars from"
    threshold: {star: 4, values: [60, 65, 70, 75]}
  - name: "five stars from"
    threshold: {star: 5, values: [85, 90]}
"""


class Way(NamedTuple):
    """A way of writing.

    `write` takes the folder of what is given and the place of the target; `fresh` says that the
    target must not be there before, `command` which command of the command line it is.
    """

    name: str
    target: str
    write: Callable[[Path, Path], object]
    fresh: bool = False
    command: str | None = None

    @property
    def before(self) -> dict[str, bytes]:
        """What stands in the folder before."""
        return {} if self.fresh else {self.target: OLD}


def prepare(folder: Path) -> None:
    """Write what the ways read."""
    files = (("tea.csv", 9, []), ("many.csv", 3000, []), ("council.csv", 9, ["assessor"]))
    for name, products, more in files:
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["product", *more, *TEA.codes])
            for n in range(products):
                writer.writerow([f"chè-{n}", *("An" for _ in more), *[n % 3] * len(TEA.codes)])
    shutil.copytree(BASE, folder / "base")
    (folder / "reform.yaml").write_text(REFORM, encoding="utf-8")
    (folder / "levers.yaml").write_text(LEVERS, encoding="utf-8")


def content(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def command(*arguments: object) -> None:
    """Run a command in this process; errors and interrupts come out as they are."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            cli([str(argument) for argument in arguments], standalone_mode=False)
        except click.Abort:
            raise KeyboardInterrupt from None


def _by_command(target: str, line: str, option: str = "-o", *, fresh: bool = False) -> Way:
    """Return a way of the command line; ``given/`` stands for the folder of what is given."""
    words = line.split()

    def write(given: Path, path: Path) -> None:
        named = [str(given / word[6:]) if word.startswith("given/") else word for word in words]
        command(*named, option, path)

    called = " ".join(words[:2]) if words[0] == "reform" else words[0]
    name = f"{called}-{target}".replace(" ", "-")
    return Way(name, target, write, fresh, called)


def _sheets(given: Path) -> ocop.Sheets:
    (sheets,) = ocop.read_sheets(given / "tea.csv", "qd-26-2026", set="tea")
    return sheets


def _levers(given: Path) -> ocop.Levers:
    return ocop.load_levers(given / "levers.yaml")


def _swept(given: Path, path: Path) -> Any:
    return ocop.sweep(_sheets(given), _levers(given).every(), checkpoint=path)


SCORE = "score given/tea.csv --decision qd-26-2026 --set tea"
SYNTH = "synth --decision qd-26-2026 --set tea --products 40 --seed 1"
SIMULATE = "simulate given/tea.csv --set tea --levers given/levers.yaml"

WAYS = (
    Way("dump_sheets-npz", "a.npz", lambda given, path: ocop.dump_sheets(_sheets(given), path)),
    Way(
        "dump_sheets-parquet",
        "a.parquet",
        lambda given, path: ocop.dump_sheets(_sheets(given), path),
    ),
    Way("write_form", "a.xlsx", lambda _, path: ocop.write_form(TEA, path)),
    Way(
        "write_book",
        "a.xlsx",
        lambda given, path: ocop.write_book(ocop.score(_sheets(given)), path),
    ),
    Way(
        "dump_decision",
        "own",
        lambda given, path: ocop.dump_decision(ocop.load_decision(given / "base"), path),
        fresh=True,
    ),
    Way(
        "dump_reform",
        "a.yaml",
        lambda given, path: ocop.dump_reform(ocop.load_reform(given / "reform.yaml"), path),
    ),
    Way("dump_levers", "a.yaml", lambda given, path: ocop.dump_levers(_levers(given), path)),
    Way("sweep", "a.npz", _swept, fresh=True),
    *(_by_command(f"a.{ending}", SCORE) for ending in ("csv", "json", "ndjson", "xlsx")),
    _by_command("table.txt", f"{SCORE} --format table"),
    _by_command("a.csv", "rank given/tea.csv --decision qd-26-2026 --set tea"),
    _by_command("a.npz", "pack given/tea.csv --decision qd-26-2026 --set tea"),
    _by_command("a.parquet", "pack given/tea.csv --decision qd-26-2026 --set tea"),
    _by_command("a.csv", "template --decision qd-26-2026 --set tea", fresh=True),
    _by_command("a.xlsx", "template --decision qd-26-2026 --set tea", fresh=True),
    _by_command("a.csv", SYNTH),
    _by_command("a.npz", SYNTH),
    _by_command("a.md", "compare qd-148-2023 qd-26-2026 --group tea"),
    _by_command("a.json", "crosswalk qd-148-2023 qd-26-2026 --group tea"),
    _by_command("a.txt", "explain given/tea.csv --set tea --product chè-1 --format text"),
    _by_command("a.csv", "upgrade given/tea.csv --decision qd-26-2026 --set tea"),
    _by_command("a.xlsx", "council given/council.csv --decision qd-26-2026 --set tea"),
    _by_command("a.csv", "council given/council.csv --decision qd-26-2026 --set tea"),
    _by_command("a.csv", f"translate {DURIAN} --decision qd-781-2020 --set 1 --to qd-148-2023"),
    _by_command("a.csv", SIMULATE),
    _by_command("a.npz", SIMULATE, "--checkpoint", fresh=True),
    _by_command("own", "reform apply given/reform.yaml --decision given/base", fresh=True),
)
