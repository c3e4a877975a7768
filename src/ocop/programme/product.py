"""Products: what a producer makes, and which set of each decision judges it."""

from __future__ import annotations

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import decisions, product_groups
from ocop.programme.code import ProductCode
from ocop.text import closest, quoted

__all__ = ["Product", "check_group", "set_numbers"]


@frozen(kw_only=True)
class Product:
    """A product (sản phẩm): its name, product group and producer; its code once it has one.

    `group` is the slug of the product group, the identity that decisions share; `producer` is the
    producer's id.
    """

    name: str
    group: str
    producer: str
    code: ProductCode | None = None

    def __attrs_post_init__(self) -> None:
        problem = check_group(self.group)
        if problem is not None:
            raise InputError([problem])


def check_group(slug: str, path: str = "group") -> Problem | None:
    """Return ``unknown-group`` where no shared product group has the slug."""
    known = [group.slug for group in product_groups()]
    if slug in known:
        return None
    near = closest(slug, known)
    hint = f"did you mean {quoted(near)}?" if near else None
    message = f"found {quoted(slug)}, allowed are the slugs of product groups such as 'tea'"
    return Problem("unknown-group", message, path=path, hint=hint)


def set_numbers(group: str) -> dict[str, int]:
    """Return the number of a product group's criteria set under each decision that has one.

    Raises
    ------
    InputError
        ``unknown-group``.

    Examples
    --------
    >>> set_numbers("tea")
    {'qd-1048-2019': 12, 'qd-781-2020': 12, 'qd-148-2023': 11, 'qd-1489-2025': 11, 'qd-26-2026': 11}
    """
    problem = check_group(group)
    if problem is not None:
        raise InputError([problem])
    return {
        law.id: declared.number
        for law in decisions()
        for declared in law.declared
        if declared.group == group
    }
