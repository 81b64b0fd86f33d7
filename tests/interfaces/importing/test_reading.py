"""Files and cells before any of it is understood: what is read, and what is refused with which words."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tallystick.errors import Refusal
from tallystick.interfaces.importing.errors import FileMissing, FileTooLarge, FileUnreadable, HeaderWrong
from tallystick.interfaces.importing.json_file import read_object
from tallystick.interfaces.importing.reading import read_rows
from tallystick.interfaces.importing.rows import Layout, Row
from tallystick.interfaces.importing.values import parse_choice, parse_day, parse_decimal, parse_whole, parse_yes_no

LAYOUT = Layout(["id", "name", "note"], ["id"])
Write = Callable[[bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(content: bytes | str) -> Path:
        path = tmp_path / "rows.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def read(path: Path, *, max_bytes: int = 1_000_000) -> list[Row]:
    return list(read_rows(path, layout=LAYOUT, max_bytes=max_bytes, watch=lambda done, total: None))


def cells(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(row.line, dict(row.cells)) for row in read(path)]


ONE = [(2, {"id": "1", "name": "Zoë"})]


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n1,Zoë\n",
        "id;name\r\n1;Zoë\r\n",
        "id\tname\n1\tZoë",
        "\ufeffid,name\n1,Zoë\n",
        '"id","name"\n"1"," Zoë "\n',
        " ID , Name \n1,Zoë\n\n,\n",
    ],
)
def test_commas_semicolons_tabs_quotes_and_a_byte_order_mark_are_all_the_same(write: Write, content: str) -> None:
    assert cells(write(content)) == ONE


def test_a_row_is_told_by_the_line_where_it_starts(write: Write) -> None:
    rows = cells(write('id,name\n1,"two\nlines"\n\n3,three\n'))
    assert [(line, row["id"]) for line, row in rows] == [(2, "1"), (5, "3")]


def test_a_row_of_another_length_is_a_problem_of_that_row(write: Write) -> None:
    rows = read(write("id,name\n1,a,b\n2,b\n3\n"))
    assert [(row.line, [problem.reason for problem in row.problems]) for row in rows] == [
        (2, ["has 3 cells, but the header has 2"]),
        (3, []),
        (4, ["has 1 cells, but the header has 2"]),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name\nA\n", "the column id is missing"),
        ("id,nmae\n1,A\n", "there is no column nmae; there are id, name, note"),
        ("id,id\n1,1\n", "the column id is there twice"),
        ("first line of a letter\n", "the first line must name columns, such as id"),
        ("1,2,3\n", "the first line must name columns, such as id"),
    ],
)
def test_another_header_is_refused(write: Write, content: str, reason: str) -> None:
    with pytest.raises(HeaderWrong) as refused:
        read(write(content))
    assert refused.value.message == f"rows.csv:1: {reason}. Nothing was written."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n \n", "it is empty"),
        (b"id,name\n1,Zo\xeb\n", "line 2 is not UTF-8 text; save it as CSV in UTF-8"),
        ("id,name\n1,A\n".encode("utf-16"), "it is not a text file; save it as CSV in UTF-8"),
        (b"PK\x03\x04\x00\x00", "it is not a text file; save it as CSV in UTF-8"),
        (b'id,name\n1,"' + b"x" * 200_000, "line 2: field larger than field limit (131072)"),
        (b"id,name\n" + b"1,a\n" * 20_000 + b"2,\xff\n", "after line "),
        (b'id,name\n1,"a"b\n', "line 2: "),
        (b"[1, 2", "the list breaks off after the item of line 1"),
        (b'[{"id": 1}\n{"id": 2}]', "the list breaks off after the item of line 1"),
        (b'[{"id": NaN}]', "NaN is not a number"),
        (b"[" * 100_000, "from line 1 on it is not JSON"),
        (b'{"id": 1}', "it must hold a list of objects, in brackets"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_place(write: Write, content: bytes, reason: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        read(write(content))
    assert refused.value.message.startswith("rows.csv can't be read: ")
    assert reason in refused.value.message


def test_a_character_may_lie_across_the_end_of_what_is_looked_at_first(write: Write) -> None:
    rows = cells(write("id,name\n1," + "a" * 65_525 + "ë\n"))
    assert rows[0][1]["name"].endswith("aë")


def test_a_file_that_is_not_there_or_too_large_is_refused_unread(write: Write, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read(tmp_path / "nothing.csv")
    with pytest.raises(FileTooLarge, match=r"rows.csv has 3 MB, more than the 2 MB"):
        read(write(b"\xff" * 2_500_000), max_bytes=2_000_000)


def test_how_far_it_is_read_is_told_and_ends_at_the_whole(write: Write) -> None:
    told: list[tuple[int, int]] = []
    path = write("id\n" + "1\n" * 12_000)
    rows = read_rows(path, layout=LAYOUT, max_bytes=10**6, watch=lambda done, total: told.append((done, total)))
    assert len(list(rows)) == 12_000
    assert told == sorted(told) and told[-1] == (24_003, 24_003)


def test_json_rows_are_the_same_rows_with_exact_numbers(write: Write) -> None:
    rows = [{"id": 1, "name": "Zoë", "note": None}, {"id": "2", "note": 1240.50}, {"id": True, "note": False}]
    path = write(json.dumps(rows, indent=0, ensure_ascii=False).replace("1240.5", "1240.50"))
    assert cells(path) == [
        (2, {"id": "1", "name": "Zoë", "note": ""}),
        (7, {"id": "2", "note": "1240.50"}),
        (11, {"id": "yes", "note": "no"}),
    ]


def test_json_numbers_are_not_written_out_to_gigabytes(write: Write) -> None:
    assert cells(write('[{"id": 1e999999999}]')) == [(1, {"id": "1E+999999999"})]


def test_json_that_is_no_flat_object_is_a_problem_of_that_row(write: Write) -> None:
    rows = read(write('[{"id": 1, "color": 2, "name": [1]}, 7]'))
    assert [[f"{each.field}: {each.reason}" for each in row.problems] for row in rows] == [
        ["color: is not a column", "name: must be a plain value"],
        ["row: must be an object, in braces"],
    ]


def test_one_object_is_one_object(write: Write) -> None:
    assert read_object(write('{"rate": 1.10}')) == {"rate": Decimal("1.10")}
    for content in ("[1]", "{", "{" * 50_000):
        with pytest.raises(Refusal):
            read_object(write(content))


@pytest.mark.parametrize(
    "text", ["2026-3-1", "20260301", "2026-W10-1", "01.03.2026", "2026-02-30", "0000-01-01", "soon"]
)
def test_a_date_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match="must be a date like 2026-03-31, but is"):
        parse_day(text)


def test_a_date_is_a_date() -> None:
    assert parse_day("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["1,5", "1 000", "1e3", "NaN", "Infinity", "--1", ".5", "5.", "9" * 17, "١٢", "0x1"])
def test_a_number_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a number like 1240\.50, but is"):
        parse_decimal(text)


def test_a_number_is_exact() -> None:
    assert (parse_decimal("0.10"), parse_decimal("-4.80")) == (Decimal("0.10"), Decimal("-4.80"))


@pytest.mark.parametrize("text", ["1.0", "1,000", "9" * 5_000, "one"])
def test_a_whole_number_is_whole(text: str) -> None:
    with pytest.raises(ValueError, match="must be a whole number") as wrong:
        parse_whole(text)
    assert len(str(wrong.value)) < 120


def test_yes_and_no_have_a_few_words() -> None:
    assert [parse_yes_no(text) for text in ("yes", "TRUE", "1", "No", "false", "0")] == [True] * 3 + [False] * 3
    with pytest.raises(ValueError, match="must be yes or no, but is 'maybe'"):
        parse_yes_no("maybe")


def test_a_choice_names_its_words() -> None:
    assert parse_choice("email", "print")("print") == "print"
    with pytest.raises(ValueError, match="must be email, print or none, but is 'fax'"):
        parse_choice("email", "print", "none")("fax")
