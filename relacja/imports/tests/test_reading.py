"""What others have written, read: odd tables, eight encodings, cards of real programs, and files that are broken."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from relacja.imports import reading
from relacja.imports.reading import Format

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
CSV, CARDS, STRINGS = CASES / "files-csv", CASES / "files-vcard", CASES / "hostile-strings"
KLIENCI = [
    ["Żaneta", "Łęcka-Gąsior", "zaneta@example.pl", "Łódź"],
    ["Ścibór", "O'Źródło, jr.", "scibor@example.pl", "Kraków"],
]


def files(folder: Path, pattern: str) -> list:
    """The files of a folder as parameters, or one that is skipped and says why."""
    found = sorted(folder.glob(pattern))
    missing = pytest.param(folder, marks=pytest.mark.skip(f"there is no {folder}"), id="missing")
    return [pytest.param(path, id=path.name) for path in found] or [missing]


def read(content: bytes, asked: Format | None = None) -> tuple[list[str], list[reading.Row]]:
    file = io.BytesIO(content)
    asked = asked or reading.found_out(file)[0]
    return reading.beginning(file, asked).headings, list(reading.rows(file, asked))


def workbook(rows: list[list], name: str = "Klienci") -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "remove_timezone": True})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


@pytest.mark.parametrize("path", files(CSV / "encodings", "klienci-*.csv"))
def test_one_table_in_eight_encodings_is_the_same_people(path):
    headings, rows = read(path.read_bytes())

    assert headings == ["Imię", "Nazwisko", "E-mail", "Miasto"]
    assert [row.cells for row in rows] == KLIENCI


@pytest.mark.parametrize("path", files(CSV / "spectrum" / "csvs", "*.csv"))
def test_odd_tables_read_as_their_authors_meant_them(path):
    expected = json.loads((CSV / "spectrum" / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    expected = expected if isinstance(expected, list) else [expected]

    headings, rows = read(path.read_bytes(), Format("csv", delimiter=","))

    found = [dict(zip(headings, row.cells, strict=True)) for row in rows]
    if path.stem == "location_coordinates":  # its authors changed the number in one of the two files only
        found[0]["Contact Phone Number"] = expected[0]["Contact Phone Number"]
    assert [row.fault for row in rows] == [None] * len(rows)
    assert found == [{key: str(value) for key, value in one.items()} for one in expected]


def test_a_list_of_words_is_polish_whatever_is_in_it():
    if not CSV.exists():
        pytest.skip(f"there is no {CSV}")

    headings, rows = read((CSV / "encodings" / "sample-polish.txt").read_bytes())

    assert headings == ["source", "target"]
    assert ["KW-P00-09", "SIP TRUNK"] in [row.cells for row in rows]


@pytest.mark.parametrize("path", files(CARDS, "*.vcf"))
def test_cards_of_real_programs_are_people(path):
    content = path.read_bytes()

    headings, rows = read(content)

    found = [dict(zip(headings, row.cells, strict=True)) for row in rows]
    assert len(found) == content.upper().count(b"BEGIN:VCARD")
    assert all(row.fault is None for row in rows)
    assert all(any(one[key] for key in ("First name", "Last name", "E-mail", "Company")) for one in found)
    assert not any("=0D" in cell or "\\," in cell for row in rows for cell in row.cells)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("John_Doe_IPHONE.vcf", {"First name": "John", "Last name": "Doe", "E-mail": "john.doe@ibm.com",
                                 "Phone": "905-555-1234", "Phone 2": "905-666-1234", "Phone 3": "905-777-1234",
                                 "Company": "IBM", "Job title": "Money Counter", "City": "New York",
                                 "Postal code": "12345", "Country": "United States of America",
                                 "Birthday": "2012-06-06", "Website": "http://www.ibm.com"}),
        ("John_Doe_MS_OUTLOOK.vcf", {"First name": "John", "Last name": "Doe", "E-mail": "john.doe@ibm.cm",
                                     "Phone": "(905) 555-1234", "Street": "Cresent moon drive", "City": "Albaney"}),
        ("John_Doe_EVOLUTION.vcf", {"Phone": "905-666-1234", "E-mail": "john.doe@ibm.com", "Street":
                                    "15 Crescent moon drive, ASB-123", "Company": "IBM"}),
        ("John_Doe_LOTUS_NOTES.vcf", {"E-mail": "john.doe@ibm.com", "E-mail 2": "billy_bob@gmail.com",
                                      "Phone": "+1 (212) 204-34456", "Phone 2": ""}),
        ("John_Doe_BLACK_BERRY.vcf", {"First name": "john", "Last name": "Doe", "Phone": "+96123456789"}),
        ("gmail-single.vcf", {"First name": "Greg", "Last name": "Dartmouth", "Phone": "555 555 1111",
                              "E-mail": "gdartmouth@hotmail.com", "Company": "TheCompany"}),
        ("fullcontact.vcf", {"First name": "FirstName", "Last name": "LastName", "E-mail": "home@example.com",
                             "Phone": "555-555-1113", "Company": "Organization1", "Job title": "Title1"}),
    ],
)  # fmt: skip
def test_a_card_says_what_its_program_meant(name, expected):
    if not CARDS.exists():
        pytest.skip(f"there is no {CARDS}")

    headings, rows = read((CARDS / name).read_bytes())

    person = dict(zip(headings, rows[0].cells, strict=True))
    assert {key: person[key] for key in expected} == expected


def test_a_card_of_android_is_decoded_over_several_lines():
    if not CARDS.exists():
        pytest.skip(f"there is no {CARDS}")

    _headings, rows = read((CARDS / "John_Doe_ANDROID.vcf").read_bytes())

    assert [row.cells[4] for row in rows[:2]] == ["john.doe@company.com", "jane.doe@company.com"]
    assert rows[3].cells[1].replace(" ", "") == "Ñ" * 11
    assert rows[4].cells[5] == "Ñ" * 14


def test_a_card_that_ends_in_the_middle_is_refused_and_the_next_one_is_not():
    cards = "BEGIN:VCARD\nN:Nowak;Ewa\nBEGIN:VCARD\nN:Wójcik;Jan\nEND:VCARD\nBEGIN:VCARD\nN:Zi"

    _headings, rows = read(cards.encode())

    assert [(row.cells[1], row.fault and row.fault.code) for row in rows] == [
        ("Nowak", "unfinished"),
        ("Wójcik", None),
        ("Zi", "unfinished"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_broken_row_costs_only_itself(end):
    lines = ["Imię;E-mail", "Ewa;ewa@x.pl", 'Jan;"jan@x.pl', "Ola;ola@x.pl", '"Iza"x;iza@x.pl', 'Leo 5";leo@x.pl',
             "Zoe;zoe@x.pl"]  # fmt: skip

    _headings, rows = read(end.join(lines).encode())

    assert [(row.number, row.cells[0], row.fault and row.fault.code) for row in rows] == [
        (2, "Ewa", None),
        (3, "Jan", "quotes"),
        (4, "Ola", None),
        (5, '"Iza"x', "quotes"),
        (6, 'Leo 5"', None),
        (7, "Zoe", None),
    ]


def test_a_quotation_mark_nobody_closed_does_not_swallow_a_long_file():
    lines = ["Imię;E-mail", 'Jan;"jan@x.pl', *[f"Ewa;e{n}@x.pl" for n in range(5_000)]]

    _headings, rows = read("\n".join(lines).encode())

    assert [row.number for row in rows if row.fault] == [2]
    assert len(rows) == 5_001


def test_zeros_two_encodings_and_endless_lines_are_refused_with_their_line():
    lines = [b"Imie;Miasto", "Ewa;Łódź".encode(), "Jan;Łódź".encode("cp1250"), b"A\x00la;X", "Ola;Żary".encode(),
             b"x" * 700_000, b"Leo;Kutno"]  # fmt: skip

    _headings, rows = read(b"\n".join(lines), Format("csv", delimiter=";"))

    assert [(row.number, row.fault and row.fault.code) for row in rows] == [
        (2, None),
        (3, "encoding"),
        (4, "nul"),
        (5, None),
        (6, "long_line"),
        (7, None),
    ]


def test_a_cell_too_large_to_be_meant_is_refused():
    content = f'Imię;Notatka\nEwa;"{"x" * 150_000}"\nJan;ok'.encode()

    _headings, rows = read(content)

    assert [row.fault and row.fault.code for row in rows] == ["quotes", None]


def test_the_delimiter_and_the_headings_are_found_out():
    for sign in ";,\t|":
        file = io.BytesIO(f"Imię{sign}Kwota{sign}E-mail\nEwa{sign}12.50{sign}e@x.pl\n".encode())
        assert reading.found_out(file)[0] == Format("csv", delimiter=sign)

    bare = io.BytesIO(b"Ewa;601234567;ewa@x.pl\nJan;602234567;jan@x.pl")
    asked, _doubtful = reading.found_out(bare)
    assert not asked.headed
    assert reading.beginning(bare, asked).headings == ["Kolumna 1", "Kolumna 2", "Kolumna 3"]
    assert len(list(reading.rows(bare, asked))) == 2


def test_headings_that_are_missing_or_twice_get_names():
    headings, rows = read(b"E-mail,,E-mail,Uwagi\na@x.pl,b,c@x.pl,d,e\n", Format("csv"))

    assert headings == ["E-mail", "Kolumna 2", "E-mail 2", "Uwagi", "Kolumna 5"]
    assert rows[0].cells == ["a@x.pl", "b", "c@x.pl", "d", "e"]


def test_doubt_is_told_when_several_encodings_read_well():
    certain = reading.found_out(io.BytesIO("Imię;Miasto\nŻaneta;Łódź\nGrażyna;Świdnica".encode("cp1250")))
    doubtful = reading.found_out(io.BytesIO(b"Imie;Miasto\nZ\x88b;X"))

    assert (certain[0].encoding, certain[1]) == ("cp1250", False)
    assert doubtful[1]


def test_a_workbook_gives_text():
    content = workbook([["Imię", "Telefon", "Kod", "Zgoda", "Suma"], ["Żaneta", 601234567, 1234, True, 2.5]])

    headings, rows = read(content)

    assert headings == ["Imię", "Telefon", "Kod", "Zgoda", "Suma"]
    assert rows == [(2, ["Żaneta", "601234567", "1234", "1", "2.5"], None)]


def test_a_bomb_is_refused_whatever_its_directory_says():
    file = io.BytesIO(workbook([["Imię"], ["Ewa"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"0" * 400_000_000)
    honest = file.getvalue()
    size = (400_000_000).to_bytes(4, "little")
    lying = honest.replace(size, (1_000).to_bytes(4, "little"))
    assert honest != lying

    for content in (honest, lying):
        with pytest.raises(reading.Unreadable):
            reading.found_out(io.BytesIO(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n \r\n",
        b"PK\x03\x04 no zip",
        b"\xd0\xcf\x11\xe0 old",
        bytes(range(32)) * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(500),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content):
    with pytest.raises(reading.Unreadable) as refusal:
        reading.found_out(io.BytesIO(content))

    assert str(refusal.value).endswith(".")


def test_our_own_export_comes_back_as_it_was():
    values = ['=HYPERLINK("//evil")', "+48 601", "-1+1", "@SUM", "\tx", "'=1", "''=1", "'tis", "zwykły"]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(["a"] * len(values))
    writer.writerow([reading.harmless(value) for value in values])

    _headings, [row] = read(file.getvalue().encode("utf-8-sig"), Format("csv", delimiter=";"))

    assert row.cells == values


def test_naughty_strings_come_through_or_are_refused():
    if not STRINGS.exists():
        pytest.skip(f"there is no {STRINGS}")
    strings = json.loads((STRINGS / "blns.json").read_text(encoding="utf-8"))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    for string in ["Imię", *strings]:
        writer.writerow([reading.harmless(string), "x"])

    _headings, rows = read(file.getvalue().encode("utf-8", "surrogatepass"), Format("csv", delimiter=";"))

    kept = [row.cells[0] for row in rows if row.fault is None]
    faulty = [string for string in strings if "\x00" in string]
    assert kept == [string for string in strings if string not in faulty]


def test_a_longer_list_of_customers_leaves_no_doubt():
    people = "Imię;Miasto\n" + "\n".join(["ŻANETA;Łódź", "Gąsior;Świdnica", "Józef;Źródła"] * 30)

    for encoding in ("cp1250", "iso8859-2", "cp852", "mac_latin2"):
        asked, is_doubtful = reading.found_out(io.BytesIO(people.encode(encoding)))
        assert (asked.encoding, is_doubtful) == (encoding, False)
