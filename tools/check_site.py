"""Check a built site: every link, anchor and picture leads somewhere, and nothing is remote.

``python tools/check_site.py site`` prints each problem as ``PAGE: what`` and exits with 1 where
there is any. Scripts, styles, fonts and pictures must come from the site itself, so that it works
offline.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Attributes that make a browser load something, by tag.
LOADS = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
# Links of a head that say something of the page, but load nothing.
SAYS = {"canonical", "next", "prev", "alternate", "author", "license"}
STYLES = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
IN_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)")


class Page(HTMLParser):
    """The ids of a page, where it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loads = set(IN_STYLE.findall(" ".join(STYLES.findall(text))))
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one tag."""
        found = {name: value or "" for name, value in attrs}
        self.ids.update(found[name] for name in ("id", "name") if name in found)
        self.loads.update(IN_STYLE.findall(found.get("style", "")))
        if tag in ("a", "area") and "href" in found:
            self.links.add(found["href"])
        elif tag == "link" and not SAYS & set(found.get("rel", "").split()):
            self.loads.add(found.get("href", ""))
        for name in LOADS.get(tag, ()):
            if name in found:
                parts = found[name].split(",") if name == "srcset" else [found[name]]
                self.loads.update(part.split()[0] for part in parts if part.strip())


def problems(site: Path) -> Iterator[str]:
    """Yield what is wrong in the pages and styles below a folder."""
    pages = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield f"{site}: no pages"
    for path, page in pages.items():
        # Other addresses show this page, so its own start at the root of the site.
        base = site if path.name == "404.html" else path.parent
        where = path.relative_to(site).as_posix()
        for address in sorted(page.loads):
            yield from (f"{where}: {what}" for what in _load(address, base, site))
        for address in sorted(page.links):
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            file = _file(address, base, site, path)
            anchor = unquote(urlsplit(address).fragment)
            if not file.is_file():
                yield f"{where}: the link {address} leads nowhere"
            elif anchor and file in pages and anchor not in pages[file].ids:
                yield f"{where}: the link {address} leads to no place of its page"
    for path in sorted(site.rglob("*.css")):
        for address in sorted(set(IN_STYLE.findall(path.read_text("utf-8")))):
            where = path.relative_to(site).as_posix()
            yield from (f"{where}: {what}" for what in _load(address, path.parent, site))


def _load(address: str, base: Path, site: Path) -> Iterator[str]:
    """Yield what is wrong with something that a page loads."""
    scheme = urlsplit(address).scheme
    if scheme == "data" or address.startswith("#"):
        return
    if scheme or address.startswith("//"):
        yield f"{address} is loaded from elsewhere"
    elif not _file(address, base, site, base).is_file():
        yield f"{address} is loaded, but not there"


def _file(address: str, base: Path, site: Path, page: Path) -> Path:
    """Return the file that a server gives for an address of the site."""
    name = unquote(urlsplit(address).path)
    if not name:
        return page
    file = (site / name.lstrip("/") if name.startswith("/") else base / name).resolve()
    return file / "index.html" if file.is_dir() else file


def main(arguments: list[str]) -> int:
    """Check one site; the exit code is 1 where something is wrong."""
    site = Path(arguments[0] if arguments else "site").resolve()
    found = list(problems(site))
    print("\n".join(found) or f"{site.name}: no problems", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
