"""The check of the built documentation tells of each kind of flaw, and of nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_site", ROOT / "tools/check_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = tool()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site of two pages without flaws."""
    (tmp_path / "more").mkdir()
    (tmp_path / "style.css").write_text("a { background: url(data:image/png;base64,AA==) }")
    (tmp_path / "dot.svg").write_text("<svg/>")
    (tmp_path / "index.html").write_text(
        '<link rel="stylesheet" href="style.css"><link rel="canonical" href="https://example.org/">'
        '<h1 id="cài-đặt">Home</h1><img src="dot.svg"><a href="more/#top">more</a>'
        '<a href="#c%C3%A0i-%C4%91%E1%BA%B7t">here</a><a href="https://example.org">away</a>'
    )
    (tmp_path / "more" / "index.html").write_text('<h1 id="top">More</h1><a href="..">home</a>')
    (tmp_path / "404.html").write_text('<img src="/dot.svg"><a href="/more/">more</a>')
    return tmp_path


def test_a_sound_site_has_no_problems(site: Path) -> None:
    """Links to pages, to anchors, to other sites and into data are all fine."""
    assert list(CHECK.problems(site)) == []
    assert CHECK.main([str(site)]) == 0


@pytest.mark.parametrize(
    ("flaw", "told"),
    [
        ('<a href="gone/">x</a>', "the link gone/ leads nowhere"),
        ('<a href="/gone">x</a>', "the link /gone leads nowhere"),
        ('<a href="../#gone">x</a>', "the link ../#gone leads to no place of its page"),
        ('<a href="#gone">x</a>', "the link #gone leads to no place of its page"),
        ('<img src="gone.png">', "gone.png is loaded, but not there"),
        ('<img srcset="../dot.svg 1x, gone.png 2x">', "gone.png is loaded, but not there"),
        ('<script src="https://example.org/a.js"></script>', "https://example.org/a.js is loaded"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "//example.org/a.css is loaded"),
        ('<style>@import "https://example.org/a.css";</style>', "https://example.org/a.css is"),
        ('<p style="background: url(https://example.org/a.png)">', "https://example.org/a.png is"),
    ],
)
def test_a_flaw_is_told(site: Path, flaw: str, told: str) -> None:
    """The problem names the page, the address and what is wrong."""
    page = site / "more" / "index.html"
    page.write_text(page.read_text() + flaw)
    (problem,) = CHECK.problems(site)
    assert problem.startswith(f"more/index.html: {told}")
    assert CHECK.main([str(site)]) == 1


def test_styles_are_checked_too(site: Path) -> None:
    """A font from elsewhere hides in a style sheet."""
    (site / "style.css").write_text("@font-face { src: url('https://example.org/a.woff2') }")
    (problem,) = CHECK.problems(site)
    assert problem == "style.css: https://example.org/a.woff2 is loaded from elsewhere"


def test_a_folder_without_pages_is_no_site(tmp_path: Path) -> None:
    """A check that looked at nothing must not pass."""
    assert CHECK.main([str(tmp_path)]) == 1
