"""Write what `load_reform` says of every broken reform in tests/bad/reforms/.

Usage: python tests/scenario/refresh_bad.py

Read the changes as a diff before they are committed: the messages are part of the product.
"""

from __future__ import annotations

from pathlib import Path

import ocop

FOLDER = Path(__file__).parents[1] / "bad" / "reforms"
EXPECTED = FOLDER / "expected.txt"
BASE = Path(__file__).parents[1] / "law" / "base_decision"


def names() -> list[str]:
    """Return the names of the broken reforms."""
    return [path.stem for path in sorted(FOLDER.glob("*.yaml"))]


def messages(name: str) -> list[str]:
    """Return what is said of one reform, a problem a line."""
    try:
        ocop.load_reform(FOLDER / f"{name}.yaml", ocop.load_decision(BASE))
    except ocop.LawError as error:
        return [str(problem).replace(f"{FOLDER}/", "") for problem in error.problems]
    return ["no problems"]


def golden_text() -> str:
    """Return the text of ``expected.txt`` as the code gives it now."""
    head = "# Written by tests/scenario/refresh_bad.py; see README.md.\n"
    return head + "".join("\n".join(["", f"## {name}", *messages(name)]) + "\n" for name in names())


if __name__ == "__main__":
    EXPECTED.write_text(golden_text(), encoding="utf-8", newline="\n")
