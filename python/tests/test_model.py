"""Random edits against a plain dictionary: what a workbook holds is what a naive model holds."""

import pytest

import tabulith

pytest.importorskip("hypothesis")
from hypothesis import settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule  # noqa: E402

ROWS, COLUMNS = 12, 6

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000).map(float),
    st.sampled_from(["", "a", "a longer text", "=", "'"]),
    st.sampled_from(["#N/A", "#DIV/0!"]).map(tabulith.CellError),
)
PLACES = st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS))


class Model(RuleBasedStateMachine):
    """A workbook beside a dictionary of its cells, and the snapshots and steps that were taken."""

    def __init__(self):
        super().__init__()
        self.wb = tabulith.Workbook()
        self.ws = self.wb.add_sheet("S")
        self.cells = {}
        self.former = []
        self.snapshots = []

    def change(self, cells):
        self.former.append(dict(self.cells))
        self.cells = {place: value for place, value in cells.items() if value is not None}

    def rows(self, cells):
        return [[cells.get((row, column)) for column in range(1, COLUMNS + 1)] for row in range(1, ROWS + 1)]

    @rule(place=PLACES, value=VALUES)
    def set_one(self, place, value):
        revision = self.wb.revision
        text = isinstance(value, str)
        self.ws.cell(*place).value = f"'{value}" if text else value
        if self.wb.revision != revision:
            self.change({**self.cells, place: value})

    @rule(place=PLACES, values=st.lists(st.lists(VALUES, min_size=2, max_size=2), min_size=1, max_size=3))
    def set_rows(self, place, values):
        row, column = place
        if row + len(values) > ROWS + 1 or column + 2 > COLUMNS + 1:
            return
        self.ws[self.ws.cell(row, column).address.partition("!")[2]] = values
        written = {(row + i, column + j): value for i, line in enumerate(values) for j, value in enumerate(line)}
        self.change({**self.cells, **written})

    @rule(at=st.integers(1, ROWS), count=st.integers(1, 2))
    def insert_rows(self, at, count):
        self.ws.insert_rows(at, count)
        moved = {(row + count * (row >= at), column): value for (row, column), value in self.cells.items()}
        self.change(moved)

    @rule(at=st.integers(1, ROWS), count=st.integers(1, 2))
    def delete_rows(self, at, count):
        self.ws.delete_rows(at, count)
        kept = {place: value for place, value in self.cells.items() if not at <= place[0] < at + count}
        moved = {(row - count * (row >= at), column): value for (row, column), value in kept.items()}
        self.change(moved)

    @rule(place=PLACES, value=VALUES, fails=st.booleans())
    def transaction(self, place, value, fails):
        revision = self.wb.revision
        try:
            with self.wb.transaction():
                self.ws.cell(*place).value = 12345
                self.ws.cell(*place).value = f"'{value}" if isinstance(value, str) else value
                assert self.ws.cell(*place).value == value
                if fails:
                    raise KeyError
        except KeyError:
            assert fails and self.wb.revision == revision
        else:
            self.change({**self.cells, place: value})

    @rule()
    def undo(self):
        if self.former:
            assert self.wb.undo()
            self.cells = self.former.pop()

    @rule()
    def snapshot(self):
        self.snapshots.append((self.wb.snapshot(), self.rows(self.cells)))

    @rule()
    def fork(self):
        fork = self.wb.fork()
        fork["S"]["A1"] = "changed in the fork"

    @invariant()
    def holds_the_same(self):
        area = f"A1:{'ABCDEFGHIJ'[COLUMNS - 1]}{ROWS}"
        assert self.ws[area].values == self.rows(self.cells)
        for snapshot, rows in self.snapshots[-3:]:
            assert snapshot["S"][area].values == rows


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
