"""The command line from outside: help, exit codes, pipes, encodings, missing dependencies."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import ocop
from ocop.cli.main import cli

Run = Callable[..., Any]
DURIAN = ("--decision", "qd-781-2020", "--set", "1")
RESULT = "83-832-28882-2-2022,1,34,24,35,93,5,5,31,31,,"


def test_help_fits_80_columns() -> None:
    """The help of every command is there, fits a terminal, and explains each of its options."""
    commands: dict[tuple[str, ...], click.Command] = {(): cli}
    for name, command in cli.commands.items():
        commands[name,] = command
        inner = command.commands if isinstance(command, click.Group) else {}
        commands |= {(name, under): found for under, found in inner.items()}
    assert len(commands) == 25
    for words, command in commands.items():
        for flag in ("-h", "--help"):
            done = CliRunner().invoke(cli, [*words, flag], terminal_width=80)
            assert done.exit_code == 0
            assert done.output.startswith("Usage: ")
            assert max(map(len, done.output.splitlines())) <= 80
        assert (command.help or "").splitlines()[0].endswith((".", ":", "that are"))
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[0] in done.output
                assert parameter.help or parameter.opts == ["--format"]


def test_version(run: Run) -> None:
    """`--version` says the version that the library has."""
    assert run("--version") == (0, f"ocop, version {ocop.__version__}\n", "")


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--bogus"],
        ["bogus"],
        ["score"],
        ["score", "a.csv", "b.csv"],
        ["score", "a.csv", "--bogus"],
        ["score", "a.csv", "--format", "xml"],
        ["rank", "a.csv", "--ties", "max"],
        ["rank", "a.csv", "--top", "many"],
        ["decisions", "--lang", "fr"],
        ["template"],
        ["validate"],
    ],
)
def test_wrong_usage(run: Run, args: list[str]) -> None:
    """Wrong usage ends with exit code 2, shows how it is used, and writes nothing to stdout."""
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: ")


def test_stopped_by_the_user(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with one word and the exit code that shells know."""

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ocop.cli.demo.read_example", stop)
    monkeypatch.setattr(cli.commands["demo"], "callback", stop)
    done = run("demo")
    assert (done.code, done.out, done.err.strip()) == (130, "", "stopped")


def test_as_a_process(process: Run, durian: Path) -> None:
    """`python -m ocop` works from any folder, and its exit codes are those of the contract."""
    done = process("score", durian, *DURIAN)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1] == RESULT
    done = process("score", "không-có.csv", *DURIAN)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        "không-có.csv: cannot read the file: No such file or directory [cannot-read]",
        "1 problem; nothing was written",
    ]
    done = process("score", durian, "--bogus")
    assert (done.code, done.out) == (2, "")


def test_standard_input_of_a_process(process: Run, durian: Path) -> None:
    """A dash reads the bytes of standard input, whatever the encoding of the locale."""
    done = process("score", "-", *DURIAN, stdin=b"\xef\xbb\xbf" + durian.read_bytes())
    assert done.out.splitlines()[1] == RESULT
    broken = process("score", "-", *DURIAN, stdin=durian.read_bytes().replace(b",3,4", b",3,x", 1))
    assert broken.code == 1
    assert broken.err.startswith("<stdin>:2:3: 1.2: found 'x'")


def test_without_utf_8(run: Run, process: Run, province: Path, tmp_path: Path) -> None:
    """In a locale without UTF-8 Vietnamese comes out as in any other, in files and messages."""
    old = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    keep = ("--decision", "qd-26-2026", "--keep", "name,commune")
    for form in ("csv", "table"):
        args = ("rank", province, *keep, "--top", 20, "--format", form)
        done = process(*args, **old)
        assert "Mật ong" in done.out
        assert done == run(*args)
    done = process("rank", province, *keep, "--output", tmp_path / "ket-qua.csv", **old)
    assert done.code == 0
    text = (tmp_path / "ket-qua.csv").read_text(encoding="utf-8")
    assert "Mật ong Giả Định 32,Xã Giả Định 37,yes" in text
    message = process("score", province, "--decision", "qd-26-2026", **old)
    assert (message.code, message.out) == (1, "")
    assert "unknown column 'name'" in message.err


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_closed_pipe_is_quiet(tmp_path: Path, province: Path, form: str) -> None:
    """When the reader has what it wanted, the command ends without a word and without fault."""
    header, *lines = province.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "lớn.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(header + "\n")
        for copy in range(12):
            stream.writelines(f"{copy}-{line}\n" for line in lines)
    command = (
        f'"{sys.executable}" -m ocop score "{path}" --decision qd-26-2026 --keep name,commune '
        f"--format {form} | head -1"
    )
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


def test_a_pipe_that_closes_at_the_end(
    run: Run, durian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that goes away before the last bytes are written is no fault of the input."""

    class Closed(io.StringIO):
        """A pipe whose reader has gone."""

        def flush(self) -> None:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(sys, "stdout", Closed())
    assert run("score", durian, *DURIAN) == (0, "", "")


def test_streams_that_are_no_files(durian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line can run where standard output was replaced, as in a notebook."""
    from ocop.cli.main import run as entry

    page = io.StringIO()
    monkeypatch.setattr(sys, "stdout", page)
    monkeypatch.setattr(sys, "argv", ["ocop", "score", str(durian), *DURIAN])
    with pytest.raises(SystemExit) as ended:
        entry()
    assert not ended.value.code
    assert page.getvalue().splitlines()[1] == RESULT


def test_without_click() -> None:
    """Where the extra is not installed, the command says so and ends with exit code 2."""
    code = (
        "import sys; sys.modules['click'] = None; sys.argv = ['ocop', 'demo']\n"
        "import ocop.__main__; ocop.__main__.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'The command line needs the extra "cli": pip install "ocop[cli]"\n'


def test_the_installed_script_is_the_module() -> None:
    """The console script and `python -m ocop` are the same function."""
    from importlib.metadata import entry_points

    (script,) = entry_points(group="console_scripts", name="ocop")
    assert script.value == "ocop.__main__:main"
