"""What became of mutants: kept between runs, compared with the explained, told in a figure."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen
from mutations import Mutant
from trial import Verdict

__all__ = ["Area", "Results", "explained", "figure", "words"]

KINDS = {
    "equivalent": "no input can tell the mutant from the sound code",
    "speed": "only speed or memory differ",
    "wording": "a text for people reads worse, but does not mislead",
    "guard": "a second check behind another one, which catches the same",
    "elsewhere": "a test holds it that the session cannot try, in a process of its own",
    "unreachable": "only other versions of Python or of a library get there",
}


class Results:
    """The verdicts, in a file that grows by a line for each; a run that is stopped can go on.

    A kill holds while the module and the file of the test that killed stay as they were; that a
    mutant survived, or was timed out, holds while module and tests do.
    """

    def __init__(self, file: Path, root: Path, state: str) -> None:
        self._file, self._root, self._state = file, root, state
        self._digests: dict[str, str] = {}
        self._known: dict[str, dict[str, str]] = {}
        self.load()

    def load(self) -> None:
        """Read what was written since."""
        if self._file.exists():
            for line in self._file.read_text("utf-8").splitlines():
                row = json.loads(line)
                self._known[row["key"]] = row

    def keep(self, mutant: Mutant, verdict: Verdict) -> None:
        """Write one verdict."""
        by = verdict.by.split("::")[0]
        row = {
            "key": mutant.key,
            "module": mutant.module,
            "outcome": verdict.outcome,
            "by": verdict.by,
            "source": self._digest(str(mutant.path)),
            "tests": self._state if verdict.outcome != "killed" else self._digest(by),
        }
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")

    def of(self, mutant: Mutant) -> Verdict | None:
        """Return the verdict that still holds, None where there is none."""
        row = self._known.get(mutant.key)
        if row is None or row["source"] != self._digest(str(mutant.path)):
            return None
        by = row["by"].split("::")[0]
        if row["tests"] != (self._state if row["outcome"] != "killed" else self._digest(by)):
            return None
        return Verdict(outcome=row["outcome"], by=row["by"])

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            file = self._root / name.removesuffix(" (when collected)")
            raw = file.read_bytes() if file.is_file() else b""
            self._digests[name] = hashlib.sha256(raw).hexdigest()
        return self._digests[name]


@frozen(kw_only=True)
class Area:
    """One part of the package, with the mutants that were chosen of it."""

    name: str
    of: int
    """How many mutants there are."""
    chosen: Sequence[Mutant]
    verdicts: Mapping[str, Verdict]
    explained: Mapping[str, str] = field(factory=dict)
    wanted: float = 0.0

    def with_outcome(self, outcome: str) -> list[Mutant]:
        """Return the mutants that ended so."""
        return [m for m in self.chosen if self.verdicts[m.key].outcome == outcome]

    @property
    def unexplained(self) -> list[Mutant]:
        """The survivors that no line of the list explains."""
        return [m for m in self.with_outcome("survived") if m.key not in self.explained]

    @property
    def killed(self) -> int:
        """Killed by a test that fails, or by one that takes too long."""
        return len(self.with_outcome("killed")) + len(self.with_outcome("timed out"))

    @property
    def share(self) -> float:
        """Killed ones of those tried."""
        return self.killed / len(self.chosen)

    @property
    def fine(self) -> bool:
        """Say whether all were tried, enough are killed, and the rest is explained."""
        return (
            self.share >= self.wanted and not self.unexplained and not self.with_outcome("broken")
        )

    @property
    def at_least(self) -> float:
        """The lower bound of the share in all mutants, 95 % confidence (Clopper and Pearson)."""
        from scipy.stats import binomtest  # late: numpy must not start before its threads are set

        test = binomtest(self.killed, len(self.chosen), alternative="greater")
        return float(test.proportion_ci(0.95, "exact").low)


def explained(file: Path) -> dict[str, str]:
    """Read the list of survivors: why each may stay, by key."""
    if not file.exists():
        return {}
    found: dict[str, str] = {}
    for entry in tomllib.loads(file.read_text("utf-8")).get("survivor", []):
        if entry["kind"] not in KINDS or not entry["why"].strip():
            raise SystemExit(f"{file.name}: {entry['kind']!r} is no kind, or says not why: {entry}")
        for line in entry["mutants"]:
            key = line.split()[0]
            if key in found:
                raise SystemExit(f"{file.name}: {key} stands twice")
            found[key] = entry["why"]
    return found


def words(area: Area) -> str:
    """Say in words what became of an area."""
    tried, late = len(area.chosen), len(area.with_outcome("timed out"))
    said = f"{area.name} {tried:,} of {area.of:,} tried, {area.killed:,} killed ("
    if late:
        said += f"{late} of them by time-out; "
    said += f"{_percent(area.share)} %"
    if tried < area.of:
        said += f", at least {_percent(area.at_least)} % with 95 % confidence"
    survived, bare = len(area.with_outcome("survived")), len(area.unexplained)
    said += f"), {survived:,} survivors"
    if survived:
        said += f", {bare:,} not explained" if bare else " all explained"
    broken = len(area.with_outcome("broken"))
    return said + (f", {broken:,} NOT TRIED for a fault of the harness" if broken else "")


def figure(areas: Iterable[Area]) -> str:
    """Return the last line of a run."""
    return "mutants: " + ("; ".join(map(words, areas)) or "none tried")


def _percent(share: float) -> str:
    # Cut, not rounded: 89.96 is not 90.
    return f"{int(share * 1000) / 10:.1f}"


def entry(mutants: Sequence[Mutant], verdict: Callable[[Mutant], Verdict | None]) -> str:
    """Return a line of the list of survivors for each mutant, ready to be explained."""
    rows = []
    for mutant in mutants:
        found = verdict(mutant)
        rows.append(f"# {mutant.module} {mutant.lines.start}: {found.by if found else ''}")
        rows.append(f"  {json.dumps(line(mutant), ensure_ascii=False)},")
    return "\n".join(rows)


def line(mutant: Mutant) -> str:
    """Return key, function and change of a mutant in one line."""
    place = f"{mutant.module}:{mutant.function}" if mutant.function else mutant.module
    return f"{mutant.key} {place}: {mutant.was} -> {mutant.becomes}"
