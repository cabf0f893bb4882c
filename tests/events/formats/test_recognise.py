from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from growthctl.errors import DataError
from growthctl.events.formats.contents import opened
from growthctl.events.formats.csv import CSV as CSV_FORMAT
from growthctl.events.formats.ndjson import NDJSON
from growthctl.events.formats.parquet import PARQUET
from growthctl.events.formats.recognise import FORMATS, format_of, promised_format, recognise
from growthctl.funnel.sections.source import Source

CSV = "user_id,event,timestamp\nu1,ad,2024-01-01\n"


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", "csv"),
        ("a.TSV", "csv"),
        ("a.jsonl.gz", "ndjson"),
        ("a.2024.json", "ndjson"),
        ("a.pq", "parquet"),
        ("a.csv.zst", "csv"),
        ("a", None),
        ("a.gz", None),
    ],
)
def test_a_name_promises_a_format_compression_aside(name: str, expected: str | None) -> None:
    format = promised_format(name)
    assert (format and format.name) == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_explains_the_lines(tmp_path: Path, delimiter: str) -> None:
    text = "user,event,price\nu1,ad,1\nu2,ad,2\n".replace(",", delimiter)
    file = recognise(written(tmp_path, "log", text), "log")
    assert file
    assert (file.format, file.delimiter, file.header) == (CSV_FORMAT, delimiter, ("user", "event", "price"))


def test_delimiters_inside_fields_do_not_mislead(tmp_path: Path) -> None:
    text = 'user;"event, or page; name";price\nu1;"a,b";1,5\nu2;c;2,5\n'
    file = recognise(written(tmp_path, "log.csv", text), "log.csv")
    assert file
    assert (file.delimiter, file.header) == (";", ("user", "event, or page; name", "price"))


def test_a_byte_order_mark_and_blanks_are_no_part_of_the_header(tmp_path: Path) -> None:
    file = recognise(written(tmp_path, "log.csv", "\ufeffuser, event\nu1,ad\n"), "log.csv")
    assert file
    assert file.header == ("user", "event")


def test_a_header_wider_than_the_first_bytes_is_read_whole(tmp_path: Path) -> None:
    names = [f"column_number_{k}" for k in range(1000)]
    file = recognise(written(tmp_path, "log.csv", ",".join(names) + "\n"), "log.csv")
    assert file
    assert list(file.header) == names


def test_an_object_in_the_first_line_means_ndjson_whatever_the_name(tmp_path: Path) -> None:
    file = recognise(written(tmp_path, "log.txt", '\n{"user": 1}\n'), "log.txt")
    assert file
    assert file.format is NDJSON


def test_parquet_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    file = recognise(str(path), "log")
    assert file
    assert file.format is PARQUET


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_a_file_without_text_holds_nothing(tmp_path: Path, content: str) -> None:
    assert recognise(written(tmp_path, "log.csv", content), "log.csv") is None


def test_compression_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    packed = recognise(written(tmp_path, "log", gzip.compress(CSV.encode())), "log")
    path = tmp_path / "log.zst"
    pl.DataFrame({"user_id": ["u1"], "event": ["ad"]}).lazy().sink_csv(path, compression="zstd")
    squeezed = recognise(str(path), "log.zst")
    assert packed and squeezed
    assert packed.header == ("user_id", "event", "timestamp")
    assert squeezed.header == ("user_id", "event")
    with opened(str(path)) as stream:
        assert stream.read() == b"user_id,event\nu1,ad"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", CSV.encode("utf-16-le"), "a.csv is UTF-16 or not text at all"),
        ("a.zip", b"PK\x03\x04 events.json", "a.zip is a zip archive inside another"),
        ("a.feather", b"ARROW1\x00\x00 \x10\x00", "a.feather is a Feather (Arrow IPC) file"),
        ("a.arrows", b"\xff\xff\xff\xff\x10\x00", "a.arrows is an Arrow stream"),
        (
            "a.csv",
            b"user_id  event   timestamp\nu1       ad      2024-01-01\n",
            "the columns of a.csv are separated by runs of blanks",
        ),
        ("a.csv.xz", b"\xfd7zXZ\x00", "a.csv.xz is compressed with xz"),
        ("a.json", b' [{"user": 1}]', "a.json is a JSON array, not NDJSON"),
        ("a.parquet", CSV.encode(), "a.parquet is not Parquet: it does not begin with PAR1"),
    ],
)
def test_what_is_no_log_is_refused_with_a_way_out(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(DataError) as caught:
        recognise(written(tmp_path, name, content), name)
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("wrong_format", message)
    assert problem.hint


def test_a_wanted_format_that_the_bytes_deny_is_an_error(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a\.parquet is Parquet, not csv"):
        recognise(str(tmp_path / "a.parquet"), "a.parquet", CSV_FORMAT)


def test_text_that_is_wanted_as_parquet_is_told_the_key_to_set(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        recognise(written(tmp_path, "a.csv", CSV.encode()), "a.csv", PARQUET)
    assert caught.value.problems[0].hint == "set source.format: csv, or auto"


def test_a_header_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.csv is not UTF-8"):
        recognise(written(tmp_path, "a.csv", "größe,event\n".encode("latin-1")), "a.csv")


def test_the_keys_of_ndjson_are_those_of_its_first_thousand_objects(tmp_path: Path) -> None:
    lines = ['{"a": 1}', "", "no object", "[1]", '{"b": {"c": 2}}', *['{"a": 1}'] * 1000, '{"late": 1}']
    file = recognise(written(tmp_path, "a.jsonl", "\ufeff" + "\n".join(lines)), "a.jsonl")
    assert file
    assert list(NDJSON.keys([file], [], "the log")[0]) == ["a", "b"]
    assert list(NDJSON.keys([file], ["late", "never"], "the log")[0]) == ["a", "b", "late"]


def test_a_funnel_file_may_name_every_format() -> None:
    for format in FORMATS:
        assert format_of(Source.model_validate({"format": format.name})) is format
    assert format_of(Source()) is None


def test_a_first_line_that_names_the_delimiter_is_no_header(tmp_path: Path) -> None:
    file = recognise(written(tmp_path, "log.csv", "sep=;\r\nuser;event\r\nu1,x;ad\r\n"), "log.csv")
    assert file
    assert (file.delimiter, file.header, file.preamble) == (";", ("user", "event"), 1)
    assert file.format.scan([file], {}).collect().to_dicts()[0]["user"] == "u1,x"
    assert file.format.lines(file, [0]) == [3]
    assert file.format.examples(file, "event") == ["ad"]


def test_blanks_after_delimiters_belong_to_no_value(tmp_path: Path) -> None:
    file = recognise(written(tmp_path, "log.csv", "user, event\nu1, ad\n"), "log.csv")
    assert file
    assert file.format.scan([file], {}).select("user", "event").collect().rows() == [("u1", "ad")]
    plain = recognise(written(tmp_path, "plain.csv", "user,event\nu1, ad\n"), "plain.csv")
    assert plain
    assert plain.format.scan([plain], {}).select("event").collect().rows() == [(" ad",)]


def test_a_field_may_be_as_long_as_a_page(tmp_path: Path) -> None:
    page = "z" * 200_000
    file = recognise(written(tmp_path, "log.csv", f'user,note\nu1,"{page}"\nu2,{page}\n'), "log.csv")
    assert file
    assert file.format.scan([file], {}).select("note").collect()["note"].to_list() == [page, page]


def test_names_that_clash_with_those_of_copies_are_one_line(tmp_path: Path) -> None:
    file = recognise(written(tmp_path, "log.csv", "x,x,x_duplicated_0\n1,2,3\n"), "log.csv")
    assert file
    with pytest.raises(DataError, match=r"the header of log.csv has 'x' more than once"):
        file.format.scan([file], {})


def test_lines_that_end_with_cr_alone_are_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"user,event\ru1,ad\r")
    with pytest.raises(DataError, match="end as on old Macs, with CR alone"):
        recognise(str(tmp_path / "log.csv"), "log.csv")
