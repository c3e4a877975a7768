"""Notebooks: kept without outputs, each with a page that shows what stands in it."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = ROOT / "docs" / "notebooks"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Return the module that makes the pages."""
    spec = importlib.util.spec_from_file_location("pages", ROOT / "tools/make_notebook_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path, tool: ModuleType) -> None:
    """Who ran it last leaves no trace: the file is what the tool writes."""
    assert path.read_text("utf-8") == tool.without_outputs(read(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_page_of_a_notebook_is_current(path: Path, tool: ModuleType) -> None:
    """The page names the digest of the notebook's cells, and shows each of them in order."""
    page = (PAGES / f"{path.stem}.md").read_text("utf-8")
    cells = read(path)["cells"]
    assert page.startswith(tool.note(path, cells)), "nox -s notebooks makes the page again"
    place = 0
    for cell in cells:
        place = page.index("".join(cell["source"]), place)


def test_every_page_has_its_notebook_and_its_place() -> None:
    """No page stays behind when a notebook goes; figures lie beside their page."""
    names = {path.stem for path in NOTEBOOKS}
    assert names
    assert {path.name.removesuffix("_files") for path in PAGES.iterdir() if path.is_dir()} <= names
    assert {path.stem for path in PAGES.glob("*.md")} == names
    nav = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert [name for name in sorted(names) if f": notebooks/{name}.md\n" not in nav] == []


def test_a_changed_cell_changes_the_digest(tool: ModuleType) -> None:
    """Source and kind of every cell count, and where one ends and the next begins."""
    path = Path("a.ipynb")
    cells = [{"cell_type": "code", "source": ["x = 1\n", "x"]}]
    others = (
        [{"cell_type": "code", "source": ["x = 2\n", "x"]}],
        [{"cell_type": "markdown", "source": ["x = 1\n", "x"]}],
        [{"cell_type": "code", "source": [line]} for line in ("x = 1\n", "x")],
    )
    whole = [{"cell_type": "code", "source": "x = 1\nx"}]
    assert tool.note(path, whole) == tool.note(path, cells)
    assert tool.note(path, cells) not in {tool.note(path, other) for other in others}


@pytest.mark.parametrize(
    ("count", "outputs", "run"),
    [
        (1, [], True),
        (1, [{"output_type": "stream"}], True),
        (None, [], False),
        (1, [{"output_type": "error"}], False),
    ],
)
def test_only_a_notebook_that_ran_to_its_end_becomes_a_page(
    tool: ModuleType, count: int | None, outputs: list[dict[str, str]], *, run: bool
) -> None:
    """A cell without a number was not run, one with an error did not end well."""
    cell = {"cell_type": "code", "execution_count": count, "outputs": outputs, "source": "x"}
    assert tool.was_run(cell) is run
    assert tool.was_run({"cell_type": "markdown", "source": "x"})


CORE_ALONE = """
import json, sys
for name in ("matplotlib", "scipy", "pandas", "pyarrow", "click", "rich", "numba"):
    sys.modules[name] = None
for cell in json.load(open("embed.ipynb", encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]))
"""


def test_embedding_needs_no_extra() -> None:
    """The notebook that promises it runs with the library alone."""
    run = [sys.executable, "-c", CORE_ALONE]
    done = subprocess.run(run, cwd=ROOT / "notebooks", capture_output=True, text=True, check=False)
    assert done.stderr == ""


def printed(name: str, pattern: str) -> list[tuple[int, ...]]:
    """Return the whole numbers of each match of a pattern on the page of a notebook."""
    page = (PAGES / f"{name}.md").read_text("utf-8")
    return [tuple(map(int, match.groups())) for match in re.finditer(pattern, page)]


def test_what_the_reform_page_says_is_what_it_counted() -> None:
    """Losses are about the same in every run, gains hang on how well producers are prepared."""
    runs = printed("study-a-reform", r"prepared (\d+)%, seed \d: +(\d+) up, +(\d+) down")
    assert [share for share, _, _ in runs] == [97] * 3 + [70] * 3
    gained, more = [up for _, up, _ in runs[:3]], [up for _, up, _ in runs[3:]]
    lost = [down for _, _, down in runs]
    assert min(more) > 2 * max(gained)
    assert max(lost) < 1.3 * min(lost)
    name = "study-a-reform"
    assert printed(name, r"(?m)^    down  points +(\d+)  alone +(\d+)") == [(68, 68)]
    assert len(printed(name, r"up    floor:(?:5.1|2.2|3.5) +(\d+)  alone +(\d+)")) == 3
    assert printed(name, r"\['0', '(\d)', '(\d)★★★', '(\d)'\]") == [
        (1, 2, 3),
        (1, 1, 2),
    ]


def test_what_the_star_page_says_is_what_it_counted() -> None:
    """The total is safe, the minimums are not; the council is stricter than most of its members."""
    name = "how-sure-is-this-star"
    assert printed(name, r"Points to spare: (\d+) by the total, (\d+) by") == [(12, 0)]
    ((alone, of),) = printed(name, r"(\d+) of (\d+) criteria drop it alone")
    assert 10 < alone < of
    ((sheet, council),) = printed(name, r"Star on the sheet: (\d); star of the council: (\d)")
    (own,) = printed(name, r"by itself: \{" + ", ".join([r"'\w+': (\d)"] * 5))
    assert (sheet, council) == (4, 2)
    assert sum(star > council for star in own) > len(own) / 2
    kept = [share for (share,) in printed(name, r"four stars or more (\d+)%")]
    assert kept == sorted(kept, reverse=True)
