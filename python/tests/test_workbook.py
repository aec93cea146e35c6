"""Workbooks in memory: values, formulas, ranges, edits."""

import datetime as dt
import decimal

import pytest

import tabulith


@pytest.fixture
def ws():
    return tabulith.Workbook().add_sheet("Sheet1")


def book_with(**cells):
    wb = tabulith.Workbook()
    ws = wb.add_sheet("Sheet1")
    for address, value in cells.items():
        ws[address] = value
    return wb


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (1.5, 1.5),
        (3, 3.0),
        (True, True),
        ("text", "text"),
        ("'=1+1", "=1+1"),
        ("''quoted'", "'quoted'"),
        (None, None),
        (decimal.Decimal("2.5"), 2.5),
        (float("nan"), None),
        (float("inf"), tabulith.CellError("#NUM!")),
        (10**400, tabulith.CellError("#NUM!")),
        (tabulith.CellError("#N/A"), tabulith.CellError("#N/A")),
        (dt.date(2020, 2, 29), 43890.0),
        (dt.datetime(2020, 2, 29, 18, 0), 43890.75),
        (dt.time(6, 0), 0.25),
        (dt.timedelta(days=1, hours=12), 1.5),
    ],
)
def test_a_cell_keeps_what_it_is_given(ws, given, kept):
    ws["A1"] = given
    assert ws["A1"] == kept
    assert type(ws["A1"]) is type(kept)


def test_what_no_cell_can_hold_is_refused(ws):
    with pytest.raises(TypeError, match="object"):
        ws["A1"] = object()
    with pytest.raises(TypeError, match="time zone"):
        ws["A1"] = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    with pytest.raises(ValueError, match="before the first day"):
        ws["A1"] = dt.date(1850, 1, 1)
    assert ws["A1"] is None


def test_a_formula_is_computed_and_follows_its_inputs(ws):
    ws["A1"] = 20
    ws["A2"] = "=A1*2"
    assert ws["A2"] == 40.0
    ws["A1"] = 5
    assert ws["A2"] == 10.0
    cell = ws.cell("A2")
    assert (cell.value, cell.formula, cell.text) == (10.0, "=A1*2", "10")
    assert ws.cell(2, 1).address == "Sheet1!A2"
    assert ws.cell("A1").formula is None
    assert cell.precedents() == ["Sheet1!A1"]
    assert ws.cell("A1").dependents() == ["Sheet1!A2"]


def test_an_error_in_a_cell_is_a_value(ws):
    ws["A1"] = "=1/0"
    assert ws["A1"] == tabulith.CellError("#DIV/0!")
    ws["A2"] = "=IFERROR(A1,7)"
    assert ws["A2"] == 7.0


def test_a_formula_over_a_range_is_filled(ws):
    ws["A1:A3"] = [1, 2, 3]
    ws["B1:B3"] = "=A1*10"
    assert ws["B1:B3"].values == [[10.0], [20.0], [30.0]]
    assert ws["B1:B3"].formulas == [["=A1*10"], ["=A2*10"], ["=A3*10"]]
    assert ws["A1:B2"].texts == [["1", "10"], ["2", "20"]]
    assert list(ws["A1:B1"]) == [[1.0, 10.0]]
    assert ws["A1:B3"].shape == (3, 2)


def test_rows_are_laid_over_a_range_or_from_a_cell_on(ws):
    ws["A1"] = [[1, "=A1"], [None, True]]
    assert ws["A1:B2"].values == [[1.0, "=A1"], [None, True]]
    assert ws.cell("B1").formula is None
    ws["D1:F1"] = [1, 2, 3]
    assert ws["D1:F1"].values == [[1.0, 2.0, 3.0]]
    ws["D2:D4"] = (1, 2, 3)
    assert ws["D2:D4"].values == [[1.0], [2.0], [3.0]]
    ws["E2:F3"] = 7
    assert ws["E2:F3"].values == [[7.0, 7.0], [7.0, 7.0]]
    with pytest.raises(tabulith.ArgumentError, match="2 x 1 values do not fit"):
        ws["A1:A3"] = [1, 2]


def test_anything_that_gives_a_list_is_a_column(ws):
    class Column:
        def tolist(self):
            return [1.0, 2.0]

    ws["A1"] = Column()
    assert ws["A1:A2"].values == [[1.0], [2.0]]


def test_keys_are_sheets_addresses_and_names():
    wb = book_with(A1=2)
    wb.add_sheet("My data")["B2"] = 5
    wb.define_name("rate", "='My data'!$B$2")
    assert wb.sheets == ["Sheet1", "My data"]
    assert wb["my data"].name == "My data"
    assert wb["'My data'!B2"] == 5.0
    assert wb["Rate"] == 5.0
    assert wb.names == {"rate": "='My data'!$B$2"}
    assert "Sheet1" in wb and "Sheet9" not in wb and len(wb) == 2
    assert [sheet.name for sheet in wb] == ["Sheet1", "My data"]
    wb["Sheet1!A1"] = 3
    assert wb["Sheet1"]["A1"] == 3.0
    with pytest.raises(KeyError, match="Sheet9"):
        wb["Sheet9"]
    with pytest.raises(tabulith.SheetNotFound):
        wb["Sheet9!A1"]
    with pytest.raises(tabulith.AddressError):
        wb["Sheet1!A0"]


def test_a_formula_is_evaluated_without_being_stored():
    wb = book_with(A1=2, A2=3)
    revision = wb.revision
    assert wb.evaluate("=SUM(Sheet1!A1:A2)*10") == 50.0
    assert wb.evaluate("={1,2;3,4}") == [[1.0, 2.0], [3.0, 4.0]]
    assert wb.revision == revision
    assert tabulith.evaluate("=1+2") == 3.0


def test_a_formula_that_cannot_be_read_tells_where():
    wb = book_with()
    with pytest.raises(tabulith.ParseError) as caught:
        wb["Sheet1"]["A1"] = "=1+"
    assert isinstance(caught.value, ValueError)
    assert caught.value.span is not None
    assert "=1+\n" in str(caught.value)
    assert wb["Sheet1"]["A1"] is None


def test_undo_and_redo_tell_whether_there_was_a_step():
    wb = book_with(A1=1)
    wb["Sheet1"]["A1"] = 2
    assert wb.undo() is True and wb["Sheet1"]["A1"] == 1.0
    assert wb.redo() is True and wb["Sheet1"]["A1"] == 2.0
    assert wb.redo() is False


def test_inserted_rows_move_references():
    wb = book_with(A1=1, A2="=A1*2")
    wb["Sheet1"].insert_rows(at=1, count=2)
    assert wb["Sheet1"].cell("A4").formula == "=A3*2"
    with pytest.raises(tabulith.ArgumentError):
        wb["Sheet1"].insert_rows(at=0)


def test_manual_calculation_waits_until_a_value_is_asked_for():
    wb = book_with(A1=1, A2="=A1*2")
    wb.calculation = "manual"
    wb["Sheet1"]["A1"] = 5
    assert wb["Sheet1"]["A2"] == 10.0
    assert wb.calculation == "manual"
    with pytest.raises(tabulith.ArgumentError, match="later"):
        wb.calculation = "later"


def test_a_recalculation_reports():
    wb = book_with(A1=1, A2="=A1*2", A3="=A3+1")
    report = wb.recalculate()
    assert report.recomputed >= 1
    assert report.circular == ["Sheet1!A3"] == wb.circular()
    assert report.unsupported == 0 and wb.unsupported() == []


def test_a_fork_goes_its_own_way():
    wb = book_with(A1=1, A2="=A1*2")
    branch = wb.fork()
    branch["Sheet1"]["A1"] = 100
    assert (wb["Sheet1"]["A2"], branch["Sheet1"]["A2"]) == (2.0, 200.0)


def test_dates_are_numbers_that_can_be_read_as_dates(ws):
    ws["A1"] = dt.datetime(2020, 2, 29, 18, 30)
    ws["A2"] = "text"
    assert ws.cell("A1").datetime == dt.datetime(2020, 2, 29, 18, 30)
    assert ws.cell("A2").datetime is None
    ws.cell("A1").number_format = "yyyy-mm-dd"
    assert ws.cell("A1").text == "2020-02-29"
    ws["A3"] = 1
    assert ws.cell("A3").datetime == dt.datetime(1900, 1, 1)


def test_clearing_takes_values_and_formulas(ws):
    ws["A1"] = 1
    ws["A2"] = "=A1"
    ws.clear("A1:A2")
    assert ws["A1"] is None and ws["A2"] is None and ws.cell("A2").formula is None


def test_names_show_what_they_are(ws):
    ws["B2"] = 1
    assert repr(ws) == "<tabulith.Sheet Sheet1: B2>"
    assert repr(ws.cell("B2")) == "<tabulith.Cell Sheet1!B2: 1.0>"
    assert repr(ws["A1:B2"]) == "<tabulith.Range Sheet1!A1:B2>"
    assert repr(tabulith.Workbook()) == "<tabulith.Workbook: 0 sheets, revision 0>"


def test_every_function_is_listed_with_its_examples():
    listed = {entry["name"]: entry for entry in tabulith.functions()}
    assert len(listed) > 60
    assert listed["SUM"]["summary"] and listed["ROUND"]["parameters"] == ["number", "digits"]
    for formula, result in listed["ROUND"]["examples"]:
        assert formula.startswith("=") and result


def test_the_interpreter_is_free_while_the_engine_works():
    import threading
    import time

    wb = tabulith.Workbook()
    ws = wb.add_sheet("Sheet1")
    ws["A1:A60000"] = "=ROW()*2"
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    wb.recalculate()
    end = time.monotonic()
    done.set()
    thread.join()
    inside = [moment for moment in ticks if start < moment < end]
    assert len(inside) >= 3 or end - start < 0.02


def test_an_empty_cell_shows_nothing():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    assert ws.cell("A1").text == ""


def test_a_value_is_explained_to_the_origin_of_its_error():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1"] = 10
    ws["B1"] = "=A1/C1"
    ws["D1"] = "=IF(A1>5,SUM(A1:B1),0)"
    explanation = ws.cell("D1").explain()
    assert explanation.value == tabulith.CellError("#DIV/0!")
    assert explanation.origin == ("S!B1", "A1/C1")
    tree = explanation.tree
    assert tree.text == "IF(A1>5,SUM(A1:B1),0)"
    assert [part.text for part in tree.children] == ["A1>5", "SUM(A1:B1)", "0"]
    assert [part.evaluated for part in tree.children] == [True, True, False]
    assert tree.children[1].children[0].cells == ["S!A1:B1"]
    assert "0: not evaluated" in str(explanation)
    assert ws.cell("A1").explain().tree is None


def test_precedents_and_dependents_go_through_all_levels():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1"] = 1
    ws["B1"] = "=A1+1"
    ws["C1"] = "=B1+1"
    assert ws.cell("C1").precedents() == ["S!B1"]
    assert ws.cell("C1").precedents(all=True) == ["S!A1", "S!B1"]
    assert ws.cell("A1").dependents() == ["S!B1"]
    assert ws.cell("A1").dependents(all=True) == ["S!B1", "S!C1"]
