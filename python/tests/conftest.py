"""What several of the tests begin with."""

import signal

import pytest

import tabulith

# A process that was begun in the background ignores interrupts, and so would the programs that the tests begin.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A3"] = [1, 2, 3]
    ws["B1:B3"] = "=A1*10"
    return wb
