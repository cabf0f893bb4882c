"""Funnel files: YAML 1.2, every problem at its place, all of them at once."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from growthctl.errors import Exit, Problem, SpecError
from growthctl.funnel.file import funnel_from_mapping, funnel_schema, load_funnel
from growthctl.funnel.problems import NOT_YET
from growthctl.funnel.sections.model import Funnel

STAGES = "stages:\n  - {name: ad, event: ad_click}\n  - {name: payment, event: paid}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "signup.yml"


def loaded(file: Path, text: str) -> Funnel:
    file.write_text(text, encoding="utf-8", newline="")
    return load_funnel(file)


def problems(file: Path, content: str | bytes) -> list[Problem]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SpecError) as caught:
        load_funnel(file)
    assert all(problem.file == str(file) for problem in caught.value.problems)
    return list(caught.value.problems)


def placed(file: Path, text: str) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.column, problem.message) for problem in problems(file, text)]


def test_four_lines_make_a_funnel_named_after_its_file(file: Path) -> None:
    funnel = loaded(file, STAGES)
    assert funnel.name == "signup"
    assert [stage.name for stage in funnel.stages] == ["ad", "payment"]
    assert loaded(file, f"name: mine\n{STAGES}").name == "mine"


def test_yaml_is_read_as_1_2(file: Path) -> None:
    text = "name: 12:30\ndescription: NO\nstages:\n  - {name: ad, event: [yes, on, 2024-01-01, '1']}\n"
    funnel = loaded(file, text)
    assert (funnel.name, funnel.description) == ("12:30", "NO")
    assert funnel.stages[0].event == ("yes", "on", "2024-01-01", "1")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("010", 10), ("0o10", 8), ("0x1F", 31), ("-7", -7), ("1e3", 1000.0), (".5", 0.5), ("True", True),
        ("false", False), ("yes", "yes"), ("1_000", "1_000"), ("0b1", "0b1"), ("'4'", "4"), ("!!str 4", "4"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(file: Path, written: str, value: object) -> None:
    funnel = loaded(file, f"stages:\n  - {{name: ad, event: e, where: {{p: {written}}}}}\n")
    assert funnel == funnel_from_mapping({"stages": [{"name": "ad", "event": "e", "where": {"p": value}}]}, "signup")


def test_a_byte_order_mark_and_windows_line_ends_are_fine(file: Path) -> None:
    assert loaded(file, "\ufeff" + STAGES.replace("\n", "\r\n")).stages[1].event == ("paid",)


def test_an_emoji_may_be_written_as_json_writes_it(file: Path) -> None:
    assert loaded(file, 'name: "\\ud83d\\ude00 shop"\n' + STAGES).name == "😀 shop"


def test_an_anchor_may_be_repeated(file: Path) -> None:
    funnel = loaded(
        file, "stages:\n  - {name: a, event: e, where: &pro {plan: pro}}\n  - {name: b, event: f, where: *pro}\n"
    )
    assert funnel.stages[0].where == funnel.stages[1].where


def test_all_problems_come_at_once_in_the_order_of_the_file(file: Path) -> None:
    text = """\
windw: 14d
window: 14
timezone: Europe/Berlinn
source: {format: cvs, columns: {entty: id}}
stages:
  - name: ad
    event: ad_click
    target: 75
  - name: ad
    evnt: signup
    kind: singup
  - name: pay
    event: 3
attribution: stage:pya
value: {margin: 80}
"""
    assert placed(file, text) == [
        (1, 1, "unknown key 'windw'; did you mean 'window'?"),
        (2, 9, "window: '14' is not a duration: write a number and a unit, such as 30m, 24h, 14d or 2w"),
        (3, 11, "timezone: unknown time zone 'Europe/Berlinn'; did you mean 'Europe/Berlin'?"),
        (4, 18, "source.format: 'cvs' is not one of auto, csv, parquet, ndjson, excel; did you mean 'csv'?"),
        (4, 33, "source.columns: unknown key 'entty'; did you mean 'entity'?"),
        (8, 13, "stages[0].target: '75' is not a rate: write 75% or 0.75"),
        (8, 13, "stages[0].target: the first stage has no target: nothing comes before it"),
        (9, 5, "stages[1]: 'event' is missing"),
        (9, 11, "stages[1].name: the name 'ad' is taken by stages[0]"),
        (10, 5, "stages[1]: unknown key 'evnt'; did you mean 'event'?"),
        (
            11,
            11,
            "stages[1].kind: 'singup' is not one of ad, landing, signup, activation, onboarding, sales_talk, demo, "
            "payment, retention, referral, expansion; did you mean 'signup'?",
        ),
        (13, 12, "stages[2].event: '3' is a number, not a name: write it in quotes"),
        (14, 14, "attribution: there is no stage 'pya'; did you mean 'pay'?"),
        (15, 8, "value: give either per_conversion or property"),
        (15, 17, "value.margin: '80' is not a rate: write 75% or 0.75"),
    ]


def test_without_stages_the_stages_that_other_keys_name_are_not_problems_too(file: Path) -> None:
    text = "stagez: []\nattribution: stage:pay\nvalue: {stage: pay, property: amount}\n"
    assert placed(file, text) == [
        (1, 1, "'stages' is missing"),
        (1, 1, "unknown key 'stagez'; did you mean 'stages'?"),
    ]


def test_problems_of_what_takes_the_last_stage_back_are_placed(file: Path) -> None:
    text = (
        STAGES.replace("ad,", "end,")
        + "exclude:\n  - {event: refund, between: [end, paymen], for: soon, effect: drop}\n"
    )
    assert placed(file, text) == [
        (2, 12, "stages[0].name: the name 'end' is what comes after the last stage: take another"),
        (5, 30, "exclude[0].between: only the last required stage can be taken back: write [payment, end]"),
        (
            5,
            50,
            "exclude[0].for: 'soon' is not a duration: write a number and a unit, such as 30m, 24h, 14d or 2w",
        ),
        (5, 64, "exclude[0].effect: effect: drop does not go with end: who is taken back keeps the stages before"),
    ]


@pytest.mark.parametrize(
    ("where", "line", "column"),
    [
        ("plan = 'pro' AND ) x", 3, 29),
        ("\"plan = 'pro' AND ) x\"", 3, 30),
        ("'plan = ''pro'' AND ) x'", 3, 32),
        ('"plan = \\u0027pro\' AND ) x"', 3, 12),
        ("plan = 'pro'\n      AND ) x", 3, 12),
        ("|\n      plan = 'pro' AND ) x", 3, 12),
        ("{any: [{plan: pro}, 'AND']}", 3, 33),
        ("{plan: pro, amount: {gtt: 4}}", 3, 38),
        ("{plan: [pro, null]}", 3, 25),
        ("{}", 3, 12),
    ],
)
def test_a_problem_in_a_condition_is_placed_inside_it(file: Path, where: str, line: int, column: int) -> None:
    [problem] = problems(file, f"stages:\n  - name: ad\n    where: {where}\n    event: ad_click\n")
    assert (problem.code, problem.line, problem.column) == ("invalid_condition", line, column)


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("", 1, 1, "the file is empty"),
        ("# nothing\n", 1, 1, "the file is empty"),
        ("- a\n", 1, 1, "a funnel file is a mapping of keys to values, not a list"),
        ("word", 1, 1, "a funnel file is a mapping of keys to values, not a text"),
        ("name: a: b\n", 1, 8, "not YAML: mapping values are not allowed here"),
        ("stages:\n\t- name: a\n", 2, 1, "a tab cannot indent YAML; use spaces"),
        ("stages: [{name: a, event: *}]\n", 1, 28, 'a plain * starts an alias; for any event write "*" in quotes'),
        ("name: a\nb: \x07\n", 2, 4, r"the character '\x07' is not allowed"),
        ("a: &a [*a]", 1, 4, "nested deeper than 60 levels"),
        ("[" * 1000, 1, 1, "nested deeper than 60 levels"),
        ('a: "\\UFFFFFFFF"', 1, 1, "not YAML: Python int too large to convert to C int"),
        (b"name: a\nb: \xff\n", 2, 1, "the file is not UTF-8"),
        ("name: a".encode("utf-16"), 1, 1, "the file is not UTF-8"),
        ("#" * 1_000_001, None, None, "a funnel file is at most 1 MB"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_funnel_gets_one_clear_line(
    file: Path, content: str | bytes, line: int | None, column: int | None, message: str
) -> None:
    [problem] = problems(file, content)
    assert (problem.line, problem.column, problem.message) == (line, column, message)


def test_aliases_that_multiply_are_refused(file: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    [problem] = problems(file, "\n".join(lines))
    assert problem.message == "more than 100000 values; do aliases multiply them?"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("window: 1d\nwindow: 2d\n", 2, 1, "the key 'window' stands here twice"),
        ("source: {format: csv, format: csv}\n", 1, 23, "source: the key 'format' stands here twice"),
        ("source:\n  <<: {format: csv}\n", 2, 3, "source: merge keys (<<) are not supported; repeat what you mean"),
        ("? [a]\n: 1\n", 1, 3, "a key is a plain name"),
        ("name: !!python/name:a.b x\n", 1, 7, "name: the tag tag:yaml.org,2002:python/name:a.b is not supported"),
        ("name: !mine x\n", 1, 7, "name: the tag !mine is not supported"),
        ("name: !!int x\n", 1, 7, "name: this is not a value of the tag int"),
        ('name: "\\ud800"\n', 1, 7, "name: half a surrogate pair is not a character"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_yaml_does_not_hide_the_rest(
    file: Path, text: str, line: int, column: int, message: str
) -> None:
    last = (text + STAGES).count("\n") + 1
    assert placed(file, f"{text}{STAGES}windw: 1d\n") == [
        (line, column, message),
        (last, 1, "unknown key 'windw'; did you mean 'window'?"),
    ]


def test_variables_are_read_in_the_source(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGS", "/data")
    monkeypatch.setenv("NOTHING", "")
    monkeypatch.delenv("FORMAT", raising=False)
    text = """\
name: ${LOGS}
source:
  path: ["${LOGS}/a.csv", "${LOGS}-${LOGS}"]
  format: ${FORMAT:-csv}
  max_bad: ${NOTHING:-5%}
"""
    funnel = loaded(file, text + STAGES)
    assert funnel.source.path == ("/data/a.csv", "/data-/data")
    assert (funnel.source.format, funnel.source.max_bad, funnel.name) == ("csv", 0.05, "${LOGS}")
    assert funnel_from_mapping(
        {"source": {"path": "${LOGS}"}, "stages": [{"name": "a", "event": "b"}]}
    ).source.path == ("/data",)


def test_an_unset_variable_is_the_only_problem_of_its_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORMAT", raising=False)
    [problem] = problems(file, "source:\n  format: ${FORMAT}\n" + STAGES)
    assert (problem.code, problem.line, problem.column) == ("unset_variable", 2, 11)
    assert problem.message == "source.format: the environment variable FORMAT is not set"


def test_a_relative_path_stays_as_it_is_written(file: Path) -> None:
    assert loaded(file, "source: {path: ../events.csv}\n" + STAGES).source.path == ("../events.csv",)


@pytest.mark.parametrize("row", sorted(NOT_YET))
def test_what_comes_later_is_refused_and_never_ignored(row: str) -> None:
    key, _, value = row.partition(": ")
    mapping: dict[str, object] = {"stages": [{"name": "ad", "event": "e"}]}
    *outer, last = key.split(".")
    inner: dict[str, object] = {last: value or None}
    if outer == ["stages"]:
        mapping["stages"] = [{"name": "ad", "event": "e", **inner}]
    else:
        for name in reversed(outer):
            inner = {name: inner}
        mapping |= inner
    with pytest.raises(SpecError) as caught:
        funnel_from_mapping(mapping)
    [problem] = caught.value.problems
    assert problem.code == "not_supported"
    assert f"'{value or last}' is not supported yet" in problem.message


def test_a_missing_file_is_a_usage_error_that_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "signup.yml").touch()
    with pytest.raises(SpecError) as caught:
        load_funnel(tmp_path / "singup.yml")
    [problem] = caught.value.problems
    assert (caught.value.exit, problem.code) == (Exit.USAGE, "no_such_file")
    assert problem.message.endswith("singup.yml; did you mean 'signup.yml'?")


@pytest.mark.parametrize("name", [".", "a\0b"])
def test_a_file_that_cannot_be_opened_is_told_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(SpecError, match="cannot read"):
        load_funnel(tmp_path / name)


def test_a_mapping_has_key_paths_and_no_places() -> None:
    with pytest.raises(SpecError) as caught:
        funnel_from_mapping({"stages": [{"name": "ad", "event": "e"}, {"name": "b"}], "windw": "1d", 3: 4})  # type: ignore[dict-item]
    assert [(problem.message, problem.file, problem.line) for problem in caught.value.problems] == [
        ("unknown key 'windw'; did you mean 'window'?", None, None),
        ("unknown key '3'", None, None),
        ("stages[1]: 'event' is missing", None, None),
    ]


def test_a_mapping_takes_the_name_it_is_given_unless_it_has_one() -> None:
    mapping = {"stages": [{"name": "ad", "event": "e"}]}
    assert funnel_from_mapping(mapping).name == "funnel"
    assert funnel_from_mapping(mapping, name="mine").name == "mine"
    assert funnel_from_mapping({**mapping, "name": "own"}, name="mine").name == "own"


FULL = {
    "version": 1,
    "timezone": "Europe/Berlin",
    "source": {"path": ["a.csv", "b.csv"], "columns": {"entity": "id"}, "filter": {"is_bot": False}, "max_bad": "1%"},
    "window": "14d",
    "stages": [
        {"name": "ad", "kind": "ad", "event": "ad_click", "where": "plan = 'pro'"},
        {
            "name": "signup",
            "event": ["a", "b"],
            "where": {"plan": ["pro", "team"], "amount": {"gt": 10}, "any": [{"x": {"is_null": True}}, "y = 1"]},
            "target": 0.5,
            "within": "1.5h",
            "runbook": "https://wiki.example",
        },
    ],
    "segments": ["country"],
    "attribution": "stage:signup",
    "value": {"property": "amount", "stage": "signup", "margin": 0.8, "currency": "EUR"},
}


def test_the_schema_accepts_what_the_loader_accepts() -> None:
    schema = funnel_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    funnel_from_mapping(FULL)
    jsonschema.Draft202012Validator(schema).validate(FULL)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "growthctl funnel file"


@pytest.mark.parametrize(
    "wrong",
    [
        {"windw": "1d"},
        {"window": "14"},
        {"window": 14},
        {"stages": []},
        {"stages": [{"name": "a b", "event": "e"}]},
        {"stages": [{"name": "a"}]},
        {"stages": [{"name": "a", "event": []}]},
        {"stages": [{"name": "a", "event": "e", "target": 75}]},
        {"stages": [{"name": "a", "event": "e", "where": {"p": {"gtt": 3}}}]},
        {"stages": [{"name": "a", "event": "e", "where": 3}]},
        {"attribution": "frist"},
        {"source": {"format": "cvs"}},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        funnel_from_mapping(FULL | wrong)
    assert not jsonschema.Draft202012Validator(funnel_schema()).is_valid(FULL | wrong)


def test_every_key_of_the_schema_is_described() -> None:
    schema = funnel_schema()
    for model in (schema, *schema["$defs"].values()):
        assert model["description"]
        for key, value in model["properties"].items():
            assert value.get("description"), key


PIECES = "stages name event where window source value 14d 1 ~ [ ] { } ' \" , # % : : : &a *a << !!int ${X} a=1"
SPACES = ("\n", "\n  ", "- ", "|\n", "\t", "---\n", " ")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(st.sampled_from([*PIECES.split(), *SPACES]), max_size=20).map("".join) | st.text(max_size=30))
def test_no_text_raises_anything_but_a_spec_error(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_funnel(file)
    except SpecError as error:
        assert error.problems


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["ad", "14d", "75%", "stage:ad", "a = 1"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "event", "where", "stage", "property"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FULL)), VALUES), st.lists(VALUES, max_size=3))
def test_no_mapping_raises_anything_but_a_spec_error(mapping: dict[str, object], stages: list[object]) -> None:
    try:
        funnel_from_mapping({"stages": stages} | mapping)
    except SpecError as error:
        assert error.problems
