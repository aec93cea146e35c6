"""What people see: reprs, notebooks, errors with a caret."""

import datetime as dt
import re

import pytest

import tabulith


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("A & B")
    ws["A1:B2"] = [["<b>", 1.5], [True, None]]
    ws["B2"] = "=B1*2"
    ws["C1"] = dt.date(2024, 2, 29)
    return wb


def test_reprs_say_what_things_are(wb):
    ws = wb["A & B"]
    assert repr(wb) == f"<tabulith.Workbook: 1 sheet, revision {wb.revision}>"
    assert repr(wb.snapshot()) == f"<tabulith.Snapshot: 1 sheet, revision {wb.revision}>"
    assert repr(ws) == "<tabulith.Sheet 'A & B': A1:C2>"
    assert repr(ws.cell("B2")) == "<tabulith.Cell 'A & B'!B2 =B1*2: 3.0>"
    assert repr(ws["A1:B2"]) == "<tabulith.Range 'A & B'!A1:B2>"


def test_a_notebook_shows_a_window_with_headers_and_formats(wb):
    html = wb["A & B"]._repr_html_()
    assert "<b>A &amp; B</b>" in html and "<th>C</th>" in html and "&lt;b&gt;" in html
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == ["&lt;b&gt;", "1.5", "2024-02-29", "TRUE", "3", ""]
    assert 'text-align:right">2024-02-29' in html
    assert "<li>A &amp; B: A1:C2</li>" in wb._repr_html_()
    assert "<th>2</th>" in wb["A & B"]["B2:C2"]._repr_html_()


def test_a_window_of_a_large_sheet_is_small(wb):
    ws = wb.add_sheet("Large")
    ws["A1:A100000"] = 1
    ws["XFD1048576"] = 1
    html = ws._repr_html_()
    assert html.count("<tr>") == 21 and html.count("<td") == 200
    assert "A1:J20 of Large!A1:XFD1048576" in html
    assert wb.add_sheet("Empty")._repr_html_() == "<p><b>Empty</b>: empty</p>\n"


def test_a_table_and_a_snapshot_show_themselves(wb):
    ws = wb["A & B"]
    ws["E1:F2"] = [["x", "y"], [1, 2]]
    table = ws.add_table("T", "E1:F2")
    assert "<td style=\"text-align:left\">x</td>" in table._repr_html_()
    assert repr(table) == "<tabulith.Table T: 'A & B'!E1:F2>"
    assert wb.snapshot()._repr_html_() == wb._repr_html_()


def test_a_formula_that_cannot_be_read_shows_where(wb):
    with pytest.raises(tabulith.ParseError) as caught:
        wb.evaluate("=SUM(1,2")
    message = str(caught.value)
    assert "=SUM(1,2" in message and message.splitlines()[2].strip() == "^"
    assert caught.value.span is not None
    with pytest.raises(tabulith.ParseError) as caught:
        wb["A & B"]["A1"] = "=SUMM(1)+)"
    assert "^" in str(caught.value)
    assert wb["A & B"]["A1"] == "<b>"


def test_errors_in_cells_are_values(wb):
    ws = wb["A & B"]
    ws["E1"] = "=1/0"
    assert ws.cell("E1").error == tabulith.CellError("#DIV/0!") and ws.cell("A1").error is None
    assert ws["E1:E1"] == tabulith.CellError("#DIV/0!")
    assert str(ws["E1"]) == "#DIV/0!"
