"""Workbooks, held and read a row at a time: both ways give the same, and neither is taken in by who made the file."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter

from relacja.imports import reading
from relacja.imports.reading import Format, sheets, workbooks

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<workbook xmlns="{SPACE}" xmlns:r="r"><workbookPr/>'
    '<sheets><sheet name="Klienci" sheetId="1" r:id="a"/></sheets></workbook>'
)
RELATIONS = '<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'


@pytest.fixture(params=["held", "a row at a time"])
def way(request, monkeypatch):
    if request.param != "held":
        monkeypatch.setattr(sheets, "HELD", 0)


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(sheets, "HELD", 0)


def workbook(fill, **options) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **options})
    fill(book)
    book.close()
    return file


def made(rows: str, **parts: str) -> io.BytesIO:
    """A workbook by hand: these rows, and other parts by name."""
    file = io.BytesIO()
    sheet = f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'
    usual = {"workbook": BOOK, "_rels/workbook.xml.rels": RELATIONS, "worksheets/sheet1": sheet}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**usual, **parts}.items():
            archive.writestr(f"xl/{name}" if name.endswith(".rels") else f"xl/{name}.xml", text)
    return file


def cells(file: io.BytesIO, sheet: str = "") -> list[tuple[int, list[str]]]:
    asked = Format("xlsx", sheet=sheet, headed=False)
    return [(row.number, row.cells) for row in reading.rows(file, asked)]


def fill(book) -> None:
    day = book.add_format({"num_format": "d mmm yyyy"})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    clock = book.add_format({"num_format": "hh:mm"})
    money = book.add_format({"num_format": '#,##0.00 "zł, dyd"'})
    percent = book.add_format({"num_format": "[Red]0%"})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Pierwszy")
    sheet.write_row(0, 0, ["Imię", "Dzień", "Chwila", "Godzina", "Kwota", "Część", "Tak", "Wzór", "Bogaty"])
    sheet.write(2, 0, "  Żaneta & <syn>\nx")
    sheet.write(2, 1, date(2024, 2, 29), day)
    sheet.write(2, 2, datetime.fromisoformat("2024-10-27T02:30"), minute)
    sheet.write(2, 3, time(7, 5), clock)
    sheet.write(2, 4, 1234.5, money)
    sheet.write(2, 5, 0.07, percent)
    sheet.write(2, 6, True)
    sheet.write_formula(2, 7, "=1+1", None, 2)
    sheet.write_rich_string(2, 8, "na ", bold, "zawsze")
    sheet.write(3, 4, 601234567)
    sheet.write(3, 8, 123456789012345678)
    book.add_worksheet("Drugi").write(0, 0, "inny")


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}, {"date_1904": True}])
def test_both_ways_read_the_same(way, options):
    file = workbook(fill, **options)

    assert cells(file) == [
        (1, ["Imię", "Dzień", "Chwila", "Godzina", "Kwota", "Część", "Tak", "Wzór", "Bogaty"]),
        (
            3,
            [
                *("  Żaneta & <syn>\nx", "2024-02-29", "2024-10-27 02:30:00", "07:05:00"),
                *("1234.5", "0.07", "1", "2", "na zawsze"),
            ],
        ),
        (4, ["", "", "", "", "601234567", "", "", "", "1.234567890123457e+17"]),
    ]
    assert cells(file, "Drugi") == [(1, ["inny"])]
    assert reading.beginning(file, Format("xlsx")).sheets == ["Pierwszy", "Drugi"]


def test_texts_that_cells_share_wait_on_the_disk(large, monkeypatch):
    monkeypatch.setattr(workbooks, "HELD", 10)
    monkeypatch.setattr(workbooks, "_WINDOW", 64)
    names = [f"Źdźbło {n}" * (n % 7) + "x" for n in range(300)]

    def write(book) -> None:
        sheet = book.add_worksheet()
        for number, name in enumerate([*names, *reversed(names)]):
            sheet.write(number, 0, name)

    assert [row[0] for _number, row in cells(workbook(write))] == [*names, *reversed(names)]


def test_parts_may_have_prefixes_and_cells_no_address(large):
    sheet = (
        '<x:worksheet xmlns:x="s"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Ewa</x:t>'
        "<x:rPh><x:t>fonetycznie</x:t></x:rPh></x:is></x:c><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )

    assert cells(made("", **{"worksheets/sheet1": sheet})) == [(1, ["Ewa", "7"])]


def test_many_rows_cost_little_memory(large):
    row = '<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="inlineStr"><is><t>Ewa {n}</t></is></c></row>'
    file = made("".join(row.format(n=n) for n in range(1, 60_001)))
    asked = Format("xlsx", headed=False)

    tracemalloc.start()
    count = sum(1 for _row in reading.rows(file, asked))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 60_000
    assert peak < 4_000_000


@pytest.mark.parametrize(
    "file",
    [
        made("<row>" + "<c>" * 100 + "</c>" * 100 + "</row>"),
        made(f'<row><c r="A1" s="{"1" * 20_000_000}"><v>1</v></c></row>'),
        made('<row><c t="s"><v>1</v></c></row>', sharedStrings="<sst><si><t>x</t></si></sst>"),
        made("<row><c><v>1</v></row>"),
        made("", **{"worksheets/sheet1": '<!DOCTYPE x [<!ENTITY a "aa">]><worksheet/>'}),
        made("", workbook="<workbook/>"),
    ],
)
def test_what_nobody_would_make_is_refused(large, file):
    tracemalloc.start()
    with pytest.raises(reading.Unreadable):
        cells(file)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 60_000_000


def test_a_cell_of_gigabytes_refuses_its_row_only(large):
    file = made(
        f'<row><c t="inlineStr"><is><t>{"x" * 9_000_000}</t></is></c></row><row><c t="str"><v>Ewa</v></c></row>'
    )

    found = list(reading.rows(file, Format("xlsx", headed=False)))

    assert [(row.fault and row.fault.code, len(row.cells[0])) for row in found] == [("long_line", 100_000), (None, 3)]


def test_a_sheet_wider_than_any_table_is_refused_in_a_sentence(way):
    file = workbook(lambda book: book.add_worksheet().write_row(0, 0, range(700)))

    with pytest.raises(reading.Unreadable, match="300"):
        cells(file)


def test_what_packs_too_well_or_says_otherwise_is_refused_at_once():
    rows = made("".join(f"<row><c><v>{n}</v></c></row>" for n in range(1_000)))
    with zipfile.ZipFile(rows, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 60_000_000)
    with pytest.raises(reading.Unreadable):
        reading.found_out(rows)

    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(sheets.MOST_PARTS + 1):
            archive.writestr(f"{number}", "")
    with pytest.raises(reading.Unreadable):
        reading.found_out(many)
