"""Where the data that travels with the package lies."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


@cache
def resource(name: str) -> Traversable:
    """Return a data folder: inside the wheel, or at the root of the checkout."""
    inside = files("ocop") / name
    if inside.is_dir():
        return inside
    # An editable install does not see the folders that the wheel takes in.
    return Path(__file__).resolve().parents[2] / name
