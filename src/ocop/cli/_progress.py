"""How far a long run is: a bar on the standard error stream, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["scenario_bar"]


@contextmanager
def scenario_bar() -> Iterator[Callable[[int, int | None], None] | None]:
    """Yield what is told how many scenarios are done, and of how many; None off a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label="scenarios", file=sys.stderr) as bar:

        def show(done: int, total: int | None) -> None:
            bar.length = total or done
            bar.update(done - bar.pos)

        yield show
