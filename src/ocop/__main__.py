"""``python -m ocop``: the command line, or what to install for it."""

from __future__ import annotations

import sys

from ocop.cli._process import as_a_process


def main() -> None:
    """Run the command line; without its dependencies say how to get them."""
    as_a_process(_command)


def _command() -> None:
    try:
        import click  # noqa: F401 - only to see whether they are there
        import rich  # noqa: F401 - likewise
    except ImportError:
        print('The command line needs the extra "cli": pip install "ocop[cli]"', file=sys.stderr)
        raise SystemExit(2) from None
    from ocop.cli.main import run

    run()


if __name__ == "__main__":
    main()
