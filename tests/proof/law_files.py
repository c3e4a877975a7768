"""The law as the SQL scorer knows it: plain dicts, straight from the YAML files.

The loader of `ocop.law` and its objects have no part in this, so that a mistake of theirs shows as
a difference. A criteria set is a dict of its decision, number, group, parts (code to the codes of
its criteria), criteria (code to what the criteria file says), thresholds by star, needs, knock-outs
(the codes of the sections' criteria), findings and cases by kind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2] / "criteria_sets"
Law = dict[str, Any]


def every_set(root: Path = ROOT) -> list[Law]:
    """Return all criteria sets of all decisions under a folder, in order of their ids."""
    headers = {path.parent.name: _read(path) for path in sorted(root.glob("*/decision.yaml"))}
    return [law for name in headers for law in _sets_of(root, headers, name)]


def _sets_of(root: Path, headers: dict[str, Any], name: str) -> list[Law]:
    own = headers[name]
    home = own.get("base", name)
    base = headers[home]
    not_held = {entry["number"] for entry in own.get("not_held", ())}
    held = {
        declared["number"]
        for declared in base["sets"]
        if declared["transcribed"] and declared["number"] not in not_held
    }
    criteria = {
        criterion["id"]: criterion
        for path in sorted((root / home / "criteria").glob("*.yaml"))
        for criterion in _read(path)["criteria"]
    }
    files = [_read(path) for path in sorted((root / home / "sets").glob("*.yaml"))]
    header = {**base, **{key: own[key] for key in ("id", "bands") if key in own}}
    return [_law(header, file, criteria) for file in files if file["number"] in held]


def _law(header: dict[str, Any], file: dict[str, Any], criteria: dict[str, Any]) -> Law:
    sections = [section for part in file["parts"] for section in part["sections"]]
    rules = file.get("rules", {})
    watched = {rule["section"] for rule in rules.get("knock_outs", ())}
    chosen = {code: criteria[name] for s in sections for code, name in s["criteria"].items()}
    kinds = {criterion.get("case_kind") for criterion in chosen.values()}
    return {
        "decision": header["id"],
        "number": file["number"],
        "group": file["group"],
        "parts": {
            part["code"]: [code for section in part["sections"] for code in section["criteria"]]
            for part in file["parts"]
        },
        "criteria": chosen,
        "criterion_mark": header.get("criterion_mark", "any"),
        "thresholds": {band["star"]: band["at_least"] for band in header["bands"]},
        "needs": {rule["item"]: rule["other"] for rule in rules.get("needs", ())},
        "knock_outs": [c for s in sections if s["code"] in watched for c in s["criteria"]],
        "findings": [entry["finding"] for entry in file.get("exclusions", ())],
        "cases": {
            kind["id"]: [case["id"] for case in kind["cases"]]
            for kind in header.get("case_kinds", ())
            if kind["id"] in kinds
        },
    }


def floor(law: Law, code: str, star: int) -> int:
    """Return the least points that a star accepts of a criterion; 0 where it asks nothing."""
    criterion = law["criteria"][code]
    options = criterion["options"]
    marked = [o["points"] for o in options if (o.get("mark") or 9) <= star]
    if (criterion.get("mark") or 9) <= star:
        full = max(o["points"] for o in options)
        marked.append({"any": 1, "full": full}[law["criterion_mark"]])
    return max(marked, default=0)


def rising_floors(law: Law) -> list[tuple[str, int, int]]:
    """Return (code, star, points) wherever a floor lies above that of the star below."""
    found = []
    for code in law["criteria"]:
        below = 0
        for star in (3, 4, 5):
            needed = floor(law, code, star)
            if needed > below:
                found.append((code, star, needed))
            below = needed
    return found


def name_of(law: Law) -> str:
    """Return what a set is called in reports."""
    return f"{law['decision']} set {law['number']} {law['group']}"


def _read(path: Path) -> Any:
    # The C loader reads the same YAML, ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
