"""Processes: a snapshot goes to each worker once, and the workers fork it. Whatever hangs is killed.

Each test is a program of its own, since workers begin with the module that their parent began with.
"""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

SECONDS = 180

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

MODEL = """
import multiprocessing, os, signal, sys, threading
import tabulith

ROWS = 20_000

def model(threads=3):
    wb = tabulith.Workbook()
    wb.threads = threads
    ws = wb.add_sheet("S")
    ws["A1"] = 1
    ws["B1:B20000"] = range(ROWS)
    ws["C1:C20000"] = "=B1*$A$1+1"
    ws["D1"] = "=SUM(C1:C20000)"
    return wb

def total(factor):
    return factor * ROWS * (ROWS - 1) / 2 + ROWS

def what_if(snapshot, factor):
    branch = snapshot.fork()
    branch["S"]["A1"] = factor
    return branch["S"]["D1"]
"""


def printed(folder, program):
    """What a program prints; it and all its workers are killed if it hangs."""
    script = folder / "program.py"
    script.write_text(MODEL + textwrap.dedent(program), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        pytest.fail(f"the program hung:\n{process.communicate()[0]}")
    assert process.returncode == 0, output
    return output.splitlines()[-1]


@pytest.mark.parametrize("context", ["spawn", pytest.param("fork", marks=needs_fork)])
def test_a_pool_of_workers_gets_a_snapshot_once(tmp_path, context):
    told = printed(tmp_path, f"""
        def begin(snapshot):
            global given
            given = snapshot

        def job(factor):
            return os.getpid(), what_if(given, factor)

        if __name__ == "__main__":
            wb = model()
            snapshot = wb.snapshot()
            wb["S"]["A1"] = 1000
            with multiprocessing.get_context("{context}").Pool(2, begin, (snapshot,)) as pool:
                answers = pool.map(job, range(40), chunksize=1)
            assert [answer for _, answer in answers] == [total(factor) for factor in range(40)]
            assert os.getpid() not in {{process for process, _ in answers}}
            print(snapshot["S"]["D1"] == total(1), wb["S"]["D1"] == total(1000))
    """)
    assert told == "True True"


@pytest.mark.parametrize("context", ["spawn", pytest.param("fork", marks=needs_fork)])
def test_workbooks_and_snapshots_go_through_queues(tmp_path, context):
    told = printed(tmp_path, f"""
        def work(given, answers):
            snapshot, book = given.get()
            book["S"]["A1"] = 5
            answers.put((what_if(snapshot, 4), book["S"]["D1"], book.snapshot()))

        if __name__ == "__main__":
            context = multiprocessing.get_context("{context}")
            given, answers = context.Queue(), context.Queue()
            worker = context.Process(target=work, args=(given, answers))
            worker.start()
            wb = model()
            given.put((wb.snapshot(), wb))
            four, five, snapshot = answers.get(timeout=150)
            worker.join(150)
            print(four == total(4), five == total(5) == snapshot["S"]["D1"], wb["S"]["D1"] == total(1))
    """)
    assert told == "True True True"


CHILDREN = """
def in_a_child(work):
    process = os.fork()
    if process == 0:
        signal.alarm(60)
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
"""


@needs_fork
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_recalculates_though_it_has_none_of_the_threads(tmp_path):
    told = printed(tmp_path, CHILDREN + """
wb = model()
before = wb.snapshot()
wb["S"]["A1"] = 2
events = wb.subscribe()
called = []
wb.subscribe(called.append)

def work():
    wb["S"]["A1"] = 3
    assert wb["S"]["D1"] == total(3) and wb.recalculate().recomputed == ROWS + 1
    assert what_if(before, 4) == total(4)
    assert before["S"]["D1"] == total(1)
    with wb.transaction():
        wb["S"]["A1"] = 6
    assert wb.undo() and wb["S"]["D1"] == total(3)
    assert in_a_child(lambda: what_if(before, 5)) == 0

codes = [in_a_child(work) for _ in range(3)]
print(codes, wb["S"]["D1"] == total(2))
""")
    assert told == "[0, 0, 0] True"


@needs_fork
def test_children_are_born_while_other_threads_compute(tmp_path):
    told = printed(tmp_path, CHILDREN + """
wb = model()
before = wb.snapshot()
done = threading.Event()
rounds = []

def busy():
    other = model()
    while not done.is_set():
        other["S"]["A1"] = len(rounds)
        rounds.append(what_if(before, len(rounds)))

threads = [threading.Thread(target=busy) for _ in range(2)]
for thread in threads: thread.start()
codes = []
while len(codes) < 10 or len(rounds) < 10:
    codes.append(in_a_child(lambda: what_if(before, 7) == total(7) or sys.exit("wrong")))
done.set()
for thread in threads: thread.join(60)
print(set(codes), what_if(before, 8) == total(8))
""")
    assert told == "{0} True"


def test_a_cluster_of_dask_gets_a_snapshot_once_and_each_worker_forks_it(tmp_path):
    pytest.importorskip("distributed")
    told = printed(tmp_path, """
        from dask.distributed import Client, LocalCluster

        def job(factor, snapshot):
            return os.getpid(), what_if(snapshot, factor)

        if __name__ == "__main__":
            snapshot = model().snapshot()
            with LocalCluster(n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None) as cluster:
                with Client(cluster, timeout=120) as client:
                    there = client.scatter(snapshot, broadcast=True)
                    jobs = client.map(job, range(40), snapshot=there)
                    answers = client.gather(jobs)
                    back = client.gather(there)
            assert [answer for _, answer in answers] == [total(factor) for factor in range(40)]
            processes = {process for process, _ in answers}
            print(len(processes), os.getpid() in processes, back["S"]["D1"] == total(1))
    """)
    assert told == "2 False True"
