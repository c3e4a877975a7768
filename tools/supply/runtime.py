"""What an installed wheel brings along: which packages, and for which extra."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Installed = Mapping[str, Distribution]


def installed(folder: Path) -> dict[str, Distribution]:
    """Return the packages below a folder of packages, by their normal names."""
    return {canonicalize_name(d.metadata["Name"]): d for d in distributions(path=[str(folder)])}


def asked(packages: Installed, root: str, extras: Iterable[str]) -> dict[str, set[str]]:
    """Return what ``root`` with its extras brings along, each with the extras asked of it."""
    found: dict[str, set[str]] = {}
    ahead = [(root, set(extras))]
    while ahead:
        name, more = ahead.pop()
        if name in found and more <= found[name]:
            continue
        found.setdefault(name, set()).update(more)
        for requirement in needs(packages, name, found[name]):
            ahead.append((canonicalize_name(requirement.name), requirement.extras))
    return found


def needs(packages: Installed, name: str, extras: Iterable[str]) -> list[Requirement]:
    """Return what a package with some of its extras asks for, as the markers say of this Python."""
    listed = packages[name].requires if name in packages else None
    requirements = [Requirement(text) for text in listed or ()]
    cases = [{"extra": extra} for extra in ("", *extras)]
    return [r for r in requirements if r.marker is None or any(map(r.marker.evaluate, cases))]


def extras_of(packages: Installed, root: str, extras: Sequence[str]) -> dict[str, list[str]]:
    """Return for each package that comes along the extras that bring it; none: always."""
    always = asked(packages, root, ())
    by_extra = {extra: asked(packages, root, [extra]) for extra in extras}
    return {
        name: [extra for extra in extras if name in by_extra[extra] and name not in always]
        for name in sorted(asked(packages, root, extras).keys() - {root})
    }


def unmet(packages: Installed, root: str, extras: Sequence[str]) -> list[str]:
    """Return which requirements are not met, and which packages nobody asks for."""
    wanted = asked(packages, root, extras)
    problems = [f"nothing asks for {name}" for name in sorted(packages.keys() - wanted.keys())]
    for name, more in sorted(wanted.items()):
        for requirement in needs(packages, name, more):
            needed = packages.get(canonicalize_name(requirement.name))
            there = needed.version if needed else "nothing"
            if needed is None or not requirement.specifier.contains(there, prereleases=True):
                problems.append(f"{name} asks for {requirement}, there is {there}")
    return problems
