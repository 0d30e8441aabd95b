"""What several tests need: big programs that may be absent, and an environment without the user's own settings."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes on a busy machine says nothing; in CI, Hypothesis sets no limit by itself.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")

FIXTURES = Path(__file__).resolve().parent / "fixtures"


@pytest.fixture
def fixtures() -> Path:
    """The folder of input and expected output."""
    return FIXTURES


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No BIBT_ variable of the machine reaches a test, and no test reaches the user's cache."""
    for name in [name for name in os.environ if name.startswith("BIBT_") and name != "BIBT_REQUIRE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BIBT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("BIBT_ARXIV_URL", "http://127.0.0.1:9/api/query")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips, or with BIBT_REQUIRE=all fails, a test whose programs or packages are not there."""
    for mark in item.iter_markers("needs"):
        absent = [program for program in mark.args if shutil.which(program) is None and find_spec(program) is None]
        if not absent:
            continue
        message = f"needs {', '.join(absent)}"
        if os.environ.get("BIBT_REQUIRE") == "all":
            pytest.fail(f"{message}, and BIBT_REQUIRE=all says that nothing may be skipped")
        pytest.skip(message)
