"""Workbooks and snapshots of them."""

from collections.abc import Callable, Iterator
from os import PathLike
from types import TracebackType
from typing import Any, Literal, SupportsIndex, TypeVar, final

from tabulith._core._cells import Cell, Range, Table
from tabulith._core._changes import Diff, Event, Subscription
from tabulith._core._reports import Report
from tabulith._core._sheet import Sheet
from tabulith.typing import Input, Progress, Value

F = TypeVar("F", bound=Callable[..., object])

class Book:
    """What a workbook and a snapshot have in common: reading. It cannot be made by itself."""

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in tab order."""
    @property
    def names(self) -> dict[str, str]:
        """The defined names and their formulas; those of one sheet with its name before them."""
    @property
    def tables(self) -> dict[str, Table]:
        """The tables by their names."""
    @property
    def revision(self) -> int:
        """A number that grows by one with each commit."""
    @property
    def date1904(self) -> bool:
        """Whether serial numbers of dates count from 1904."""
    def cell(self, address: str) -> Cell:
        """One cell, by its address with its sheet."""
    def range(self, address: str) -> Range:
        """A range, by its address with its sheet; of a single cell too."""
    def evaluate(self, formula: str) -> Value | list[list[Value]]:
        """What a formula gives, rows for an array; nothing is stored.

        Raises:
            ParseError: If it is not a formula.
            UnsupportedError: If it uses a function that this version does not have.

        Example:
            >>> wb.evaluate("=SUM(Ledger!B1:B2)")
            420.0
        """
    def circular(self) -> list[str]:
        """The cells on circles of live reads, which show 0."""
    def unsupported(self) -> list[tuple[str, str, str]]:
        """The formulas that keep the values they have: address, formula, what is missing."""
    def diff(self, earlier: Book) -> Diff:
        """What differs between an earlier snapshot, or another workbook, and this one, in time that grows with the
        differences.

        Example:
            >>> before = wb.snapshot()
            >>> ws["A1"] = 200
            >>> wb.diff(before).cells()
            [('Ledger!A1', 100.0, 200.0), ('Ledger!B1', 120.0, 240.0)]
        """
    def fork(self) -> Workbook:
        """A workbook of its own that begins as this one; what both share costs nothing.

        Example:
            >>> what_if = wb.fork()
            >>> what_if["Ledger"]["A1"] = 1
            >>> what_if["Ledger"]["B1"], wb["Ledger"]["B1"]
            (1.2, 120.0)
        """
    def __getitem__(self, key: str) -> Any:
        """A `Sheet` by its name, a value or a `Range` by an address with a sheet, or what a defined name stands for.

        Raises:
            SheetNotFound: If the key is none of them; it is a `KeyError` too.

        Example:
            >>> wb["Ledger!B2"]
            300.0
        """
    def __contains__(self, name: str) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Sheet]: ...
    def _repr_html_(self) -> str: ...

@final
class Snapshot(Book):
    """A workbook as it was at one moment. It never changes, and any thread may read it."""

    @property
    def calculation(self) -> Literal["automatic", "manual"]:
        """Whether formulas were computed after each edit, or when asked for."""
    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]: ...
    def __copy__(self) -> Snapshot: ...
    def __deepcopy__(self, _memo: Any) -> Snapshot: ...

@final
class Transaction:
    """Edits that are one: all or nothing, and one recalculation at the end. See `Workbook.transaction`."""

    @property
    def report(self) -> Report | None:
        """What the recalculation at the end did; None before, after an exception, and for an inner transaction."""
    def __enter__(self) -> Transaction: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> bool: ...

@final
class Registration:
    """What `Workbook.function` gives: called with a function, it registers it and gives it back."""

    def __call__(self, function: F) -> F: ...

@final
class Workbook(Book):
    """A workbook in memory. It may be used from many threads; one writes at a time, readers never wait.

    Example:
        >>> wb = tabulith.Workbook()
        >>> ws = wb.add_sheet("Ledger")
        >>> ws["A1"] = 100.0
        >>> ws["B1"] = "=A1*1.2"
        >>> ws["B1"]
        120.0
    """

    def __new__(cls) -> Workbook: ...
    @property
    def calculation(self) -> Literal["automatic", "manual"]:
        """Whether formulas are computed after each edit, or when a value is asked for."""
    @calculation.setter
    def calculation(self, calculation: Literal["automatic", "manual"]) -> None: ...
    @property
    def threads(self) -> int:
        """On how many threads recalculations run, 0 for as many as make sense; values do not depend on it."""
    @threads.setter
    def threads(self, threads: int) -> None: ...
    def __setitem__(self, address: str, value: Input | Any) -> None:
        """Puts something into a cell or a range, as `Sheet` does; the address names its sheet."""
    def function(
        self, name: str, *, vectorised: bool = False, volatile: bool = False, errors: bool = False
    ) -> Registration:
        """Lets formulas call a Python function by this name: `@wb.function("NETOF")`.

        It is called by position, with values as cells give them and lists of rows for ranges and arrays, and gives a value
        or rows of values. It must give the same for the same arguments. An exception makes the cell `#VALUE!`, and
        `explain` shows the traceback, as does calling each other more than 32 deep. Functions are not saved with the
        workbook; forks have them.

        Args:
            vectorised: It is given up to 1,024 rows at a time, each argument as a column: an array of numpy where all
                values are numbers, a list elsewhere. It gives a column, whose rows depend on the same rows only.
            volatile: It is called at every recalculation.
            errors: It is called with errors among its arguments, too, which are the result otherwise.

        Example:
            >>> @wb.function("NETOF")
            ... def net_of(gross, rate=0.25):
            ...     return gross / (1 + rate)
            >>> wb.evaluate("=NETOF(125)")
            100.0
        """
    def remove_function(self, name: str) -> None:
        """Takes a function back; formulas that name it are not computed any more and keep their values."""
    def transaction(self, *, origin: str | None = None) -> Transaction:
        """Edits that are one: `with wb.transaction():`.

        Those who have subscribed are told of `origin` with the event.

        The thread inside reads its own edits; others read what is published, and wait with theirs. An exception takes
        everything back. A transaction inside another one takes back its own edits alone.

        Raises:
            ConflictError: At the end, if the workbook was edited past this package meanwhile.
            ReentrantError: At the beginning, from inside an edit.

        Example:
            >>> with wb.transaction():
            ...     ws["A1"] = 1
            ...     ws["A2"] = 2
            >>> ws["B1:B2"].values
            [[1.2], [2.4]]
            >>> wb.undo()
            True
            >>> ws["A1:A2"].values
            [[100.0], [250.0]]
        """
    def to_bytes(
        self,
        kind: str = "tabulith",
        *,
        progress: Progress = None,
        new: bool = False,
        sheet: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
        byte_order_mark: bool = False,
        decimal: Literal[".", ","] = ".",
        displayed: bool = False,
        formulas: bool = False,
        line_feed: bool = False,
    ) -> bytes:
        """The workbook as the bytes of a file, without a file.

        Args:
            kind: The ending that `save` would be given: the workbook's own kind, which holds all that there is, `xlsx`,
                `csv`, `tsv` ...

        The others, and what is raised, are as for `save`.

        Example:
            >>> again = tabulith.Workbook.from_bytes(wb.to_bytes())
            >>> again["Ledger!B2"]
            300.0
        """
    @staticmethod
    def from_bytes(data: bytes) -> Workbook:
        """The workbook that `to_bytes` made bytes of.

        Raises:
            FileFormatError: If the bytes are cut or altered; the message names the place. Text is refused, too, as
                anything could be one: `tabulith.open` reads it.
            UnsupportedError: If a later version made them.
        """
    def subscribe(
        self, callback: Callable[[Event], object] | None = None, *, address: str | None = None
    ) -> Subscription:
        """Tells of each commit from now on, by a callback or by a queue that is read; the writer never waits.

        A callback is called by a thread of its own, and may edit. It is called until the subscription is closed or the
        workbook is gone.

        Args:
            callback: Called with each `Event`; without one the events wait in the subscription.
            address: Only events that may change a cell of this range, with its sheet.

        Example:
            >>> events = wb.subscribe()
            >>> ws["A1"] = 5
            >>> events.get(timeout=1).cause
            'edit'
        """
    def changes(self, since: int) -> Diff:
        """What has changed since a former revision.

        Raises:
            ArgumentError: If that revision is not held any more, as a step to undo or by a snapshot, or not there yet.

        Example:
            >>> revision = wb.revision
            >>> ws["A2"] = 0
            >>> [changed.after for changed in wb.changes(since=revision).ranges]
            ['Ledger!A2:B2']
        """
    def snapshot(self) -> Snapshot:
        """The workbook as it is now, in no time and never to change.

        Example:
            >>> before = wb.snapshot()
            >>> ws["A1"] = 0
            >>> before["Ledger"]["A1"]
            100.0
        """
    def recalculate(self, *, progress: Progress = None) -> Report:
        """Computes every formula anew.

        Raises:
            KeyboardInterrupt: If Ctrl-C broke it off; nothing has changed then, nor if `progress` raised something.
        """
    def undo(self) -> bool:
        """Takes the last edit back; False if there is none."""
    def redo(self) -> bool:
        """Does the edit again that was last taken back; False if there is none."""
    def add_sheet(self, name: str) -> Sheet:
        """Adds an empty sheet behind the others.

        Raises:
            InvalidName: If the name is taken or not allowed.
        """
    def copy_sheet(self, name: str, new_name: str) -> Sheet:
        """Copies a sheet with all that is on it, and puts the copy behind the others.

        Example:
            >>> copy = wb.copy_sheet("Ledger", "Plan")
            >>> copy["A1"] = 1
            >>> wb["Plan!B1"], wb["Ledger!B1"]
            (1.2, 120.0)
        """
    def rename_sheet(self, name: str, new_name: str) -> None:
        """Gives a sheet another name; formulas follow."""
    def remove_sheet(self, name: str) -> None:
        """Removes a sheet; references to it become `#REF!`."""
    def move_sheet(self, name: str, position: int) -> None:
        """Moves a sheet's tab to a position, counted from 1."""
    def hide_sheet(self, name: str) -> None:
        """Hides a sheet's tab."""
    def show_sheet(self, name: str) -> None:
        """Shows a sheet's tab again."""
    def define_name(self, name: str, formula: str, sheet: str | None = None) -> None:
        """Defines a name for the workbook, or for one sheet.

        Example:
            >>> wb.define_name("total", "=SUM(Ledger!$B$1:$B$2)")
            >>> wb["total"], wb.names
            (420.0, {'total': '=SUM(Ledger!$B$1:$B$2)'})
        """
    def remove_name(self, name: str, sheet: str | None = None) -> None:
        """Removes a defined name."""
    def add_table(self, name: str, address: str) -> Table:
        """Makes a table of a range, whose first row are its headers; the address names its sheet."""
    def save(
        self,
        path: str | PathLike[str],
        *,
        progress: Progress = None,
        new: bool = False,
        sheet: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
        byte_order_mark: bool = False,
        decimal: Literal[".", ","] = ".",
        displayed: bool = False,
        formulas: bool = False,
        line_feed: bool = False,
    ) -> list[str]:
        """Writes a file of the kind that its ending tells, in place of one that is there.

        A workbook that was opened from .xlsx or .xlsm and is saved as such keeps all that the file held; only what
        changed is rewritten. A text file (.csv, .tsv, .txt) holds the values of one sheet. The workbook's own file
        (.tabulith) holds all that there is, the .xlsx file that the workbook was opened from included.

        Args:
            path: The file to write.
            progress: Called with the bytes that are written; True shows a bar. What it raises, as Ctrl-C does, breaks
                the saving off, and the file stays as it was.
            new: Write a new file of values, formulas, names, tables, number formats, hidden rows and widths of columns,
                without whatever else the file held that the workbook was opened from (charts, macros, fonts).
            sheet: The sheet that a text file holds; needed if several sheets hold something.
            delimiter: What stands between fields; a comma, or a tab in .tsv.
            encoding: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`.
            byte_order_mark: Begin with a byte order mark, which tells Excel that a text file is UTF-8.
            decimal: What stands before the fraction of a number.
            displayed: Write values as their cells show them, which may lose digits.
            formulas: Write formulas in the place of their values.
            line_feed: End lines with a line feed alone.

        Returns:
            What the file does not hold, a phrase each; empty if it holds all.

        Raises:
            IoError: If the file cannot be written.
            ArgumentError: If several sheets hold something and none is named.
            UnsupportedError: If the name has another ending, or for changes that the opened file cannot take, such as
                a torn pivot table; the message names them, and `new=True` is the consent to leave the rest behind.
        """
    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]: ...
    def __copy__(self) -> Workbook: ...
    def __deepcopy__(self, _memo: Any) -> Workbook: ...
