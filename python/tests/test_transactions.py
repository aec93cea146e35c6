"""Transactions: all or nothing, one recalculation, one's own edits inside and the published revision outside."""

import threading

import pytest

import tabulith


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1"] = 1
    ws["A2"] = "=A1*10"
    return wb


def in_a_thread(work):
    """What `work` gives or raises in a thread of its own."""
    came = []

    def run():
        try:
            came.append((work(), None))
        except BaseException as error:
            came.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert came, "the thread hangs"
    result, error = came[0]
    if error is not None:
        raise error
    return result


def test_edits_are_one_revision_one_step_of_undo_and_one_recalculation(wb):
    ws = wb["S"]
    before = wb.revision
    with wb.transaction() as tx:
        for row in range(3, 13):
            ws[f"A{row}"] = "=A1+1"
        ws["A1"] = 5
        assert tx.report is None
    assert wb.revision == before + 1
    assert tx.report.recomputed == 11
    assert ws["A12"] == 6.0
    assert wb.undo()
    assert ws["A1:A3"].values == [[1.0], [10.0], [None]]


def test_the_thread_inside_reads_its_edits_and_others_what_is_published(wb):
    ws = wb["S"]
    with wb.transaction():
        ws["A1"] = 2
        ws.insert_rows(at=1)
        assert ws["A3"] == 20.0
        assert ws.cell("A3").formula == "=A2*10"
        assert wb.evaluate("=S!A3+1") == 21.0
        assert ws.cell("A2").dependents() == ["S!A3"]
        assert in_a_thread(lambda: ws["A2"]) == 10.0
        assert wb.snapshot()["S"]["A3"] == 20.0
        assert wb.fork()["S"]["A3"] == 20.0
    assert in_a_thread(lambda: ws["A3"]) == 20.0


def test_an_exception_takes_everything_back(wb):
    ws = wb["S"]
    before = wb.revision
    with pytest.raises(RuntimeError, match="no"):
        with wb.transaction():
            ws["A1"] = 9
            wb.add_sheet("T")
            ws.delete_rows(1)
            raise RuntimeError("no")
    assert ws["A1:A2"].values == [[1.0], [10.0]]
    assert wb.sheets == ["S"] and wb.revision == before
    ws["A1"] = 3
    assert ws["A2"] == 30.0


def test_a_step_that_fails_and_is_caught_leaves_the_rest(wb):
    ws = wb["S"]
    with wb.transaction():
        ws["A1"] = 4
        with pytest.raises(tabulith.ParseError):
            ws["A3"] = "=1+"
        with pytest.raises(tabulith.InvalidName):
            wb.add_sheet("S")
        ws["A3"] = "=A2+1"
    assert ws["A1:A3"].values == [[4.0], [40.0], [41.0]]


def test_an_inner_transaction_takes_back_its_own_edits_alone(wb):
    ws = wb["S"]
    with wb.transaction() as outer:
        ws["A1"] = 2
        with pytest.raises(KeyError):
            with wb.transaction():
                ws["A1"] = 3
                ws["B1"] = "=A2"
                assert ws["B1"] == 30.0
                raise KeyError
        assert ws["A1"] == 2.0 and ws["B1"] is None
        with wb.transaction() as inner:
            ws["B2"] = "=A2"
        assert inner.report is None
    assert outer.report is not None
    assert ws["A1:B2"].values == [[2.0, None], [20.0, 20.0]]


def test_what_no_transaction_can_hold_is_refused_inside(wb):
    with wb.transaction():
        for refused in (wb.undo, wb.redo, wb.recalculate, lambda: wb.save("never.csv")):
            with pytest.raises(tabulith.ReentrantError):
                refused()
        wb["S"]["A1"] = 7
    assert wb["S"]["A2"] == 70.0


def test_a_transaction_is_entered_once(wb):
    tx = wb.transaction()
    with tx:
        pass
    with pytest.raises(tabulith.ReentrantError):
        with tx:
            pass
    with pytest.raises(tabulith.ReentrantError):
        tx.__exit__(None, None, None)


def test_an_empty_transaction_publishes_nothing(wb):
    before = wb.revision
    with wb.transaction():
        assert wb["S"]["A2"] == 10.0
    assert wb.revision == before


def test_an_entered_transaction_that_is_dropped_is_given_up(wb):
    tx = wb.transaction()
    tx.__enter__()
    wb["S"]["A1"] = 9
    del tx
    assert wb["S"]["A1"] == 1.0
    wb["S"]["A1"] = 2
    assert wb["S"]["A2"] == 20.0


def test_other_threads_wait_with_their_edits(wb):
    ws = wb["S"]
    begun = threading.Event()

    def other():
        begun.set()
        ws["B1"] = "=A1"

    with wb.transaction():
        ws["A1"] = 5
        thread = threading.Thread(target=other)
        thread.start()
        assert begun.wait(60)
        ws["A1"] = 6
        assert ws["B1"] is None
    thread.join(60)
    assert not thread.is_alive()
    assert ws["B1"] == 6.0


def test_transactions_of_many_threads_lose_nothing(wb):
    ws = wb["S"]
    ws["C1"] = 0

    def add():
        for _ in range(20):
            with wb.transaction():
                ws["C1"] = ws["C1"] + 1

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert ws["C1"] == 80.0


def test_a_transaction_of_many_small_edits_is_quick_enough(wb):
    ws = wb["S"]
    with wb.transaction():
        for row in range(1, 2001):
            ws[f"D{row}"] = row
    assert wb.evaluate("=SUM(S!D1:D2000)") == 2001000.0
    assert wb.undo() and ws["D1"] is None


def test_manual_calculation_inside_a_transaction(wb):
    ws = wb["S"]
    with wb.transaction():
        wb.calculation = "manual"
        assert wb.calculation == "manual"
        ws["A1"] = 8
        assert ws["A2"] == 80.0
    assert wb.calculation == "manual"
    assert ws["A2"] == 80.0
