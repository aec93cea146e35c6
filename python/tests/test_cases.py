"""The case files through Python: what they do to a workbook and what must hold then."""

import pickle
from itertools import groupby
from operator import itemgetter

import pytest

import case_files
import tabulith
from case_files import CaseBook, NoCounterpart, alike, rows_of, unquoted, word, words

# What the package has no words for, and why a case that asks it is not asked that here.
PASSED_OVER = {
    "recalculated": "reports in Python count evaluations and do not list them",
    "regions": "how formulas are kept is not told in Python",
}

# What Python itself refuses, in words of its own.
OWN_WORDS = {
    "edits/sort: a key beside the rows is refused": "column B is not in A1:A3",
    "visibility/filter: a condition off the range is refused": "column B is not in A1:A3",
    "tables/making: there must be such a table": "Sales",
}

CASES = list(case_files.read())


class Short:
    """Addresses as the case files write them: those on the first sheet without its name."""

    def __init__(self, wb):
        first = wb.sheets[0]
        self.prefix = wb[first]["A1:A2"].address.rpartition("!")[0] + "!"

    def __call__(self, address):
        sign = "-" if address.startswith("-") else ""
        return sign + address.removeprefix("-").removeprefix(self.prefix)

    def all(self, addresses):
        return set(map(self, addresses))


def cells_of(wb, addresses):
    """The cells of ranges one by one."""
    found = []
    for address in addresses:
        found += [cell.address for cell in each_cell(wb.range(address))]
    return found


def each_cell(area):
    rows, columns = area.shape
    return [area.cell(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]


def widths_of(ws):
    """Columns that have a width of their own, those that follow each other with the same one together."""
    widths = [(column, ws.column_width(column)) for column in range(1, 16_385)]
    for width, run in groupby(widths, key=itemgetter(1)):
        if width is not None:
            columns = [ws.cell(1, column).address.rpartition("!")[2][:-1] for column, _ in run]
            yield f"{columns[0]}:{columns[-1]}={width:.15g}"


def places(text):
    return set() if text == "(none)" else set(words(text))


class Questions:
    """What is asked of a book, live, a snapshot or a pickle."""

    def __init__(self, book, wb):
        self.book, self.wb, self.short = book, wb, Short(wb)

    def cell(self, address):
        ws, cell = self.book.place(address)
        return self.wb[ws.name].cell(cell)

    def sheet(self, name):
        return self.wb[unquoted(name)]

    def ask(self, line):
        """Whether what a line says holds: None if it does, or else what was found instead."""
        first, rest = word(line)
        second, last = word(rest)
        if second in ("=", "~") and first not in ("evaluate", "error"):
            ws, address = self.book.place(first)
            return self.compare(self.wb[ws.name].range(address).values, last, second == "~")
        method = getattr(self, f"ask_{second}", None) if first not in WHOLE_BOOK else None
        if method is not None:
            return method(first, last)
        return getattr(self, f"ask_{first.replace('-', '_')}")(rest)

    @staticmethod
    def compare(found, text, roughly=False):
        expected = rows_of(text)
        shapes = [[len(row) for row in rows] for rows in (found, expected)]
        cells = zip(sum(found, []), sum(expected, []))
        fine = shapes[0] == shapes[1] and all(alike(a, b, roughly) for a, b in cells)
        return None if fine else found

    @staticmethod
    def same(found, expected):
        return None if found == expected else found

    def ask_formula(self, cell, text):
        return self.same(self.cell(cell).formula or "(none)", text)

    def ask_text(self, cell, text):
        return self.same(self.cell(cell).text, text)

    def ask_precedents(self, cell, text):
        return self.same(self.short.all(self.cell(cell).precedents()), places(text))

    def ask_dependents(self, cell, text):
        found = cells_of(self.wb, self.cell(cell).dependents())
        return self.same(self.short.all(found), places(text))

    def ask_evaluate(self, rest):
        formula, _, answer = rest.rpartition("->")
        found = self.wb.evaluate(formula.strip())
        return self.compare(found if isinstance(found, list) else [[found]], answer)

    def ask_circular(self, text):
        return self.same(self.short.all(self.wb.circular()), places(text))

    def ask_unsupported(self, text):
        return self.same(self.short.all(address for address, *_ in self.wb.unsupported()), places(text))

    def ask_changed(self, text):
        ranges = self.wb.diff(self.book.before).ranges
        return self.same(self.short.all(one.after or f"-{one.before}" for one in ranges), places(text))

    def ask_sheets(self, text):
        return self.same(" ".join(self.wb.sheets), text)

    def ask_hidden(self, rest):
        name, text = word(rest)
        ws = self.sheet(name)
        found = " ".join(
            " ".join([what, *map(str, which)])
            for what, which in (("rows", ws.hidden_rows), ("columns", ws.hidden_columns)) if which
        )
        return self.same(found or "(none)", text)

    def ask_widths(self, rest):
        name, text = word(rest)
        found = " ".join(widths_of(self.sheet(name)))
        return self.same(found or "(none)", text)

    def ask_merged(self, rest):
        name, text = word(rest)
        return self.same(self.short.all(self.sheet(name).merged), places(text))

    def ask_filter_of(self, rest):
        name, text = word(rest)
        found = self.sheet(name).filtered
        return self.same("(none)" if found is None else found.rpartition("!")[2], text)

    def ask_tables(self, text):
        found = [
            f"{table.name}={table.address}({','.join(table.columns)})" for table in self.wb.tables.values()
        ]
        return self.same(" ".join(found) or "(none)", text)

    def ask_names(self, text):
        return self.same(set(self.wb.names), places(text))


WHOLE_BOOK = {"evaluate", "circular", "unsupported", "changed", "sheets", "hidden", "widths", "merged", "filter-of",
              "tables", "names"}

# What depends on how the book came about, which a pickle does not tell.
OF_THE_LAST_COMMAND = {"changed"}


def carried_out(case):
    """The book after the commands, and what the one that was refused said."""
    book = CaseBook()
    for command in case.commands:
        try:
            book.run(command)
        except (tabulith.Error, KeyError) as error:
            # Behind the first line of what is wrong with a formula come the formula and a caret.
            return book, str(error.args[0]).splitlines()[0]
    return book, None


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_case_holds(case):
    book, refusal = carried_out(case)
    said = [word(line)[1] for line in case.expectations if word(line)[0] == "error"]
    assert [refusal] == ([OWN_WORDS.get(case.name, *said)] if said else [None])
    asked = [line for line in case.expectations if word(line)[0] not in {"error", *PASSED_OVER}]
    for line in asked:
        assert Questions(book, book.wb).ask(line) is None, line
    copies = (book.wb.snapshot(), pickle.loads(pickle.dumps(book.wb)))
    for line in asked:
        for copy in copies:
            if word(line)[0] not in OF_THE_LAST_COMMAND:
                assert Questions(book, copy).ask(line) is None, line


def test_most_of_the_cases_are_run_and_those_that_are_not_exist():
    names = {case.name for case in CASES}
    assert len(names) == len(CASES) > 350
    assert set(OWN_WORDS) <= names
    asked = [word(line)[0] for case in CASES for line in case.expectations]
    assert set(PASSED_OVER) <= set(asked)
    assert sum(first not in PASSED_OVER for first in asked) > 1500


def test_a_wrong_expectation_is_seen():
    wrong = {"A1 = 2", 'A1 = "1"', "A1 = {1,1}", "A1 formula =B1", "evaluate =A1+1 -> 3", "circular A1", "sheets Data",
             "hidden Sheet1 rows 1", "widths Sheet1 A:A=9", "names rate", "B1 dependents A1", "changed B1", "A1 text 2"}
    book = CaseBook()
    book.run("set A1 1")
    assert [line for line in wrong if Questions(book, book.wb).ask(line) is None] == []


def test_a_command_that_is_unknown_is_an_error():
    with pytest.raises(NoCounterpart, match="nosuch"):
        CaseBook().run("nosuch A1")
