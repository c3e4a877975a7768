"""The command group, and what happens to errors on their way out.

Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 130 stopped.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from ocop._version import __version__
from ocop._visible import visible
from ocop.cli._output import tell
from ocop.cli.certificate import certificate, code
from ocop.cli.compare import compare
from ocop.cli.council import council
from ocop.cli.demo import demo
from ocop.cli.explain import explain, upgrade
from ocop.cli.law import decisions, show, template, validate
from ocop.cli.pack import pack
from ocop.cli.portfolio import portfolio
from ocop.cli.reform import reform
from ocop.cli.sensitivity import sensitivity
from ocop.cli.sheets import rank, score
from ocop.cli.simulate import simulate
from ocop.cli.synth import synth
from ocop.cli.translate import crosswalk, translate
from ocop.cli.verify import verify
from ocop.errors import OcopError, ProblemsError
from ocop.text import number_of

__all__ = ["cli", "run"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="ocop")
def cli() -> None:
    """Score, rank and explain products of Vietnam's OCOP programme.

    Start with "ocop demo", or make a form with "ocop template", fill it in and give it to
    "ocop score" or "ocop rank".
    """


LAW = (decisions, show, compare, crosswalk, validate, reform)
SHEETS = (
    *(template, pack, score, rank, council, explain, upgrade, translate, verify),
    *(synth, simulate, sensitivity, demo),
)
PROGRAMME = (code, certificate, portfolio)
for _command in LAW + SHEETS + PROGRAMME:
    cli.add_command(_command)


def run() -> None:
    """Run the command line; data errors end with exit code 1 and never with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if len(sys.argv) == 1:
        # Versions of Click differ in what they do without a command.
        with suppress(OSError):
            context = click.Context(cli, info_name="ocop", **cli.context_settings)
            click.echo(cli.get_help(context), err=True)
        sys.exit(2)
    sys.exit(_code())


def _code() -> int:
    """Run a command to its exit code."""
    try:
        code = cli(standalone_mode=False)
    except click.Abort:
        _say("stopped")
        return 130
    except click.ClickException as error:
        error.message = visible(error.message)  # type: ignore[misc]  # it holds what was typed
        with suppress(OSError):
            error.show()
        return 2
    except ProblemsError as error:
        _show(error)
        return 1
    except OcopError as error:
        _say(f"error: {error}")
        return 1
    except OSError as error:
        # Errors of files name them, or are ours: without a name it is what a command prints.
        place = "cannot write standard output" if error.filename is None else error.filename
        _say(f"error: {place}: {error.strerror or error}")
        return 1
    except MemoryError:
        _say("error: there is not enough memory")
        return 1
    except SystemExit:
        # Only Click exits by itself here: the reader of a pipe has gone, it has what it wanted.
        return 0
    return int(code or 0)


def _show(error: ProblemsError) -> None:
    for problem in error.problems:
        _say(str(problem))
    count = len(error.problems) + error.more
    if error.more:
        _say(f"... and {error.more:,} more")
    _say(f"{number_of(count, 'problem')}; nothing was written")


def _say(text: str) -> None:
    """Write a line to standard error; where nobody reads it the exit code still tells."""
    with suppress(OSError):
        tell(text)
