"""Notebooks: kept without outputs, each with a page that shows what stands in it."""

from __future__ import annotations

import importlib.util
import json
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
