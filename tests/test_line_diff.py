"""cli/line_diff.py: diffs that patch takes, whatever changed where."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bibtool.cli.line_diff import unified_diff

LINES = st.lists(st.sampled_from(["", "}", "a", "b", "  title = {x},", "\r", "\xff"]), max_size=40)
CONTENTS = st.tuples(LINES, st.sampled_from(["", "\n"])).map(lambda text: ("\n".join(text[0]) + text[1]).encode("latin-1"))


@pytest.mark.needs("patch")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONTENTS.filter(bool), CONTENTS.filter(bool))
def test_patch_makes_the_new_file_of_the_old_one(tmp_path: Path, old: bytes, new: bytes) -> None:
    file = tmp_path / "refs.bib"
    file.write_bytes(old)
    diff = "".join(unified_diff(old, new, "refs.bib")).encode("utf-8", "surrogateescape")
    if old != new:
        subprocess.run(["patch", "--binary", "-p0", "-s"], input=diff, cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == new


def test_of_a_long_file_only_what_changed_is_shown() -> None:
    old = "".join(f"@misc{{k{number},\n  title = {{T}},\n  year = {{2000}},\n}}\n\n" for number in range(20_000))
    new = (
        old.replace("@misc{k7,\n", "@misc{k7,\n  note = {n},\n").replace("k19990,\n  title = {T}", "k19990,\n  title = {U}")
        + "@misc{z,\n}\n"
    )
    lines = list(unified_diff(old.encode(), new.encode(), "refs.bib"))
    assert [line for line in lines if line[0] in "+-@"] == [
        "--- refs.bib\n",
        "+++ refs.bib\n",
        "@@ -34,6 +34,7 @@\n",
        "+  note = {n},\n",
        "@@ -99949,7 +99950,7 @@\n",
        "-  title = {T},\n",
        "+  title = {U},\n",
        "@@ -99998,3 +99999,5 @@\n",
        "+@misc{z,\n",
        "+}\n",
    ]
