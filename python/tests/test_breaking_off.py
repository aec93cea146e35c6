"""Files that are opened and saved: Ctrl-C and exceptions of the callback break it off, and nothing has changed."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

import tabulith

KINDS = ["xlsx", "tabulith", "csv"]
ROWS = 60_000


@pytest.fixture(scope="module")
def book():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws[f"A1:A{ROWS}"] = range(ROWS)
    ws[f"B1:B{ROWS}"] = "=A1*2"
    return wb


class Break:
    """A callback that breaks off when it is called so many times."""

    def __init__(self, how, calls=1):
        self.how, self.calls, self.told = how, calls, []

    def __call__(self, done, total):
        self.told.append((done, total))
        if len(self.told) == self.calls:
            self.how()


def failing():
    raise RuntimeError("enough")


def interrupting():
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("how", "raised"), [(failing, RuntimeError), (interrupting, KeyboardInterrupt)])
def test_opening_is_broken_off(book, tmp_path, kind, how, raised):
    path = tmp_path / f"book.{kind}"
    book.save(path)
    progress = Break(how)
    with pytest.raises(raised):
        tabulith.open(path, progress=progress)
    # It is not asked again, and the file was not read to its end.
    assert len(progress.told) == 1
    done, total = progress.told[0]
    assert done < total == path.stat().st_size or kind == "xlsx" and done < total
    assert tabulith.open(path)["S" if kind != "csv" else "book"][f"B{ROWS}"] == 2.0 * (ROWS - 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("how", "raised"), [(failing, RuntimeError), (interrupting, KeyboardInterrupt)])
def test_saving_is_broken_off_and_the_old_file_stays(book, tmp_path, kind, how, raised):
    path = tmp_path / f"book.{kind}"
    path.write_bytes(b"what was there")
    progress = Break(how)
    with pytest.raises(raised):
        book.save(path, progress=progress)
    assert len(progress.told) == 1
    assert path.read_bytes() == b"what was there" and os.listdir(tmp_path) == [path.name]
    book.save(path)
    assert path.stat().st_size > progress.told[0][0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("how", "raised"), [(failing, RuntimeError), (interrupting, KeyboardInterrupt)])
def test_writing_bytes_is_broken_off(book, kind, how, raised):
    progress = Break(how)
    with pytest.raises(raised):
        book.to_bytes(kind, progress=progress)
    assert len(progress.told) == 1
    assert len(book.to_bytes(kind)) > progress.told[0][0]


def test_saving_over_the_opened_file_is_broken_off(book, tmp_path):
    path = tmp_path / "book.xlsx"
    book.save(path)
    before = path.read_bytes()
    wb = tabulith.open(path)
    wb["S"]["A1"] = 5
    with pytest.raises(RuntimeError, match="enough"):
        wb.save(path, progress=Break(failing))
    assert path.read_bytes() == before and os.listdir(tmp_path) == [path.name]
    wb.save(path)
    assert tabulith.open(path)["S"]["B1"] == 10.0


def test_progress_of_saving_is_told(book, tmp_path):
    told = []
    path = tmp_path / "book.tabulith"
    book.save(path, progress=lambda *at: told.append(at))
    written = [done for done, _ in told]
    assert written == sorted(written) and 0 < written[-1] <= path.stat().st_size
    assert told[-1][0] == told[-1][1]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarm clock")
@pytest.mark.parametrize("work", [
    "tabulith.open('book.csv')", "wb.save('out.xlsx')", "wb.to_bytes('xlsx')", "tabulith.open('book.csv', formulas=True)",
])
def test_an_interrupt_is_seen_without_a_callback(tmp_path, work):
    program = f"""
        import os, signal
        import tabulith
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        rows = 1_000_000
        with open("book.csv", "w") as file:
            file.writelines(f"{{row}},text {{row}}\\n" for row in range(rows))
        wb = tabulith.Workbook()
        ws = wb.add_sheet("S")
        ws["A1:B100000"] = "=ROW()+COLUMN()"
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            {work}
            print("done")
        except KeyboardInterrupt:
            print("interrupted", sorted(os.listdir()), ws["B9"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        check=False,
    )
    assert done.stdout.strip() == "interrupted ['book.csv'] 11.0", done.stdout + done.stderr
