"""Griffe extension: give classes made by attrs the signature that attrs gives them.

Griffe reads the sources without running them, so it knows dataclasses but not attrs.
"""

from __future__ import annotations

from typing import Any

import griffe

DECORATORS = ("frozen", "define")


class AttrsSignatures(griffe.Extension):
    """Adds `__init__` with one parameter for each field."""

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:
        """Add the signature where a class is decorated by attrs."""
        call = next((str(d.value) for d in cls.decorators if _name(d) in DECORATORS), None)
        if call is None or "__init__" in cls.members:
            return
        kinds = griffe.ParameterKind
        kind = kinds.keyword_only if "kw_only=True" in call else kinds.positional_or_keyword
        parameters = [griffe.Parameter("self", kind=kinds.positional_or_keyword)]
        for name, field in cls.attributes.items():
            if field.annotation and "property" not in field.labels:
                default = _default(field.value)
                parameters.append(
                    griffe.Parameter(name, annotation=field.annotation, kind=kind, default=default)
                )
        init = griffe.Function("__init__", parameters=griffe.Parameters(*parameters))
        cls.set_member("__init__", init)


def _name(decorator: griffe.Decorator) -> str:
    return decorator.callable_path.rpartition(".")[2]


def _default(value: Any) -> Any:
    """Return a field's default as a reader understands it; None where it is required."""
    if not isinstance(value, griffe.ExprCall):
        return value
    name = str(value.function)
    if name == "Factory":
        return f"{value.arguments[0]}()"
    if name != "field":
        return value
    for argument in value.arguments:
        if isinstance(argument, griffe.ExprKeyword) and argument.name == "default":
            return argument.value
        if isinstance(argument, griffe.ExprKeyword) and argument.name == "factory":
            return f"{argument.value}()"
    return None
