"""The command group, and what happens to errors on their way out.

Exit codes: 0 done, 1 the input has problems, 2 wrong usage.
"""

from __future__ import annotations

import sys

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
    *(template, pack, score, rank, council, explain, upgrade, translate),
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
        click.echo(
            cli.get_help(click.Context(cli, info_name="ocop", **cli.context_settings)), err=True
        )
        sys.exit(2)
    try:
        code = cli(standalone_mode=False)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.message = visible(error.message)  # type: ignore[misc]  # it holds what was typed
        error.show()
        sys.exit(2)
    except ProblemsError as error:
        _show(error)
        sys.exit(1)
    except OcopError as error:
        tell(f"error: {error}")
        sys.exit(1)
    except SystemExit:
        # Only Click exits by itself here: the reader of a pipe has gone, it has what it wanted.
        sys.exit(0)
    sys.exit(code)


def _show(error: ProblemsError) -> None:
    for problem in error.problems:
        click.echo(str(problem), err=True)
    count = len(error.problems) + error.more
    if error.more:
        click.echo(f"... and {error.more:,} more", err=True)
    click.echo(f"{number_of(count, 'problem')}; nothing was written", err=True)
