"""Look at the built site in Chromium: pictures at two widths in light and dark, and widths.

``python tools/look_at_docs.py SITE OUT [PAGE ...]`` writes ``OUT/PAGE-desktop-light.png`` and so
on, and exits with 1 where a page is wider than its window: tables must scroll inside themselves.
For developers who have Chromium on the path; nothing else needs it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PAGES = (
    "",
    "tutorial/",
    "law/qd-26-2026/11-tea/",
    "reference/api/",
    "reference/cli/",
    "vi/",
)
WIDTHS = {"desktop": 1280, "phone": 390}
SCHEMES = {"light": 1, "dark": 0}
HEIGHT = 1600

# Chromium's own window is never narrower than 500 pixels, so the page is shown in a frame.
FRAME = """<!doctype html><style>body {{ margin: 0 }} iframe {{ border: 0 }}</style>
<iframe src="/{page}" width="{width}" height="{height}" onload="setTimeout(measure, 500)"></iframe>
<script>
function measure() {{
  const inside = document.querySelector("iframe").contentDocument;
  const wide = [...inside.querySelectorAll(".md-content *")].filter(
    (e) => e.getBoundingClientRect().right > {width} + 1 && !scrolls(e));
  document.documentElement.dataset.found = JSON.stringify({{
    width: inside.documentElement.scrollWidth,
    wide: wide.slice(0, 5).map((e) => e.tagName + ": " + e.textContent.trim().slice(0, 60)),
  }});
}}
function scrolls(e) {{
  for (; !e.matches(".md-content"); e = e.parentElement)
    if (["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX)) return true;
  return false;
}}
</script>"""


class Handler(SimpleHTTPRequestHandler):
    """Serves the site, and beside it a frame of a given width around each page."""

    def do_GET(self) -> None:
        """Answer with a file, or with a frame for addresses such as ``/frame/390/tutorial/``."""
        match = re.fullmatch(r"/frame/(\d+)/(.*)", self.path)
        if match is None:
            super().do_GET()
            return
        text = FRAME.format(page=match[2], width=match[1], height=HEIGHT).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text)

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file; Chromium goes away when it has seen enough."""
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def chromium(address: str, width: int, scheme: int, *arguments: str) -> str:
    """Run Chromium once on an address; return what it prints."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("chromium is not on the path")
    with TemporaryDirectory() as profile:
        command = [program, "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]
        command += [f"--user-data-dir={profile}", "--virtual-time-budget=5000"]
        command += [f"--window-size={width},{HEIGHT}"]
        command += [f"--blink-settings=preferredColorScheme={scheme}", *arguments, address]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    return done.stdout


def measure(dom: str) -> dict[str, Any]:
    """Return what the frame's script found."""
    match = re.search(r'data-found="([^"]*)"', dom)
    if match is None:
        return {"width": 0, "wide": ["the page was not measured"]}
    found: dict[str, Any] = json.loads(match[1].replace("&quot;", '"').replace("&amp;", "&"))
    return found


def main(arguments: list[str]) -> int:
    """Take every picture; the exit code is 1 where a page is too wide."""
    site, out, *pages = arguments
    Path(out).mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wrong = 0
    for page in pages or PAGES:
        name = page.strip("/").replace("/", "-") or "home"
        for window, width in WIDTHS.items():
            address = f"http://127.0.0.1:{server.server_port}/frame/{width}/{page}"
            for scheme, number in SCHEMES.items():
                picture = Path(out, f"{name}-{window}-{scheme}.png").resolve()
                chromium(address, width, number, f"--screenshot={picture}")
            found = measure(chromium(address, width, SCHEMES["light"], "--dump-dom"))
            bad = found["width"] != width or found["wide"]
            wrong += bool(bad)
            print(f"{name} at {width}: {found if bad else 'fits'}")
    server.shutdown()
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
