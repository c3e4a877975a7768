"""The licences of all that the wheel brings along: permissive ones, or set apart with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from license_expression import ExpressionError, get_spdx_licensing
from packaging.utils import canonicalize_name

# Whoever passes code under Apache-2.0 on, together with code under these, keeps the notices and
# owes nothing else.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-CMU",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)

# How packages without an SPDX expression name theirs, in a classifier or as text.
SPOKEN = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT": "MIT",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}

# Not permissive. Such a package may come with one extra of its own, which no other extra includes.
APART = {"vietnam-provinces": ("places", "GPL-3.0-or-later")}


def declared(python: Path) -> dict[str, str]:
    """Return for each package beside ``python`` its licence, as SPDX wherever that is known."""
    command = [sys.executable, "-m", "piplicenses", "--python", str(python), "--from", "mixed"]
    command += ["--with-system", "--format", "json"]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {canonicalize_name(row["Name"]): spdx(row["License"]) for row in listed}


def spdx(licence: str) -> str:
    """Return the SPDX expression for what a package says; unknown words stay as they are."""
    words = [SPOKEN.get(word, word) for word in licence.split("; ")]
    return "" if licence == "UNKNOWN" else " AND ".join(words)


def permitted(expression: str) -> bool:
    """Tell whether the licences of an expression are allowed: all of AND, one of OR."""
    licensing = get_spdx_licensing()
    try:
        parsed = licensing.parse(expression, validate=True)
    except ExpressionError:
        return False

    def within(node: object) -> bool:
        if isinstance(node, licensing.AND):
            return all(map(within, node.args))
        if isinstance(node, licensing.OR):
            return any(map(within, node.args))
        return str(node) in ALLOWED

    return parsed is not None and within(parsed)


def problems(licences: Mapping[str, str], extras: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which packages may not come along; ``extras`` says which extras bring each."""
    found = []
    for name, expression in sorted(licences.items()):
        by = list(extras[name])
        if name in APART:
            extra, known = APART[name]
            if expression not in ("", known):
                found.append(f"{name} now declares {expression}, known is {known}")
            if by != [extra]:
                found.append(f"{name} is under {known} and comes with {by}, allowed is {extra!r}")
        elif not permitted(expression):
            where = f"the extras {by}" if by else "every installation"
            shown = repr(expression) if expression else "nothing"
            found.append(f"{name} declares {shown}, which is not allowed; it comes with {where}")
    return found
