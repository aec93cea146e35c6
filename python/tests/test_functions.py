"""Functions written in Python that formulas call."""

import threading

import numpy as np
import pytest

import tabulith


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    wb.add_sheet("S")
    return wb


def test_a_function_is_called_with_values_and_its_defaults(wb):
    @wb.function("NETOF")
    def net_of(gross, rate=0.25):
        return gross / (1 + rate)

    ws = wb["S"]
    ws["A1"] = 125
    ws["B1"] = "=NETOF(A1)"
    ws["B2"] = "=netof(A1, 1.5)"
    assert (ws["B1"], ws["B2"]) == (100.0, 50.0)
    ws["A1"] = 250
    assert ws["B1"] == 200.0
    assert net_of(5) == 4.0


def test_ranges_are_rows_and_rows_spill(wb):
    @wb.function("TURNED")
    def turned(rows):
        return [list(row) for row in zip(*rows)]

    ws = wb["S"]
    ws["A1:B2"] = [[1, "x"], [True, None]]
    ws["D1"] = "=TURNED(A1:B2)"
    assert ws["D1:E2"].values == [[1.0, True], ["x", 0.0]]


def test_an_exception_is_a_value_with_its_traceback(wb):
    @wb.function("FAILS")
    def fails(x):
        raise RuntimeError(f"no {x} here")

    ws = wb["S"]
    ws["A1"] = "=FAILS(7)"
    assert ws["A1"] == tabulith.CellError("#VALUE!")
    failure = ws.cell("A1").explain().failure
    assert "RuntimeError: no 7.0 here" in failure and "in fails" in failure


def test_errors_pass_by_unless_they_are_wanted(wb):
    wb.function("SAME")(lambda x: x)
    wb.function("CODEOF", errors=True)(lambda x: x.code)
    ws = wb["S"]
    ws["A1"] = "=1/0"
    ws["A2"] = "=SAME(A1)"
    ws["A3"] = "=CODEOF(A1)"
    assert ws["A2"] == tabulith.CellError("#DIV/0!")
    assert ws["A3"] == "#DIV/0!"


def test_a_vectorised_function_is_given_arrays(wb):
    seen = []

    @wb.function("SCALED", vectorised=True)
    def scaled(numbers, factor):
        seen.append((type(numbers), len(numbers)))
        return numbers * factor

    ws = wb["S"]
    ws["A1:A5000"] = np.arange(5000.0)
    ws["B1:B5000"] = "=SCALED(A1, 2)"
    assert ws["B1:B5000"].to_numpy().tolist() == (np.arange(5000.0) * 2).tolist()
    assert all(kind is np.ndarray for kind, _ in seen)
    assert len(seen) < 20


def test_a_function_that_computes_its_own_workbook_is_broken_off(wb):
    calls = 0

    @wb.function("SELF")
    def of_a_fork(_):
        nonlocal calls
        calls += 1
        fork = wb.fork()
        fork.recalculate()
        return fork["S!B1"]

    ws = wb["S"]
    ws["B1:B3"] = "=SELF(A1)"
    wb.recalculate()
    assert ws["B1:B3"].values == [[tabulith.CellError("#VALUE!")]] * 3
    assert 32 <= calls <= 3 * 3 * 33 + 3


def test_a_volatile_function_is_called_each_time(wb):
    calls = []
    wb.function("TICK", volatile=True)(lambda: float(calls.append(1) or len(calls)))
    ws = wb["S"]
    ws["A1"] = "=TICK()"
    first = ws["A1"]
    ws["B1"] = 1
    assert ws["A1"] > first


def test_a_function_that_is_gone_leaves_its_values(wb):
    wb.function("TWICE")(lambda x: x * 2)
    ws = wb["S"]
    ws["A1"] = "=TWICE(4)"
    wb.remove_function("TWICE")
    assert ws["A1"] == 8.0
    assert wb.recalculate().unsupported
    with pytest.raises(tabulith.Error, match="TWICE"):
        wb.remove_function("TWICE")


def test_an_edit_from_inside_is_refused_and_reading_is_not(wb):
    ws = wb["S"]
    ws["A1"] = 3

    @wb.function("SPY")
    def spy(x):
        try:
            ws["B9"] = 1
        except tabulith.Error as error:
            return f"{type(error).__name__} {ws['A1']}"

    ws["B1"] = "=SPY(A1)"
    assert ws["B1"].startswith("ReentrantError")


@pytest.mark.parametrize("name", ["SUM", "A1", "two words"])
def test_names_that_no_function_can_have_are_refused(wb, name):
    with pytest.raises(tabulith.Error):
        wb.function(name)(lambda x: x)


def test_threads_that_edit_and_read_never_hang(wb):
    wb.function("DOUBLE")(lambda x: x * 2)
    ws = wb["S"]
    ws["A1:A50"] = [[n] for n in range(50)]
    ws["B1:B50"] = "=DOUBLE(A1)"

    def work(row):
        for n in range(20):
            ws[f"A{row}"] = n
            assert isinstance(ws[f"B{row}"], float)

    threads = [threading.Thread(target=work, args=(row,), daemon=True) for row in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert ws["B1:B4"].values == [[38.0]] * 4
