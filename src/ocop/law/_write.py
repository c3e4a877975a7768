"""Law objects as YAML text that the strict reader reads back as the same objects."""

from __future__ import annotations

from typing import Any

import attrs
import yaml

from ocop.law._digest import plain

__all__ = ["short", "yaml_text"]


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, which the strict reader refuses."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as PyYAML calls it
        return True


def short(value: Any) -> Any:
    """Return law objects as plain values, without what is as it is by default."""
    if attrs.has(type(value)):
        kept = {}
        for field in attrs.fields(type(value)):
            found = getattr(value, field.name)
            default = field.default
            if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a function to its stubs
                default = default.factory()
            if found != default:
                kept[field.name] = short(found)
        return kept
    if isinstance(value, dict):
        return {key: short(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [short(item) for item in value]
    return plain(value)


def yaml_text(value: Any) -> str:
    """Return a plain value as YAML in block style, keys in their order."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
