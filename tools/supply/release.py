"""Whether the files agree on the version, and whether a commit is one that can be released."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import yaml
from contents import Tree, version_of


def version_problems(tree: Tree, *, released: bool = False) -> list[str]:
    """Return where changelog and citation tell another version, or no day of a released one."""
    version = version_of(tree)
    problems = []
    headings = re.findall(r"^## (\S+) \((.+)\)$", tree["CHANGELOG.md"].decode(), re.MULTILINE)
    listed, when = headings[0] if headings else ("nothing", "")
    if listed != version:
        problems.append(f"CHANGELOG.md begins with {listed}, the version is {version}")
    citation = yaml.safe_load(tree["CITATION.cff"])
    if str(citation["version"]) != version:
        problems.append(f"CITATION.cff has {citation['version']}, the version is {version}")
    if when != "unreleased" and not _is_day(when):
        problems.append(f"CHANGELOG.md says ({when}), allowed are (unreleased) and a day")
    if released and not _is_day(when):
        problems.append(f"CHANGELOG.md says {version} ({when}), a release needs its day")
    elif released and str(citation["date-released"]) != when:
        problems.append(f"CITATION.cff says {citation['date-released']}, CHANGELOG.md {when}")
    return problems


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def commit_problems(root: Path, version: str) -> list[str]:
    """Return why what lies in a checkout is not the tagged commit."""
    problems = []
    if changed := git(root, "status", "--porcelain"):
        problems.append(f"the checkout differs from its commit:\n{changed}")
    tags = git(root, "tag", "--points-at", "HEAD").split()
    if f"v{version}" not in tags:
        problems.append(f"the commit has the tags {tags}, a release of {version} needs v{version}")
    return problems


def git(root: Path, *words: str) -> str:
    """Return what git says of a checkout."""
    command = ["git", "-C", str(root), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
