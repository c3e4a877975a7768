"""Where the data that travels with the package lies."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def files(package: str) -> Traversable:
    """Return the folder of an imported package, or what stands for it inside a zip file."""
    folder = Path(sys.modules[package].__path__[0])
    if folder.is_dir():
        return folder
    # Loaded late: it draws in zipfile and tempfile, which a folder does not need.
    from importlib import resources

    return resources.files(package)


@cache
def resource(name: str) -> Traversable:
    """Return a data folder: inside the wheel, or at the root of the checkout."""
    inside = files("ocop") / name
    if inside.is_dir():
        return inside
    # An editable install does not see the folders that the wheel takes in.
    return Path(__file__).resolve().parents[2] / name
