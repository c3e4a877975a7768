"""Text of others on its way to a terminal: what steers one is shown and not sent."""

from __future__ import annotations

__all__ = ["visible", "visible_lines"]


def visible(text: str) -> str:
    r"""Return `text` on one line, with control and format characters as they are written.

    What a terminal would obey, such as an escape code or a change of direction, shows; spaces of
    all kinds are spaces.

    Examples
    --------
    >>> print(visible("Chè\x1b[2J Shan\nTuyết\u202e"))
    Chè\x1b[2J Shan Tuyết\u202e
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def visible_lines(text: str) -> str:
    """Return the same of a text of several lines, which stay lines."""
    return "\n".join(map(visible, text.split("\n")))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode()
