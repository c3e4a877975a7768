"""Write the JSON Schemas of law files and of programme records, from the classes that read them.

Usage: python tools/make_schemas.py [--check]

With --check nothing is written: exit 1 where a committed schema is not current.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from ocop import programme
from ocop.law._files import KINDS
from ocop.scenario._reform_file import FORMATS
from ocop.tables._layout_file import FORMATS as LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
LAW = ROOT / "criteria_sets" / "schema"
RECORDS = ROOT / "src" / "ocop" / "programme" / "schema"
CODE = {"type": "string", "pattern": r"^\d{2}(-\d{3})?-\d{5}-\d{1,6}-\d{4}$"}
EXCHANGED = (
    *(programme.Activity, programme.Certificate, programme.Dossier, programme.Idea),
    *(programme.LinkageProject, programme.Place, programme.Plan, programme.PointOfSale),
    *(programme.Portfolio, programme.Producer, programme.Product, programme.Progress),
    *(programme.Recognition, programme.Support, programme.Target, programme.Total),
    programme.TourismModel,
)


def main(check: bool) -> int:
    """Write or compare every schema."""
    wanted = {
        LAW / f"{name.split('/')[0]}.schema.json": schema_of(name, kind)
        for name, kind in {**KINDS, **FORMATS, **LAYOUTS}.items()
    }
    for kind in EXCHANGED:
        slug = re.sub("(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
        wanted[RECORDS / f"{slug}.schema.json"] = schema_of(kind.__name__, kind)
    stale = 0
    for path, schema in wanted.items():
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        if check:
            if not path.exists() or path.read_text("utf-8") != text:
                print(f"{path.name} is not current; run python tools/make_schemas.py")
                stale += 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if stale else 0


def schema_of(name: str, kind: type) -> dict[str, Any]:
    """Return the schema of one kind of file or record."""
    schema = _strict(msgspec.json.schema(kind))
    # A product code is exchanged as its text.
    if "ProductCode" in schema.get("$defs", {}):
        schema["$defs"]["ProductCode"] = {"title": "ProductCode", **CODE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        **schema,
    }


def _strict(node: Any) -> Any:
    """Refuse unknown keys and empty texts, keep first lines of descriptions, drop defaults."""
    if isinstance(node, list | tuple):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _strict(value) for key, value in node.items() if key != "default"}
    if isinstance(result.get("description"), str):
        result["description"] = result["description"].splitlines()[0]
    if result.get("type") == "object" and "properties" in result:
        result.setdefault("additionalProperties", False)
    if result.get("type") == "string" and "enum" not in result:
        result.setdefault("minLength", 1)
    return result


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
