"""Run the examples of docs/how-to/pictures.md and save the pictures that the page shows.

Usage: python tools/make_pictures.py [--check]

Every image of the page is the figure of the axes `ax` as they are at that place. With --check
nothing is drawn: exit 1 where an image is missing, or lies there and is not shown. Bytes are not
compared, since another version of matplotlib draws other ones.
"""

from __future__ import annotations

import doctest
import os
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "pictures.md"
IMAGES = ROOT / "docs" / "img"
STEP = re.compile(
    r"^```pycon\n(.*?)^```$|^!\[[^\]]*\]\(\.\./img/([\w.-]+)\)$", re.DOTALL | re.MULTILINE
)
DPI = 110


def differences() -> list[str]:
    """Return the images that are missing or not shown."""
    shown = {name for _, name in STEP.findall(PAGE.read_text(encoding="utf-8")) if name}
    there = {path.name for path in IMAGES.glob("pictures-*.png")}
    return [f"missing: {name}" for name in sorted(shown - there)] + [
        f"not shown: {name}" for name in sorted(there - shown)
    ]


def draw() -> None:
    """Run the page from its top to its end, and save each image where the page shows it."""
    import matplotlib as mpl

    mpl.use("Agg")
    os.chdir(ROOT)
    names: dict[str, Any] = {}
    for code, image in STEP.findall(PAGE.read_text(encoding="utf-8")):
        for example in doctest.DocTestParser().get_examples(code):
            exec(compile(example.source, str(PAGE), "exec"), names)
        if image:
            save(names["ax"].get_figure(root=True), IMAGES / image)


def save(figure: Any, path: Path) -> None:
    """Save a figure as a small PNG without traces of who made it."""
    from PIL import Image

    drawn = BytesIO()
    figure.savefig(drawn, dpi=DPI)
    # Median cut would mix rare colours, and it is the rare ones that warn.
    few = (
        Image.open(drawn)
        .convert("RGB")
        .quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    few.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def main() -> int:
    """Draw, or check; return the exit code."""
    if "--check" not in sys.argv[1:]:
        draw()
    found = differences()
    print("\n".join(found) or "every image of the page is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
