"""The bill of materials is valid, agrees with pyproject.toml, and depends on content alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("cyclonedx", reason="nox -s supply runs it")

PROJECT = {"dependencies": ["attrs>=24"], "optional-dependencies": {"cli": ["click>=8"]}}
NEEDED = {"ocop": ["attrs", "click"], "click": ["colours"]}
EXTRAS = {"attrs": [], "click": ["cli"], "colours": ["cli"]}
Bom = dict[str, Any]


def part(name: str, version: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"{name}=={version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": [{"license": {"id": "MIT", "acknowledgement": "declared"}}],
    }


@pytest.fixture
def sbom(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("sbom")


@pytest.fixture
def raw() -> Bom:
    """Return a bill as cyclonedx-py makes it of what pip installed from a file."""
    own = part("ocop", "1.2")
    own["externalReferences"] = [{"type": "distribution", "url": "file:///tmp/ocop.whl"}]
    parts = [part("colours", "1.0"), part("click", "8.2"), part("attrs", "24.3"), own]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": "2026-05-22T00:00:00+00:00"},
        "components": parts,
        "dependencies": [],
    }


@pytest.fixture
def bom(sbom: ModuleType, raw: Bom) -> Bom:
    sbom.complete(raw, NEEDED, EXTRAS, "ab" * 32)
    return raw


def test_a_right_bill_passes(sbom: ModuleType, bom: Bom) -> None:
    """The package is at the head with the digest of its wheel; extras and needs are told."""
    assert sbom.problems(bom, PROJECT, ["/home/mai/"]) == []
    head = bom["metadata"]["component"]
    assert (head["name"], head["hashes"]) == ("ocop", [{"alg": "SHA-256", "content": "ab" * 32}])
    assert [part["name"] for part in bom["components"]] == ["attrs", "click", "colours"]
    assert bom["components"][1]["properties"] == [{"name": "ocop:extra", "value": "cli"}]
    assert {"ref": "ocop==1.2", "dependsOn": ["attrs==24.3", "click==8.2"]} in bom["dependencies"]


def test_the_same_content_gives_the_same_bytes(sbom: ModuleType, raw: Bom) -> None:
    """The order of the list does not matter; other content has another serial number."""
    again, other = copy.deepcopy(raw), copy.deepcopy(raw)
    again["components"].reverse()
    again["serialNumber"] = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
    for bill, digest in ((raw, "ab" * 32), (again, "ab" * 32), (other, "cd" * 32)):
        sbom.complete(bill, NEEDED, EXTRAS, digest)
    assert sbom.text(raw) == sbom.text(again)
    assert raw["serialNumber"] != other["serialNumber"]


def _without(bom: Bom, name: str) -> None:
    bom["components"] = [part for part in bom["components"] if part["name"] != name]
    refs = {part["bom-ref"] for part in (*bom["components"], bom["metadata"]["component"])}
    rows = [row for row in bom["dependencies"] if row["ref"] in refs]
    bom["dependencies"] = [{**r, "dependsOn": sorted(refs & {*r["dependsOn"]})} for r in rows]


def _with_guest(bom: Bom) -> None:
    bom["components"].append(part("guest", "1.0"))
    bom["dependencies"].append({"ref": "guest==1.0", "dependsOn": []})


@pytest.mark.parametrize(
    ("plant", "problem"),
    [
        (
            lambda bom: _without(bom, "click"),
            "pyproject.toml asks for click>=8, the bill has nothi",
        ),
        (
            lambda bom: _without(bom, "click"),
            "ocop needs ['attrs'], pyproject.toml says ['attrs', ",
        ),
        (lambda bom: _without(bom, "click"), "nothing needs colours"),
        (
            lambda bom: bom["components"][1].update(version="7.0"),
            "pyproject.toml asks for click>=8,",
        ),
        (_with_guest, "nothing needs guest"),
        (lambda bom: bom["components"][0].pop("licenses"), "attrs has no licenses"),
        (lambda bom: bom["metadata"]["component"].pop("purl"), "ocop has no purl"),
        (lambda bom: bom.update(bomFormat="Other"), "not valid by the schema: "),
        (lambda bom: bom["components"][0].update(odd=1), "not valid by the schema: "),
        (lambda bom: bom["components"][0].update(description="/home/mai/a"), "holds '/home/mai/'"),
        (lambda bom: bom["components"][0].update(purl="file:///a"), "holds 'file:'"),
    ],
)
def test_a_planted_flaw_is_found(
    sbom: ModuleType, bom: Bom, plant: Callable[[Bom], None], problem: str
) -> None:
    """What is missing, too old, unasked, undeclared, invalid or local is named."""
    plant(bom)
    found = sbom.problems(bom, PROJECT, ["/home/mai/"])
    assert any(line.startswith(problem) for line in found), found
