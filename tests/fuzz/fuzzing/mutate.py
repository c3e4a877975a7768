"""Changes to inputs that keep most of their structure: texts by tokens and lines, zips by parts."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random
from typing import Any

from .contract import MAX_INPUT

# Characters that people and programs put into files, and that readers stumble over.
NASTY = [
    text.encode()
    for text in (
        *("", "0", "-1", "1", "2", "3", "255", "256", "65536", "-0", "1.5", "1e999", "NaN", "007"),
        *(
            "999999999999999",
            "1000000000000000",
            "9" * 400,
            "１",
            "½",
            "²",
            "٣",
            "null",
            "~",
            "yes",
        ),
        *(
            "true",
            "<<",
            "*a",
            "&a ",
            "!!python/object:x ",
            "? ",
            "- ",
            ": ",
            "---\n",
            "|",
            "[",
            "{",
        ),
        *("\0", "\x1b[31m", "\x85", "\u2028", "\ufeff", "e\u0323\u0302", "\u202e", "😀", "\xa0"),
        *(
            "'",
            '"',
            '""',
            "\t",
            "\r",
            "\n",
            "\r\n",
            ",",
            ";",
            "=1+1",
            "@x",
            "../..",
            "/",
            "a" * 300,
        ),
        *("9999-12-31", "0001-01-01", "2024-02-29", '"\\0"', '"\\ud800"', '"\\e[0m"', "#", "%s"),
        *("product", "set", "findings", "assessor", "criterion", "answer", "x", "có", "tea", "11"),
    )
] + [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xfe\xff", b"PK\x03\x04"]

_TOKEN = re.compile(rb"[\w.+-]+|\s+|[^\w\s]")
_TAG = re.compile(rb"<[^<>]{1,400}>")
_VALUE = re.compile(rb"""=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_ATTRIBUTE = re.compile(rb"""\s[\w:]+=(?:"[^"]*"|'[^']*')""")
_TEXT = re.compile(rb">([^<>]*)<")
MOST = 1 << 16
"""Inputs stay below this but for those that are blown up: small ones find more in a second."""


def mutate_bytes(data: bytes, rng: Random) -> bytes:
    """Return some bytes with some of them changed, put in or left out."""
    raw = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(raw) + 1)
        kind = rng.randrange(4)
        if kind == 0 and at < len(raw):
            raw[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and at < len(raw):
            raw[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        elif kind == 2:
            del raw[at : at + rng.choice((1, 1, 2, 8, 64))]
        else:
            raw[at:at] = rng.randbytes(rng.choice((1, 1, 2, 4)))
    return bytes(raw)


def _token(data: bytes, rng: Random) -> tuple[int, int]:
    """Return where a token near a random place stands."""
    start = rng.randrange(len(data)) if data else 0
    found = _TOKEN.search(data, start) or _TOKEN.search(data)
    return found.span() if found else (0, 0)


def mutate_text(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    """Return a text with a few tokens or lines changed, from nasty ones or another text."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        data = _text_once(data, rng, pool)
    return data[:MAX_INPUT]


def _text_once(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    kind = rng.randrange(100)
    low, high = _token(data, rng)
    if kind < 30:
        return data[:low] + rng.choice(NASTY) + data[high:]
    if kind < 40:
        return data[:low] + rng.choice(NASTY) + data[low:]
    if kind < 45:
        return data[:low] + data[high:]
    other = rng.choice(pool) if pool else data
    if kind < 60:
        first, last = _token(other, rng)
        return data[:low] + other[first:last] + data[high:]
    if kind < 90:
        return _lines_once(data, rng, other)
    # Large inputs take as long as hundreds of small ones.
    return blow_up(data, rng) if rng.random() < 0.02 else mutate_bytes(data, rng)


def _lines_once(data: bytes, rng: Random, other: bytes) -> bytes:
    lines, others = data.splitlines(keepends=True), other.splitlines(keepends=True)
    if not lines:
        return other
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(7)
    if kind == 0:
        del lines[at : at + rng.choice((1, 1, 2, 5))]
    elif kind == 1:
        lines.insert(to, lines[at])
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == 3 and others:
        first = rng.randrange(len(others))
        lines[at:at] = others[first : first + rng.choice((1, 1, 3, 9))]
    elif kind == 4:
        lines[at] = b"  " + lines[at] if rng.random() < 0.5 else lines[at].removeprefix(b"  ")
    elif kind == 5:
        return b"".join(lines[:at] + others[rng.randrange(len(others) + 1) :])
    else:
        lines[at] = lines[at].rstrip(b"\r\n") + rng.choice((b"\r\n", b"", b"\r", b"\n\n"))
    return b"".join(lines)


def blow_up(data: bytes, rng: Random) -> bytes:
    """Return an input of up to the largest size, part of which stands there many times."""
    if not data:
        return data
    at = rng.randrange(len(data))
    size = rng.choice((1, 2, 8, 64, 512))
    # From the start of a line, more often than not: rows and entries are what there is much of.
    if rng.random() < 0.6:
        at = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at) + 1 or len(data)
        size = end - at
    piece = data[at : at + size]
    room = max(0, rng.choice((1 << 14, 1 << 17, MAX_INPUT)) - len(data))
    return data[:at] + piece * (room // max(1, len(piece))) + data[at:]


def mutate_xml(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    """Return XML with tags, attributes or texts changed."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = _xml_once(data, rng, pool)
    return data


def _xml_once(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    kind = rng.randrange(10)
    pattern = (_VALUE, _VALUE, _VALUE, _TEXT, _TEXT, _TAG, _TAG, _TAG, None, None)[kind]
    if pattern is None:
        return _text_once(data, rng, pool)
    found = list(pattern.finditer(data))
    if not found:
        return _text_once(data, rng, pool)
    match, other = rng.choice(found), rng.choice(found)
    if pattern is _TAG:
        return _tag_once(data, rng, match, other)
    group = 1 if match[1] is not None else 2
    low, high = match.span(group)
    value = other[1] if other[1] is not None else other[other.lastindex or 0]
    new = rng.choice(
        (
            rng.choice(NASTY).replace(b'"', b"&quot;").replace(b"<", b"&lt;"),
            value,
            rng.choice((b"XFD1048576", b"A1048576", b"XFD1", b"a1", b"A1:XFD1048576", b"1048576")),
            data[low:high].swapcase(),
            b"&#65;" + data[low:high],
            b"shared",
            rng.choice((b"s", b"str", b"e", b"b", b"n", b"d", b"inlineStr", b"float", b"date")),
        )
    )
    return data[:low] + new + data[high:]


def _tag_once(data: bytes, rng: Random, match: Any, other: Any) -> bytes:
    low, high = match.span()
    kind = rng.randrange(6)
    if kind == 0:
        return data[:low] + data[high:]
    if kind == 1:
        return data[:low] + other[0] + data[low:]
    if kind == 2:
        return data[:low] + other[0] + data[high:]
    if kind == 3:
        return data[:low] + match[0].replace(b"=", b" = ") + data[high:]
    if kind == 4 and other.start() > high:
        # A run of elements, twice.
        return data[: other.start()] + data[low : other.start()] + data[other.start() :]
    return data[:low] + _ATTRIBUTE.sub(b"", match[0], count=1) + data[high:]


def parts_of(data: bytes) -> list[tuple[str, bytes]] | None:
    """Return the parts of a zip, None where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > 8 * MAX_INPUT:
                return None
            return [(info.filename, archive.read(info)) for info in infos]
    except Exception:  # whatever zipfile makes of broken bytes, which are not its input here
        return None


def zip_of(parts: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of parts; the same parts give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.NameToInfo.pop(name, None)  # a name may stand twice, without a warning
            archive.writestr(info, content)
    return stream.getvalue()


def mutate_zip(data: bytes, rng: Random, pool: list[bytes], change_part: Any) -> bytes:
    """Return a zip with a part changed, renamed, left out or doubled, or with broken bytes."""
    parts = parts_of(data)
    if not parts or rng.random() < 0.06:
        return mutate_bytes(data, rng)
    at = rng.randrange(len(parts))
    name, content = parts[at]
    kind = rng.randrange(20)
    others = parts_of(rng.choice(pool)) if pool and kind in (1, 2) else None
    if kind == 0:
        del parts[at]
    elif kind == 1 and others:
        parts[at] = (name, rng.choice(others)[1])
    elif kind == 2 and others:
        parts.insert(at, rng.choice(others))
    elif kind == 3:
        parts.append((name, change_part(content, rng)))
    elif kind == 4:
        new = rng.choice((name.upper(), "../" + name, name + "x", rng.choice(parts)[0], "/" + name))
        parts[at] = (new, content)
    else:
        parts[at] = (name, change_part(content, rng))
        if kind < 9:
            to = rng.randrange(len(parts))
            parts[to] = (parts[to][0], change_part(parts[to][1], rng))
    made = zip_of(
        parts, rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    )
    if rng.random() < 0.05:
        made = _lie(made, rng)
    return made if len(made) <= MAX_INPUT else data


def _lie(data: bytes, rng: Random) -> bytes:
    """Return a zip whose directory says another size or method of a part."""
    places = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    if not places:
        return data
    at = rng.choice(places) + rng.choice((8, 10, 16, 20, 24, 28, 42))
    new = rng.choice((0, 1, 2, 8, 12, 0xFFFF, 0xFFFFFFFF, rng.randrange(1 << 16)))
    return data[:at] + new.to_bytes(4, "little") + data[at + 4 :]
