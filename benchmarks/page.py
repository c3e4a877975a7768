"""Make docs/benchmarks.md and its pictures from docs/benchmarks.json.

Usage: python benchmarks/page.py [FILE]
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import page_others
import page_scoring

DOCS = Path(__file__).resolve().parents[1] / "docs"
FIGURES, PAGE, PICTURES = DOCS / "benchmarks.json", DOCS / "benchmarks.md", DOCS / "img"


def text(figures: dict[str, Any]) -> str:
    """Return the page."""
    sections = [*page_scoring.SECTIONS, *page_others.SECTIONS]
    return "\n".join(section(figures) for section in sections)


def digest(figures: dict[str, Any]) -> str:
    """Return what a picture says of the figures that it was made from."""
    return f"sha256:{hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()}"


def write(figures: dict[str, Any]) -> None:
    """Write the page and its pictures."""
    import plots

    PAGE.write_text(text(figures), encoding="utf-8")
    plots.write(figures, PICTURES, digest(figures))


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else FIGURES
    write(json.loads(source.read_text("utf-8")))
