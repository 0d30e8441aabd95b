"""What showing help or the version must not import: that is what makes them fast."""

import subprocess
import sys

import pytest

NETWORK = {"requests", "requests_cache", "urllib3", "http.client", "ssl"}
HEAVY = NETWORK | {
    "bibtexparser",
    "pybtex",
    "sqlite3",
    "pluggy",
    "importlib.metadata",
    "dataclasses",
    "typing",
    "json",
    "tqdm",
    "platformdirs",
}


def imported_by(*words: str) -> set[str]:
    code = """if True:
        import sys
        from bibtool.cli import main
        try:
            main(sys.argv[1:])
        except SystemExit:
            pass
        print(*sys.modules, file=sys.stderr)
    """
    run = subprocess.run([sys.executable, "-I", "-c", code, *words], capture_output=True, text=True, check=True)
    assert run.stdout
    return set(run.stderr.split())


def test_help_imports_nothing_heavy() -> None:
    assert not imported_by("--help") & HEAVY


def test_the_version_is_shown_without_argparse() -> None:
    assert not imported_by("--version") & (HEAVY | {"argparse", "re"})


@pytest.mark.parametrize("command", ["scan", "export", "get", "cache", "plugins"])
def test_a_commands_help_imports_no_network(command: str) -> None:
    assert not imported_by(command, "--help") & (NETWORK | {"bibtexparser", "pybtex"})
