"""What the README says shows a row is there, and every row of this stage is said to be shown."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| M\d\d \|", line)
]


def test_every_recording_that_the_readme_names_is_there() -> None:
    folder = ROOT / "tests" / "wire" / "recordings"
    named = [
        name for row in ROWS for name in re.findall(r"`([a-z_*-]+)`", row.rpartition("recordings ")[2].split(";")[0])
    ]
    assert named
    assert [name for name in named if not list(folder.glob(f"*/{name}.json"))] == []


def test_the_rows_of_the_login_are_all_there() -> None:
    wanted = {f"M{row:02}" for row in (*range(1, 6), 7, *range(11, 17), 19, 39, 40)}
    found = [row[2:5] for row in ROWS]
    assert wanted <= set(found)
    assert found == sorted(set(found))
