"""Make the pages of the documentation from notebooks that were run, and take the outputs out again.

``nox -s notebooks`` runs every notebook in ``notebooks`` in place and then this tool, which writes
``docs/notebooks/NAME.md`` with the figures beside it and leaves the notebook without outputs.
``--check`` writes no page and fails where one would differ; figures are not compared, since another
version of a plotting library draws them with other bytes.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
PAGES = ROOT / "docs" / "notebooks"

SOURCE = "\n\n*This page is the notebook `notebooks/{}` of the source, run.*\n"

Notebook = dict[str, Any]


def note(path: Path, cells: list[Notebook]) -> str:
    """Return the first line of a page: which notebook it shows, and a digest of its inputs."""
    inputs = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    digest = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()
    return f"<!-- notebooks/{path.name}, {digest}; nox -s notebooks makes this page -->\n\n"


def without_outputs(notebook: Notebook) -> str:
    """Return the text of a notebook file as it is kept: inputs alone, no trace of who ran it."""
    cells = [
        {key: cell[key] for key in ("cell_type", "id")}
        | {"metadata": {}, "source": "".join(cell["source"]).splitlines(keepends=True)}
        | ({"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {})
        for cell in notebook["cells"]
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    kept = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def was_run(cell: Notebook) -> bool:
    """Say whether a cell was run without an error; text needs no running."""
    if cell["cell_type"] != "code":
        return True
    errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
    return cell["execution_count"] is not None and not errors


def make(path: Path, *, check: bool) -> list[str]:
    """Write the page of one notebook, or say how the page that stands there differs."""
    import nbformat
    from nbconvert import MarkdownExporter
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    notebook = nbformat.read(path, as_version=4)
    path.write_text(without_outputs(notebook), encoding="utf-8")
    if not all(map(was_run, notebook.cells)):
        return [f"{path.name}: not every cell was run to its end; nox -s notebooks runs them"]
    files = f"{path.stem}_files"
    exporter = MarkdownExporter()
    # What a cell prints comes in as many pieces as the moment makes of it.
    exporter.register_preprocessor(CoalesceStreamsPreprocessor, enabled=True)
    text, extra = exporter.from_notebook_node(
        notebook, resources={"unique_key": path.stem, "output_files_dir": files}
    )
    page = PAGES / f"{path.stem}.md"
    whole = note(path, notebook.cells) + text.strip() + SOURCE.format(path.name)
    if check:
        same = page.is_file() and page.read_text(encoding="utf-8") == whole
        return [] if same else [f"docs/notebooks/{page.name} is old; nox -s notebooks makes it"]
    for old in (PAGES / files).glob("*"):
        old.unlink()
    page.write_text(whole, encoding="utf-8")
    for name, content in extra["outputs"].items():
        figure = PAGES / name
        figure.parent.mkdir(exist_ok=True)
        figure.write_bytes(content)
    return []


def main() -> int:
    """Make or check every page; the exit code is 1 where one is old or a notebook was not run."""
    check = "--check" in sys.argv[1:]
    problems = [p for path in sorted(NOTEBOOKS.glob("*.ipynb")) for p in make(path, check=check)]
    print("\n".join(problems) or "every notebook has its page", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
