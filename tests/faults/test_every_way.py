"""The list of ways is complete: whatever writes a file is tried with every fault."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click

import ocop
from ocop.cli.main import cli

ROOT = Path(ocop.__file__).resolve().parent

WRITERS = {
    "_whole_file.py",
    "cli/_output.py",
    "cli/law.py",
    "cli/compare.py",
    "cli/explain.py",
    "cli/reform.py",  # to standard output alone
    "cli/sensitivity.py",  # to standard output alone
    "law/dump_decision.py",
    "scenario/_sweep_tally.py",
    "scenario/load_levers.py",
    "scenario/load_reform.py",
    "tables/_excel_file.py",
    "tables/dump_sheets.py",
}
"""Modules that write, by `writing` and its like; the ways go through all of them."""

NAMES = {"writing", "writing_text", "place_beside"}
OTHERS = {"write_text", "write_bytes", "savefig", "to_csv", "to_parquet", "to_excel", "mkstemp"}


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its full name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def test_every_command_that_writes_is_tried(ways: ModuleType) -> None:
    """By its options: --output or --checkpoint."""
    writing = {
        name
        for name, command in commands(cli)
        if {"output", "checkpoint"} & {option.name for option in command.params}
    }
    assert writing == {way.command for way in ways.WAYS} - {None}


def test_nothing_is_written_in_another_way() -> None:
    """No module opens a file to write it but through the few functions that do it whole."""
    found = set()
    for path in ROOT.rglob("*.py"):
        module = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in NAMES:
                found.add(module)
            assert name not in OTHERS, f"{module}:{node.lineno}"
            given = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if name == "open" and any(
                str(mode)[:1] in "wax" and len(str(mode)) < 4 for mode in given
            ):
                # A device, a folder's files beside, a file beside, members of an archive.
                own = {"cli/_output.py", "law/dump_decision.py", "_whole_file.py"}
                archives = {"tables/_packed_npz.py", "scenario/_sweep_tally.py"}
                assert module in own | archives, f"{module}:{node.lineno}"
    assert found == WRITERS
