"""Many threads use the same objects at once: with the interpreter lock, and in earnest on a free-threaded build."""

import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import tabulith

ROUNDS = 40
SECONDS = 240


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A100"] = [1] * 100
    ws["B1:B100"] = "=A1*10"
    ws["C1"] = "=SUM(B1:B100)"
    ws["D1:D2"] = [[0], [0]]
    wb.add_sheet("T")["A1:A9"] = range(9)
    wb.define_name("total", "=S!$C$1")

    @wb.function("TWICE")
    def twice(x):
        return x * 2

    ws["E1"] = "=TWICE(D1)"
    return wb


def at_once(*works):
    """Runs each work in a thread of its own, all beginning together; raises what one of them raises."""
    begin = threading.Barrier(len(works))

    def run(work):
        begin.wait(60)
        for number in range(ROUNDS):
            work(number)

    pool = ThreadPoolExecutor(len(works))
    jobs = [pool.submit(run, work) for work in works]
    for job in jobs:
        job.result(SECONDS)
    pool.shutdown()


def test_one_workbook_is_edited_read_forked_and_pickled_at_once(wb):
    ws, area, cell = wb["S"], wb["S"]["A1:B100"], wb["S"].cell("C1")
    seen = []
    subscription = wb.subscribe(lambda event: seen.append(event.cause))

    def edits(number):
        ws[f"A{number % 50 + 1}"] = number

    def transacts(number):
        with wb.transaction():
            ws["D1"] = number
            ws["D2"] = number
            assert ws["E1"] == 2.0 * number

    def reads(_):
        snapshot = wb.snapshot()
        one, two = (row[0] for row in snapshot["S"]["D1:D2"].values)
        assert one == two and snapshot["S"]["E1"] == 2 * one
        rows = area.values
        assert len(rows) == 100 and all(b == 10 * a for a, b in rows)
        assert cell.value >= 500 and snapshot["total"] == snapshot["S"]["C1"]
        assert cell.explain().formula == "=SUM(B1:B100)" and len(repr(ws)) > 0

    def forks(number):
        branch = wb.snapshot().fork()
        branch["S"]["A1:A100"] = [number] * 100
        assert branch["S"]["C1"] == 1000.0 * number

    def pickles(_):
        snapshot = wb.snapshot()
        again = pickle.loads(pickle.dumps(snapshot))
        assert again["S"]["A1:C100"].values == snapshot["S"]["A1:C100"].values

    def restructures(number):
        sheet = wb["T"]
        sheet.insert_rows(2, 3)
        sheet.delete_rows(2, 3)
        assert sheet["A1:A9"].values == [[float(n)] for n in range(9)]
        wb.define_name(f"name{number}", f"=T!$A${number + 1}")

    at_once(edits, edits, transacts, transacts, reads, reads, forks, pickles, restructures)
    subscription.close()
    assert set(seen) <= {"edit", "missed"} and seen
    assert len(wb.names) == ROUNDS + 1
    assert ws["C1"] == 10 * sum(row[0] for row in ws["A1:A100"].values)


def test_objects_that_keep_something_are_shared(wb):
    before = wb.snapshot()
    wb["S"]["A1:A100"] = range(100)
    diff, report = wb.diff(before), wb.recalculate()
    rows, queue = iter(wb["S"]["A1:B100"]), wb.subscribe()
    taken, events = [], []

    def takes(_):
        taken.extend(row for row in [next(rows, None)] if row is not None)

    def compares(_):
        assert len(diff.cells()) == 199 and report.recomputed == 102
        assert len(wb.diff(before).cells()) in (199, 201)

    def edits(number):
        wb["S"]["D1"] = number + 1000

    def listens(_):
        event = queue.get(timeout=0)
        if event is not None:
            events.append(event.revision)

    at_once(takes, takes, takes, compares, compares, edits, listens, listens)
    # Each row came once, whoever took it.
    assert sorted(row[0] for row in taken) == [float(n) for n in range(min(3 * ROUNDS, 100))]
    assert len(events) == len(set(events))


def test_functions_are_registered_and_called_at_once(wb):
    def registers(number):
        wb.function(f"PLUS{number % 4}")(lambda x, more=number: x + more)

    def evaluates(number):
        assert wb.evaluate("=TWICE(21)") == 42.0

    def opens(number):
        assert tabulith.open(b"1,2\n3,4")["Sheet1"]["B2"] == 4.0
        assert tabulith.evaluate(f"=SUM(1,{number})") == number + 1.0

    at_once(registers, evaluates, evaluates, opens, opens)


@pytest.mark.skipif(not hasattr(sys, "_is_gil_enabled") or sys._is_gil_enabled(), reason="there is a lock here")
def test_the_package_needs_no_interpreter_lock():
    assert not sys._is_gil_enabled()
