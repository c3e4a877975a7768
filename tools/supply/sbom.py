"""The bill of materials (CycloneDX) of the wheel and of all that it brings along.

cyclonedx-py lists what is installed. Here the package itself is put at its head, bound to the wheel
by its digest; who needs whom is told as the markers say, and each component says which extras bring
it. The same wheel with the same versions beside it gives the same bytes: the time is that of the
commit, the serial number that of the content.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Bom = dict[str, Any]
VERSION = SchemaVersion.V1_6
EXTRA = "ocop:extra"
"""Name of the property that tells which extra brings a component."""


def listed(python: Path, epoch: str) -> Bom:
    """Return the bill that cyclonedx-py makes of what is installed beside ``python``."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    command += ["--spec-version", VERSION.to_version(), "--output-format", "JSON"]
    command += ["--output-file", "-", str(python)]
    around = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    made = subprocess.run(command, check=True, capture_output=True, text=True, env=around)
    bom: Bom = json.loads(made.stdout)
    return bom


def complete(
    bom: Bom,
    needed: Mapping[str, Sequence[str]],
    extras: Mapping[str, Sequence[str]],
    wheel_digest: str,
) -> None:
    """Put the package at the head, tell who needs whom, and which extras bring what.

    ``needed`` names for each package those that it needs, ``extras`` the extras that bring it.
    """
    parts = {canonicalize_name(part["name"]): part for part in bom["components"]}
    refs = {name: part["bom-ref"] for name, part in parts.items()}
    head = parts.pop("ocop")
    head["purl"] = f"pkg:pypi/ocop@{head['version']}"
    head["hashes"] = [{"alg": "SHA-256", "content": wheel_digest}]
    # Its references are where the wheel lay when it was installed.
    head.pop("externalReferences", None)
    for name, part in parts.items():
        if extras.get(name):
            told = [{"name": EXTRA, "value": extra} for extra in extras[name]]
            part["properties"] = [*part.get("properties", ()), *told]
    bom["components"] = [parts[name] for name in sorted(parts)]
    bom["dependencies"] = [
        {"ref": refs[name], "dependsOn": sorted(refs[other] for other in needed.get(name, ()))}
        for name in sorted(refs)
    ]
    bom["metadata"]["component"] = head
    bom.pop("serialNumber", None)
    content = hashlib.sha256(text(bom).encode()).hexdigest()
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}"


def text(bom: Bom) -> str:
    """Return the bill as text, the same for the same content."""
    return json.dumps(bom, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def problems(bom: Bom, project: dict[str, Any], local: Sequence[str] = ()) -> list[str]:
    """Return what is wrong: by the schema, by pyproject.toml, or a part that nothing needs."""
    written = text(bom)
    found = [f"holds {path!r}" for path in (*local, "file:") if path in written]
    invalid = JsonStrictValidator(VERSION).validate_str(written)
    if invalid is not None:
        return [*found, f"not valid by the schema: {invalid}"]
    head = bom["metadata"]["component"]
    versions = {canonicalize_name(part["name"]): part["version"] for part in bom["components"]}
    refs = {part["bom-ref"]: canonicalize_name(part["name"]) for part in (*bom["components"], head)}
    below = {refs[row["ref"]]: {refs[r] for r in row["dependsOn"]} for row in bom["dependencies"]}
    asked = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        asked += extra
    direct = {canonicalize_name(r.name): r for r in map(Requirement, asked) if r.name != "ocop"}
    found += [
        f"pyproject.toml asks for {requirement}, the bill has {versions.get(name, 'nothing')}"
        for name, requirement in sorted(direct.items())
        if name not in versions or not requirement.specifier.contains(versions[name])
    ]
    if below["ocop"] != direct.keys():
        found.append(f"ocop needs {sorted(below['ocop'])}, pyproject.toml says {sorted(direct)}")
    reached, ahead = set(), ["ocop"]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += below.get(name, ())
    found += [f"nothing needs {name}" for name in sorted(versions.keys() - reached)]
    for part in (*bom["components"], head):
        for key in ("purl", "version", "licenses"):
            if not part.get(key) and (part["name"], key) not in UNDECLARED:
                found.append(f"{part['name']} has no {key}")
    return found


UNDECLARED = {("vietnam-provinces", "licenses")}
"""Its versions for Python 3.11 declare no licence; licences.py says what is known."""
