"""Files of changes, in whatever format they come."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from growthctl.errors import DataError, Exit
from growthctl.events.sources.known_changes import known_changes_of
from growthctl.funnel.file import funnel_from_mapping
from growthctl.funnel.known_changes import KnownChange


def read(folder: Path, *names: str, timezone: str = "UTC") -> tuple[KnownChange, ...]:
    stages = [{"name": "visit", "event": "visit"}, {"name": "signup", "event": "signup"}]
    funnel = funnel_from_mapping({"changes": list(names), "timezone": timezone, "stages": stages})
    return known_changes_of(funnel, folder)


def written(folder: Path, content: str | bytes, name: str = "changes.csv") -> str:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def refused(folder: Path, content: str | bytes, name: str = "changes.csv") -> list[tuple[str, int | None]]:
    """What is wrong, and on which lines."""
    with pytest.raises(DataError) as caught:
        read(folder, written(folder, content, name))
    assert caught.value.exit == Exit.DATA
    assert {problem.file for problem in caught.value.problems if problem.line} <= {name}
    return [(problem.message, problem.line) for problem in caught.value.problems]


def day(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


FORM = [KnownChange(day("2026-03-05"), "form, v42", "signup")]


@pytest.mark.parametrize(
    "content",
    [
        'at,what,stage\n2026-03-05,"form, v42",signup\n',
        'sep=;\nwhat;stage;at\n"form, v42";signup;2026-03-05\n\n',
        "\ufeffat\twhat\tstage\r\n2026-03-05 00:00:00\tform, v42\tsignup\r\n",
        'at,ticket,what,stage\n1772668800,7,"form, v42",signup\n',
        'at,what,stage\n20260305,"form, v42",signup\n2026-03-05,"form, v42",signup\n',
        "at\twhat\tstage\n5-Mar-2026\tform, v42\tsignup\n".encode("utf-16"),
    ],
)
def test_a_file_of_text_is_read_as_logs_are_and_equal_rows_count_once(tmp_path: Path, content: str | bytes) -> None:
    assert list(read(tmp_path, written(tmp_path, content))) == FORM


def test_ndjson_parquet_and_excel_are_read_too(tmp_path: Path) -> None:
    line = '{"at": "2026-03-05T01:00:00+01:00", "what": "form, v42", "stage": "signup", "more": {"a": 1}}\n'
    assert list(read(tmp_path, written(tmp_path, line, "changes.ndjson"))) == FORM
    rows = {"at": [datetime(2026, 3, 5)], "what": ["form, v42"], "stage": ["signup"], "where": [None]}
    pl.DataFrame(rows).write_parquet(tmp_path / "changes.parquet")
    assert list(read(tmp_path, "changes.parquet")) == FORM
    with xlsxwriter.Workbook(tmp_path / "changes.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["at", "what", "stage"])
        sheet.write_datetime(1, 0, datetime(2026, 3, 5))
        sheet.write_row(1, 1, ["form, v42", "signup"])
    assert list(read(tmp_path, "changes.xlsx")) == FORM


def test_naive_times_are_of_the_funnels_timezone(tmp_path: Path) -> None:
    name = written(tmp_path, "at,what\n2026-03-05,day\n2026-03-05 14:30,time\n2026-03-05T14:30Z,instant\n")
    at = {change.what: change.at for change in read(tmp_path, name, timezone="Europe/Berlin")}
    assert at == {
        "day": day("2026-03-04T23:00"),
        "time": day("2026-03-05T13:30"),
        "instant": day("2026-03-05T14:30"),
    }


@pytest.mark.parametrize("seed", range(20))
def test_neither_the_order_of_rows_nor_their_split_into_files_matters_but_among_equal_times(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    rows = [(f"2026-03-{rng.randint(1, 9):02}", f"change {number}") for number in range(rng.randint(0, 12))]
    cut = rng.randint(0, len(rows))
    names = [
        written(tmp_path, "at,what\n" + "".join(f"{at},{what}\n" for at, what in part), f"{number}.csv")
        for number, part in enumerate((rows[:cut], rows[cut:]))
    ]
    in_order = [KnownChange(day(at), what) for at, what in sorted(rows, key=lambda row: row[0])]
    assert list(read(tmp_path, *names)) == in_order
    shuffled = written(tmp_path, "at,what\n" + "".join(f"{at},{what}\n" for at, what in rng.sample(rows, len(rows))))
    assert set(read(tmp_path, shuffled)) == set(in_order)


def test_a_header_alone_lists_nothing_and_a_funnel_without_the_key_reads_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, written(tmp_path, "at,what\n")) == ()
    assert known_changes_of(funnel_from_mapping({"stages": [{"name": "visit", "event": "visit"}]}), tmp_path) == ()


def test_days_before_months_are_settled_by_one_value_that_tells(tmp_path: Path) -> None:
    told = "at;what\n05.03.2026;a\n31.01.2026;b\n"
    assert [change.at for change in read(tmp_path, written(tmp_path, told))] == [day("2026-01-31"), day("2026-03-05")]
    assert refused(tmp_path, "at;what\n05.03.2026;a\n01.02.2026;b\n") == [
        ("'05.03.2026' is not a time in UTC", 2),
        ("'01.02.2026' is not a time in UTC", 3),
    ]


def test_every_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    bad = 'at,what,stage\n2026-03-01,"two\nlines",\n\nsoon,x,\n2026-03-01,y,sinup\n2026-03-01,,visit\n,z,\n1,2,3,4\n'
    assert refused(tmp_path, bad) == [
        ("'soon' is not a time in UTC", 5),
        ("stage: there is no stage 'sinup'; did you mean 'signup'?", 6),
        ("'what' is empty", 7),
        ("'at' is empty", 8),
        ("more fields than the header, or a quote that is not closed at the end of its field", 9),
    ]
    assert refused(tmp_path, '{"at": 1772668800, "what": "x"}\nnothing\n', "changes.ndjson") == [
        ("no JSON object", 2),
    ]


def test_of_many_bad_rows_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    lines = refused(tmp_path, "at,what\n" + "soon,x\n" * 50)
    assert (len(lines), lines[-1]) == (21, ("30 more cells or rows of changes cannot be read", None))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("date,what", "changes.csv has no column 'at'; did you mean 'date'?"),
        ("at,title", "changes.csv has no column 'what'"),
        ("at,what,Stage", "changes.csv: the column 'Stage' is not read"),
        ("at,what,urls", "changes.csv: the column 'urls' is not read"),
        ("What,at", "changes.csv: the column 'What' is not read"),
    ],
)
def test_a_header_that_nearly_says_it_is_no_guess(tmp_path: Path, header: str, message: str) -> None:
    assert refused(tmp_path, f"{header}\n2026-03-01,x,\n") == [(message, None)]


def test_what_cannot_be_read_at_all_is_one_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "at,what\n2026-03-05,ä\n".encode("cp1252")) == [("changes.csv is not UTF-8", None)]
    assert refused(tmp_path, "") == [("changes.csv is empty", None)]
    with pytest.raises(DataError, match=r"nothing\.csv"):
        read(tmp_path, "nothing.csv")
