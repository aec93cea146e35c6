"""The case files of the project, `fixtures/cases`, read and carried out through the package's public surface.

The language is told in `tests/src/case_file.rs`. A book begins with one sheet, `Sheet1`; an address without a sheet is on
the first.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import tabulith

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "cases"


class NoCounterpart(Exception):
    """A command or a question that the package has no words for."""


@dataclass
class Case:
    """A named case: what is done, and what must hold then."""

    name: str
    commands: list[str] = field(default_factory=list)
    expectations: list[str] = field(default_factory=list)


def read():
    """All cases of all files."""
    for path in sorted(FOLDER.rglob("*.case")):
        case, lines = None, []
        for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
            if line == "----":
                lines = case.expectations
            elif line.startswith("--- "):
                if case is not None:
                    yield case
                case = Case(f"{path.relative_to(FOLDER).with_suffix('').as_posix()}: {line[4:].strip()}")
                lines = case.commands
            elif line and not line.startswith("#"):
                lines.append(line)
        if case is not None:
            yield case


# Values and words.


def parts(text, separator):
    """The parts between the separators that stand outside quotes."""
    found, inside = [""], False
    for letter in text:
        inside ^= letter == '"'
        if letter == separator and not inside:
            found.append("")
        else:
            found[-1] += letter
    return found


def word(text):
    """The first word and what follows it; a quoted name of a sheet may hold spaces."""
    first = re.match(r"(?:'[^']*'|\S)*", text)[0]
    return first, text[len(first):].strip()


def words(text):
    return [part for part in parts(text, " ") if part]


def unquoted(name):
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def value_of(text):
    """A value as a case file writes it."""
    text = text.strip()
    if text in ("blank", "TRUE", "FALSE"):
        return {"blank": None, "TRUE": True, "FALSE": False}[text]
    if text.startswith("#"):
        return tabulith.CellError(text)
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    return float(text)


def rows_of(text):
    """A value, or an array in braces, as rows."""
    text = text.strip()
    if not text.startswith("{"):
        return [[value_of(text)]]
    return [[value_of(cell) for cell in parts(row, ",")] for row in parts(text[1:-1], ";")]


def alike(found, expected, roughly):
    """Whether a value is the expected one, of the same kind; roughly: but for a part in a thousand million."""
    if isinstance(expected, float) and isinstance(found, float):
        return found == expected or roughly and abs(found - expected) <= 1e-9 * max(abs(found), abs(expected))
    return type(found) is type(expected) and found == expected


def as_input(value):
    """What must be given for a value to be stored as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "'")) else value


# A book under test.


class CaseBook:
    """A workbook that carries out commands and answers questions."""

    def __init__(self):
        self.wb = tabulith.Workbook()
        self.wb.add_sheet("Sheet1")
        self.before = self.wb.snapshot()

    def place(self, address):
        """The sheet of an address, and the address on it."""
        sheet, mark, cell = address.rpartition("!")
        return self.wb[unquoted(sheet) if mark else self.wb.sheets[0]], cell

    def run(self, line):
        """Carries out a command."""
        verb, rest = word(line)
        first, last = word(rest)
        method = getattr(self, f"do_{verb.replace('-', '_')}", None)
        if method is None:
            raise NoCounterpart(f"command `{verb}`")
        if verb != "recalculate":
            self.before = self.wb.snapshot()
        method(first, last)

    def do_set(self, cell, value):
        ws, cell = self.place(cell)
        if value.startswith("="):
            ws.cell(cell).formula = value
        else:
            ws[cell] = as_input(value_of(value))

    def do_entry(self, cell, text):
        ws, cell = self.place(cell)
        ws.cell(cell).enter(text)

    def do_fill(self, address, formula):
        ws, address = self.place(address)
        ws[address] = formula if formula.startswith("=") else f"={formula}"

    def do_column(self, cell, values):
        ws, cell = self.place(cell)
        ws.write(cell, [[value_of(value)] for value in words(values)])

    def do_sort(self, address, keys):
        ws, address = self.place(address)
        keys = words(keys)
        ws.sort(address, [key.lstrip("-") for key in keys], descending=[key.startswith("-") for key in keys])

    def do_filter(self, address, conditions):
        ws, address = self.place(address)
        pairs = (condition.split(":", 1) for condition in words(conditions))
        ws.filter(address, {column: [value_of(x) for x in parts(any_of, "|")] for column, any_of in pairs})

    def do_define_name(self, name, formula):
        sheet, _, name = name.rpartition("!")
        self.wb.define_name(name, formula, unquoted(sheet) or None)

    def do_remove_name(self, name, _):
        sheet, _, name = name.rpartition("!")
        self.wb.remove_name(name, unquoted(sheet) or None)

    def do_undo(self, *_):
        if not self.wb.undo():
            raise tabulith.ArgumentError("there is nothing to undo")

    def do_redo(self, *_):
        if not self.wb.redo():
            raise tabulith.ArgumentError("there is nothing to redo")

    def do_recalculate(self, *_):
        self.wb.recalculate()

    def do_calculation(self, mode, _):
        self.wb.calculation = mode

    def do_add_sheet(self, name, _):
        self.wb.add_sheet(unquoted(name))

    def do_remove_sheet(self, name, _):
        self.wb.remove_sheet(unquoted(name))

    def do_rename_sheet(self, name, new_name):
        self.wb.rename_sheet(unquoted(name), unquoted(new_name))

    def do_copy_sheet(self, name, new_name):
        self.wb.copy_sheet(unquoted(name), unquoted(new_name))

    def do_move_sheet(self, name, place):
        self.wb.move_sheet(unquoted(name), int(place))

    def do_hide_sheet(self, name, _):
        self.wb.hide_sheet(unquoted(name))

    def do_show_sheet(self, name, _):
        self.wb.show_sheet(unquoted(name))

    def do_clear_filter(self, name, _):
        self.wb[unquoted(name)].clear_filter()

    def do_add_table(self, name, address):
        ws, address = self.place(address)
        ws.add_table(name, address)

    def table(self, name):
        return self.wb.tables[name]

    def do_remove_table(self, name, _):
        self.table(name).remove()

    def do_rename_table(self, name, new_name):
        self.table(name).rename(new_name)

    def do_resize_table(self, name, address):
        self.table(name).resize(address)


def _edit_of_a_range(method):
    """A command whose first word is an address, and whose second, if there is one, says where to."""
    def edit(book, address, to):
        ws, address = book.place(address)
        getattr(ws, method)(address, *([to] if to else []))
    return edit


def _column_width(book, columns, width):
    """The command that gives columns a width, or without one the default."""
    ws, columns = book.place(columns)
    ws.column_width(columns, float(width) if width else None)


def _edit_of_lines(method):
    """A command that inserts or deletes rows or columns."""
    def edit(book, at, count):
        ws, at = book.place(at)
        getattr(ws, method)(int(at), int(count))
    return edit


for _verb, _method in {
    "clear": "clear", "copy": "copy_range", "move": "move_range", "fill_down": "fill_down", "fill_right": "fill_right",
    "merge": "merge", "unmerge": "unmerge", "hide_rows": "hide_rows", "show_rows": "show_rows",
    "hide_columns": "hide_columns", "show_columns": "show_columns",
}.items():
    setattr(CaseBook, f"do_{_verb}", _edit_of_a_range(_method))
CaseBook.do_column_width = _column_width
for _verb in ("insert_rows", "delete_rows", "insert_columns", "delete_columns"):
    setattr(CaseBook, f"do_{_verb}", _edit_of_lines(_verb))
