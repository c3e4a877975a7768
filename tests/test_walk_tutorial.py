"""The walk through the tutorial sees what fails, and the tutorial's pictures are current."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread
from numpy.typing import NDArray

Walk = Callable[[str], tuple[dict[str, float], list[str]]]
ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the walk types at a POSIX shell")

START = "## 1. Install\n```sh\ncd ocop\n```\n```console\n$ echo a b; echo c\na b\n...\n```\n"
OPEN = '```sh\npython\n```\n```csv title="x.csv"\nChè\n```\n'
LOOP = ">>> for line in open('x.csv', encoding='utf-8'):\n...     print(line)\n...\nChè\n"
FIRST = f"{START}{OPEN}## 2. Read\n```pycon\n{LOOP}\n>>> 1 + 1\n2\n```\n"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Return the module that walks."""
    spec = importlib.util.spec_from_file_location("walk", ROOT / "tools/walk_tutorial.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def walked(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Return a function that walks a page given as text."""

    def walk(text: str) -> tuple[dict[str, float], list[str]]:
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")
        monkeypatch.setattr(tool, "PAGE", page)
        (tmp_path / "ocop").mkdir()
        found: tuple[dict[str, float], list[str]] = tool.walk(tmp_path, cold=False)
        return found

    return walk


def test_a_page_that_holds_is_walked_to_its_end(walked: Walk) -> None:
    """Each command of the shell and each section of Python has its time; nothing is wrong."""
    seconds, problems = walked(FIRST)
    assert problems == []
    assert list(seconds) == ["cd ocop", "echo a b; echo c", "python", "2. Read"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("cd ocop", "cd nowhere", "1. Install: cd nowhere"),
        ("a b\n...", "a c\n...", "1. Install: echo a b; echo c"),
        ("\n2\n", "\n3\n", "2. Read: 1 + 1"),
        ("1 + 1", "1 / 0", "2. Read: 1 / 0"),
        ("\n...\nChè", "\nChè", "2. Read: for line in open('x.csv', encoding='utf-8'):"),
        ("## 2. Read", 'x.savefig("a.png")\n![A](img/b.png)\n## 2. Read', "no picture a.png"),
        ("python\n", "exit 3\n", "1. Install: exit 3"),
    ],
    ids=["command", "output", "answer", "exception", "open-block", "picture", "shell-ends"],
)
def test_what_fails_is_told(walked: Walk, old: str, new: str, told: str) -> None:
    """A step that fails ends the walk and is named, with what was printed."""
    assert FIRST.count(old) == 1
    assert walked(FIRST.replace(old, new))[1][0] == told


def ink(path: Path) -> NDArray[np.float64]:
    """Return the share of ink in each of 12 x 12 fields of a picture."""
    pixels = imread(path)[..., :3]
    dark = (np.abs(pixels - pixels[0, 0]).max(axis=2) > 0.1).astype(np.float64)
    rows = np.array_split(dark, 12)
    return np.array([[field.mean() for field in np.array_split(row, 12, axis=1)] for row in rows])


def differ(kept: Path, drawn: Path) -> bool:
    """Say whether two pictures differ in size or show something else.

    Fonts and lines of other versions of matplotlib move ink by a pixel or two, which a field of a
    twelfth hardly sees.
    """
    sizes = [np.array(imread(path).shape[:2]) for path in (kept, drawn)]
    if np.abs(sizes[0] - sizes[1]).max() > 0.05 * sizes[0].max():
        return True
    apart = np.abs(ink(kept) - ink(drawn))
    return bool(apart.mean() > 0.01 or apart.max() > 0.15)


@pytest.fixture(scope="module")
def drawn(tool: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run the examples of the tutorial; return what they saved, by the image that shows it."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "examples").symlink_to(ROOT / "examples")
    text = tool.PAGE.read_text("utf-8")
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in tool.BLOCK.finditer(text):
            if block["title"]:
                Path(block["title"]).write_text(block["body"], encoding="utf-8")
            if block["kind"] == "pycon":
                for lines, _ in tool.typed(block["body"], (">>> ", "... ")):
                    exec("\n".join(lines), names)
    return {shown: folder / saved for saved, shown in tool.pictures(text).items()}


@pytest.mark.skipif(
    matplotlib.__version_info__ < (3, 11), reason="matplotlib sets text otherwise from 3.11 on"
)
def test_the_pictures_of_the_tutorial_are_current(drawn: dict[str, Path]) -> None:
    """The page shows what its examples draw; nox -s newcomer -- --pictures keeps them anew."""
    images = ROOT / "docs" / "img"
    assert sorted(drawn) == sorted(path.name for path in images.glob("tutorial-*.png"))
    assert [name for name, path in drawn.items() if differ(images / name, path)] == []


def test_another_picture_is_seen(drawn: dict[str, Path], tmp_path: Path) -> None:
    """Other shares, an empty picture and another size are not taken for the same."""
    import ocop
    from ocop import plot

    kept = drawn["tutorial-star-shares.png"]
    law = "qd-26-2026"
    keep = ["name", "commune"]
    sheets = ocop.read_sheets(ROOT / "examples/province-made-up.csv", law, keep=keep)
    scores = [ocop.score(batch) for batch in sheets]
    for count, other in enumerate([scores[:-3], scores]):
        path = tmp_path / f"{count}.png"
        plot.star_shares(other, by="sector").get_figure(root=True).savefig(path)
        assert differ(kept, path) == (count == 0)
    assert differ(kept, drawn["tutorial-waterfall.png"])
