"""Threads: the interpreter is let go, readers never wait, Ctrl-C breaks work off and nothing hangs.

Each test runs in a process of its own where it could hang, and is killed then.
"""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

import tabulith

SECONDS = 120


def in_a_process(code):
    """What a program prints; it is killed if it hangs."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


SLOW_BOOK = """
import os, signal, threading, time
import tabulith
wb = tabulith.Workbook()
ws = wb.add_sheet("S")
ws["A1"] = 1
ws["A2:A20000"] = "=A1+SIN(A1)/1000"
"""


def test_other_threads_run_while_the_engine_works():
    told = in_a_process(SLOW_BOOK + """
count = 0
done = threading.Event()
def counting():
    global count
    while not done.is_set():
        count += 1
        time.sleep(0.0005)
thread = threading.Thread(target=counting)
thread.start()
before = count
for _ in range(3):
    wb.recalculate()
seen = count - before
done.set()
thread.join()
print(seen > 100, ws["A2"] > 1)
""")
    assert told == "True True"


def test_readers_do_not_wait_for_a_writer():
    told = in_a_process(SLOW_BOOK + """
values = set()
done = threading.Event()
reads = 0
def reading():
    global reads
    while not done.is_set():
        pair = wb.snapshot()["S"]["A1:A2"].values
        assert pair[1][0] > pair[0][0]
        values.add(pair[0][0])
        reads += 1
threads = [threading.Thread(target=reading) for _ in range(2)]
for thread in threads: thread.start()
for x in range(2, 6):
    ws["A1"] = x
done.set()
for thread in threads: thread.join()
print(reads > 10, values <= {1.0, 2.0, 3.0, 4.0, 5.0}, ws["A1"])
""")
    assert told == "True True 5.0"


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
@pytest.mark.parametrize("work", ["wb.recalculate()", "ws['A1'] = 2", "commit()"])
def test_ctrl_c_breaks_the_work_off_and_nothing_has_changed(work):
    told = in_a_process(SLOW_BOOK + f"""
revision = wb.revision
def commit():
    with wb.transaction():
        ws["A1"] = 2
def interrupt():
    time.sleep(0.02)
    while not done:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
done = False
threading.Thread(target=interrupt, daemon=True).start()
try:
    try:
        for _ in range(1000):
            {work}
            if wb.revision != revision:
                revision = wb.revision
        print("not interrupted")
    except KeyboardInterrupt:
        done = True
        print("interrupted", wb.revision == revision)
except KeyboardInterrupt:
    done = True
    print("interrupted", wb.revision == revision)
done = True
ws["A1"] = 3
print(ws["A1"], wb.evaluate("=S!A2") > 3)
""")
    assert told.splitlines() == ["interrupted True", "3.0 True"]


def test_an_exception_of_the_callback_breaks_the_work_off():
    told = in_a_process(SLOW_BOOK + """
revision = wb.revision
calls = []
def progress(done, total):
    calls.append((done, total))
    if total is None:
        raise RuntimeError("enough")
try:
    for _ in range(100):
        wb.recalculate(progress=progress)
        revision = wb.revision
except RuntimeError as error:
    print(error, wb.revision == revision, calls[-1][0] > 0)
""")
    assert told == "enough True True"


def test_a_callback_may_read_and_must_not_edit():
    told = in_a_process(SLOW_BOOK + """
seen = set()
def progress(done, total):
    assert ws["A1"] == 1.0
    for edit in (lambda: ws.__setitem__("B1", 1), wb.undo, lambda: wb.transaction().__enter__()):
        try:
            edit()
        except tabulith.ReentrantError:
            seen.add("refused")
wb.recalculate(progress=progress)
print(seen)
""")
    assert told == "{'refused'}"


def test_progress_is_told_and_a_bar_is_shown(tmp_path, capfd):
    told = []
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A20000"] = 1
    ws["B1:B20000"] = "=A1+1"
    wb.recalculate(progress=lambda done, total: told.append((done, total)))
    assert told and told[-1][0] == told[-1][1] >= 20000
    wb.save(tmp_path / "out.xlsx")
    told.clear()
    tabulith.open(tmp_path / "out.xlsx", progress=lambda done, total: told.append((done, total)))
    assert told and told[-1][0] == told[-1][1] > 0
    tabulith.open(tmp_path / "out.xlsx", progress=True)
    wb.recalculate(progress=False)
    assert "B" in capfd.readouterr().err or "tqdm" in sys.modules


def test_many_threads_write_and_read_at_once():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A8"] = 0
    ws["B1"] = "=SUM(A1:A8)"

    def write(row):
        for value in range(1, 51):
            ws[f"A{row}"] = value
            assert ws["B1"] >= value

    threads = [threading.Thread(target=write, args=(row,)) for row in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    assert ws["B1"] == 400.0


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="sends a signal")
def test_a_waiting_thread_can_be_interrupted():
    told = in_a_process("""
import os, signal, threading, time
import tabulith
wb = tabulith.Workbook()
ws = wb.add_sheet("S")
inside, leave = threading.Event(), threading.Event()
def hold():
    with wb.transaction():
        ws["A1"] = 1
        inside.set()
        leave.wait(60)
thread = threading.Thread(target=hold)
thread.start()
inside.wait(60)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    ws["A2"] = 2
    print("written")
except KeyboardInterrupt:
    print("interrupted")
leave.set()
thread.join(60)
print(ws["A1"], ws["A2"])
""")
    assert told.splitlines() == ["interrupted", "1.0 None"]
