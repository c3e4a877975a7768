"""Cells of .xlsx worksheets that hold no value: errors, and formulas that nobody computed yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import IO
from zipfile import ZipFile

Unread = dict[str, list[tuple[int, int, str]]]
"""By worksheet: row and column from 0, and the formula or error that stands there."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"""(?:\w+:)?(\w+)=(?:"([^"]*)"|'([^']*)')""")
_SIGNS = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b' t="e"', b" t='e'")
"""Without any of these a worksheet has neither formulas nor errors."""

_CELL = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]*)(?<!/)>(.*?)</(?:\w+:)?c>""",
    re.DOTALL,
)
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>([^<]*)<)")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>([^<]+)<")
_ERROR = re.compile(rb"""\st=["']e["']""")
_TEXT = re.compile(rb"""\st=["']str["']""")


def unread_cells(handle: IO[bytes]) -> Unread:
    """Return the cells whose value a reader takes for nothing, though something stands there."""
    with ZipFile(handle) as archive:
        parts = set(archive.namelist())
        found = {}
        for name, part in _worksheets(archive, parts):
            content = archive.read(part) if part in parts else b""
            if any(sign in content for sign in _SIGNS):
                found[name] = list(_unread(content))
        return found


def _worksheets(archive: ZipFile, parts: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the names of worksheets and the parts that hold them."""
    relations = "xl/_rels/workbook.xml.rels"
    if not {"xl/workbook.xml", relations} <= parts:
        return
    held = [_attributes(tag) for tag in _RELATION.findall(archive.read(relations))]
    targets = {each.get("Id", ""): each.get("Target", "") for each in held}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        each = _attributes(tag)
        target = targets.get(each.get("id", ""), "")
        yield each.get("name", ""), target[1:] if target.startswith("/") else f"xl/{target}"


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode(): unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _unread(content: bytes) -> Iterator[tuple[int, int, str]]:
    for match in _CELL.finditer(content):
        head, letters, row, body = match.groups()
        formula, value = _FORMULA.search(body), _VALUE.search(body)
        if value is not None and _ERROR.search(head):
            text = value[1]
        elif formula is not None and value is None and not _TEXT.search(head):
            # Empty text that was computed says that it is text.
            text = b"=" + (formula[1] or b"")
        else:
            continue
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        yield int(row) - 1, column - 1, unescape(text.decode("utf-8", "replace"))
