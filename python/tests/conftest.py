"""What several of the tests begin with."""

import pytest

import tabulith


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A3"] = [1, 2, 3]
    ws["B1:B3"] = "=A1*10"
    return wb
