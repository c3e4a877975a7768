"""What every target has to keep: a sound result or our own errors, and nothing else."""

from __future__ import annotations

import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import ocop

SECONDS = 5
"""Most seconds of computing that a call may take with an input of up to `MAX_INPUT` bytes."""

MEGABYTES = 512
"""Most memory that it may take above what the process had before."""

MAX_INPUT = 1 << 20

ERRORS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "errors.md"

# What a terminal or an editor does not show as it stands: controls, breaks, and signs that turn
# the direction of writing.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(rb"\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9]")


class BrokenContractError(Exception):
    """A target did what it must not; `what` is the rule, the message what happened."""

    def __init__(self, what: str, message: str, where: str = "") -> None:
        super().__init__(f"{what}: {message}")
        self.what, self.where = what, where


def lines_of(data: bytes) -> int:
    """Return how many lines a file has, by any reading of what a line is, and one more."""
    return len(_BREAKS.findall(data)) + 2


@dataclass(frozen=True)
class Target:
    """Something that reads bytes.

    `read` returns what its calls told, results and errors; `hold` asserts what is true of a
    result, and `key` gives what is equal in equal results.
    """

    name: str
    read: Callable[[bytes], list[Any]]
    seeds: Callable[[], Iterator[bytes]]
    mutate: Callable[[bytes, Any, list[bytes]], bytes]
    hold: Callable[[Any], None] = field(default=lambda _: None)
    key: Callable[[Any], Any] = field(default=lambda result: result)
    lines: Callable[[bytes], int] = field(default=lines_of)


class Clock:
    """Times calls; `arm` begins the time that one may take, and is set by what watches them."""

    def __init__(self) -> None:
        self.arm: Callable[[], object] = lambda: None
        self.slowest = 0.0

    def run(self, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Return what a call gives."""
        start = time.process_time()
        self.arm()
        try:
            return call(*args, **options)
        finally:
            self.slowest = max(self.slowest, time.process_time() - start)
            self.arm()


CLOCK = Clock()


def told(call: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return what a call gives, or our error that it raises; each has the whole of the time."""
    try:
        return CLOCK.run(call, *args, **options)
    except ocop.OcopError as error:
        return without_frames(error)


def without_frames(error: BaseException) -> BaseException:
    """Return an error that no longer holds what was read, such as a workbook, in its frames."""
    links: list[BaseException | None] = [error]
    while links:
        if (link := links.pop()) is not None and link.__traceback__ is not None:
            link.__traceback__ = None
            links += [link.__cause__, link.__context__]
    return error


def require(condition: object, what: str, message: str) -> None:
    """Say that a rule is broken, unless the condition holds."""
    if not condition:
        raise BrokenContractError(what, message)


@cache
def documented_codes() -> frozenset[str]:
    """Return every code that the page on errors names."""
    return frozenset(re.findall(r"`([a-z0-9-]+)`", ERRORS.read_text(encoding="utf-8")))


def check_problem(problem: ocop.Problem, lines: int) -> None:
    """Require that a problem says what it is, where, and in characters that can be shown."""
    shown = repr(problem)
    require(problem.code in documented_codes(), "problem", f"the code is on no page: {shown}")
    require(problem.message.strip(), "problem", f"the message is empty: {shown}")
    line, column = problem.line, problem.column
    require(line is None or 1 <= line <= lines, "problem", f"no such line: {shown}")
    require(column is None or column >= 1, "problem", f"no such column: {shown}")
    for text in (problem.message, problem.hint or "", str(problem)):
        require(not _UNSHOWN.search(text), "problem", f"a control character: {shown}")


def check_error(error: ocop.OcopError, lines: int) -> None:
    """Require that an error has problems, all of them sound, and can be printed."""
    if not isinstance(error, ocop.ProblemsError):
        raise BrokenContractError("problem", f"an error without problems: {error!r}")
    require(error.problems, "problem", f"no problem in {error!r}")
    for problem in error.problems:
        check_problem(problem, lines)
    text = str(error)
    try:
        text.encode()
    except UnicodeEncodeError as wrong:
        raise BrokenContractError("problem", f"cannot be printed: {text!r}") from wrong
    require(not _UNSHOWN.search(text.replace("\n", " ")), "problem", f"unshown: {text!r}")


def keys_of(target: Target, data: bytes) -> list[Any]:
    """Return what a target told, in the form in which it can be compared."""
    return [
        (type(each), each.problems, each.more)
        if isinstance(each, ocop.ProblemsError)
        else target.key(each)
        for each in target.read(data)
    ]


def examine(target: Target, data: bytes, *, twice: bool = True) -> list[Any]:
    """Run a target on some bytes and require everything that is promised; return what was told.

    Raises
    ------
    BrokenContractError
        Where anything else comes out; MemoryError is left as it is.
    """
    before, unraised = sys.unraisablehook, list[Any]()
    sys.unraisablehook = unraised.append
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = _examine(target, data, twice=twice)
    except (MemoryError, KeyboardInterrupt, BrokenContractError):
        raise
    except BaseException as error:
        # Panics of compiled libraries are no Exceptions.
        name = f"{type(error).__module__}.{type(error).__name__}"
        where = place_of(error)
        message = f"{name} at {where}: {str(error)[:300]}"
        raise BrokenContractError("exception", message, f"{name} {where}") from error
    finally:
        sys.unraisablehook = before
    for each in unraised:
        raise BrokenContractError("warning", repr(each.exc_value))
    return found


def _examine(target: Target, data: bytes, *, twice: bool) -> list[Any]:
    found = target.read(data)
    lines = target.lines(data)
    for each in found:
        if isinstance(each, ocop.OcopError):
            check_error(each, lines)
            continue
        try:
            CLOCK.arm()
            target.hold(each)
        except ocop.OcopError as error:
            message = f"what was accepted is refused later: {str(error)[:300]}"
            raise BrokenContractError("round-trip", message, place_of(error)) from error
    if twice:
        same = keys_of(target, data) == keys_of(target, data)
        require(same, "same", "the same bytes gave another answer")
    return found


def place_of(error: BaseException) -> str:
    """Return the innermost place of our code that an exception came through."""
    place, step = "elsewhere", error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if f"{Path('src') / 'ocop'}" in code.co_filename or "site-packages/ocop/" in (
            code.co_filename
        ):
            place = f"{Path(code.co_filename).name}:{code.co_name}"
        step = step.tb_next
    return place
