"""Walk docs/tutorial.md as a newcomer does: a fresh environment, all blocks typed and timed.

Usage: python tools/walk_tutorial.py [--cold] [--pictures]

The source is copied into an empty folder; there one shell gets the page's ``sh`` and ``console``
blocks line by line, and the Python that they open gets the ``pycon`` blocks; blocks with a title
are saved under it. Exit code 1 where a command fails, where something else is printed than the
page says, or where a picture is missing; never for being slow. --cold lets pip use no cache.
--pictures keeps the pictures that were drawn as the page's images in docs/img.
"""

from __future__ import annotations

import doctest
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
IMAGES = ROOT / "docs" / "img"
BLOCK = re.compile(
    r'^## (?P<step>[^\n]+)$|^```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
MARK = "end of what was typed"
LIMIT = 1800  # seconds, after which a walk that hangs is ended
# Not part of the source, though they may lie beside it.
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "site", "dist", "build", "*.egg-info")


def typed(body: str, prompts: tuple[str, ...]) -> Iterator[tuple[list[str], str]]:
    """Yield what is typed at a prompt, line by line, with what the page says is printed then."""
    lines: list[str] = []
    answer: list[str] = []
    for line in body.splitlines():
        prompt = next((p for p in prompts if line == p.rstrip() or line.startswith(p)), None)
        # `...` alone ends an indented block that is being typed; further down it stands for output.
        if prompt is None or (prompt == "... " and (answer or not lines)):
            answer.append(line)
            continue
        if prompt != "... " and lines:
            yield lines, "\n".join(answer)
            lines, answer = [], []
        lines.append(line[len(prompt) :])
    if lines:
        yield lines, "\n".join(answer)


def pictures(text: str) -> dict[str, str]:
    """Return the files that the page's examples save, with the image that shows each of them."""
    saved = re.findall(r'\.savefig\("([\w.-]+)"\)', text)
    shown = re.findall(r"!\[[^\]]*\]\(img/([\w.-]+)\)", text)
    return dict(zip(saved, shown, strict=True))


class Session:
    """A shell in a folder, and the Python that is opened in it."""

    def __init__(self, folder: Path, *, cold: bool) -> None:
        """Open the shell; it knows nothing of the environment that this tool runs in."""
        own = ("PYTHON", "VIRTUAL_ENV", "COLUMNS")
        known = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        known["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), known["PATH"]])
        # A newcomer's first picture waits for matplotlib's list of fonts.
        known |= {"MPLCONFIGDIR": str(folder / "matplotlib"), "PYTHONIOENCODING": "utf-8"}
        if cold:
            known["PIP_NO_CACHE_DIR"] = "1"
        self.in_python = False
        self.shell = subprocess.Popen(
            ["sh"],
            cwd=folder,
            env=known,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        self.watch = threading.Timer(LIMIT, os.killpg, (self.shell.pid, signal.SIGKILL))
        self.watch.daemon = True
        self.watch.start()

    def type(self, lines: list[str]) -> str:
        """Type lines at the prompt that is open; return what is printed, at last the exit code."""
        assert self.shell.stdin is not None
        assert self.shell.stdout is not None
        if lines == ["python"]:
            # A pipe is no terminal: Python is told that somebody types, and to show no prompt. What
            # follows waits for the first prompt, since a shell may read ahead.
            self.in_python = True
            print("python -i -q -u", file=self.shell.stdin, flush=True)
            self.shell.stdout.read(len(">>> "))
            lines = ['import sys; sys.ps1 = sys.ps2 = ""; del sys']
        # In Python twice, since a block that is still open takes the first for a line of its own.
        marks = [f"print({m!r}, 0)" for m in ("-", MARK)] if self.in_python else [f"echo {MARK} $?"]
        self.shell.stdin.write("\n".join([*lines, *marks, ""]))
        self.shell.stdin.flush()
        printed = ""
        for line in self.shell.stdout:
            if line.startswith(MARK):
                return printed.removesuffix("- 0\n") + line.removeprefix(MARK)
            printed += line
        return printed + " ended"

    def close(self) -> None:
        """End Python and the shell."""
        self.watch.cancel()
        self.shell.communicate()


def same(expected: str, printed: str) -> bool:
    """Say whether output is what the page shows, as tests/test_docs.py compares it."""
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    texts = (re.sub("─+", "─", text.strip()) + "\n" for text in (expected, printed))
    return doctest.OutputChecker().check_output(*texts, flags)


def walk(folder: Path, *, cold: bool) -> tuple[dict[str, float], list[str]]:
    """Type the page in a folder; return the seconds of each step, and what went wrong."""
    seconds: dict[str, float] = {}
    home, step, session = folder / "ocop", "", Session(folder, cold=cold)
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        kind, body = block["kind"], block["body"]
        step = block["step"] or step
        if block["title"]:
            (home / block["title"]).write_text(body, encoding="utf-8")
        prompts = {"sh": ("",), "console": ("$ ",), "pycon": (">>> ", "... ")}.get(kind or "", ())
        for lines, expected in typed(body, prompts) if prompts else ():
            begin = time.perf_counter()
            *printed, code = session.type(lines).rsplit(" ", 1)
            # Commands of the shell are steps of their own; at the prompt a section is one.
            name = step if kind == "pycon" else lines[0]
            seconds[name] = seconds.get(name, 0) + time.perf_counter() - begin
            output = "".join(printed)
            if code.strip() != "0" or not (kind == "sh" or same(expected, output)):
                session.close()
                return seconds, [f"{step}: {lines[0]}", "printed:", output, "expected:", expected]
    session.close()
    names = pictures(PAGE.read_text(encoding="utf-8"))
    return seconds, [f"no picture {name}" for name in names if not is_picture(home / name)]


def is_picture(path: Path) -> bool:
    """Say whether a file is a PNG with more than its header in it."""
    content = path.read_bytes() if path.is_file() else b""
    return content.startswith(b"\x89PNG") and len(content) > 1000


def table(seconds: dict[str, float], environment: Path) -> str:
    """Return the measured steps as lines of Markdown, the total last, and what was measured."""
    lines, total = ["| step | seconds | since the start |", "|---|---:|---:|"], 0.0
    for step, needed in seconds.items():
        total += needed
        name = step if re.match(r"\d+\. ", step) else f"`{step}`"
        lines.append(f"| {name} | {needed:.1f} | {total:.1f} |")
    lines.append(f"| total | {total:.1f} | |")
    found = sorted(path.name.split("-")[:2] for path in environment.rglob("*.dist-info"))
    versions = [
        f"{n} {v.removesuffix('.dist')}" for n, v in found if n in ("matplotlib", "numpy", "pip")
    ]
    size = sum(path.stat().st_size for path in environment.rglob("*") if path.is_file())
    python = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    told = f"{python}; {', '.join(versions)}; {len(found)} packages, {size / 1e6:.0f} MB on disk"
    return "\n".join([*lines, "", told])


def main() -> int:
    """Walk, print the table, and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT, folder / "ocop", ignore=NOT_COPIED)
        seconds, problems = walk(folder, cold="--cold" in sys.argv[1:])
        if not problems and "--pictures" in sys.argv[1:]:
            for saved, shown in pictures(PAGE.read_text(encoding="utf-8")).items():
                shutil.copy(folder / "ocop" / saved, IMAGES / shown)
        print("\n".join(problems) or table(seconds, folder / "ocop" / ".venv"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
