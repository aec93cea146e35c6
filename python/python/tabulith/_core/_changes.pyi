"""Differences between snapshots, and events."""

from typing import Literal, final

from tabulith.typing import Value

@final
class Diff:
    """What differs between an earlier snapshot and a later one; true if anything does.

    Values are read from the two snapshots when they are asked for. Rows and columns are known by their identity: what was
    moved along by an insertion does not differ.
    """

    @property
    def ranges(self) -> list[ChangedRange]:
        """The cells whose values or formulas differ, each in one range."""
    @property
    def changes(self) -> list[str]:
        """What else differs, a phrase each: sheets, rows and columns that came or went, names, tables, settings."""
    @property
    def formats(self) -> list[str]:
        """The addresses of cells with other formats."""
    def cells(self) -> list[tuple[str, Value, Value]]:
        """The changed cells one by one: address, old value, new value."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

@final
class ChangedRange:
    """A range of cells that differ alike."""

    @property
    def before(self) -> str | None:
        """Where the cells stood; None if they have come since."""
    @property
    def after(self) -> str | None:
        """Where the cells stand; None if they have gone."""
    @property
    def values(self) -> bool:
        """Whether the values differ."""
    @property
    def formulas(self) -> bool:
        """Whether the formulas differ."""
    @property
    def old_values(self) -> list[list[Value]]:
        """The values before, row by row; empty if the cells have come since."""
    @property
    def new_values(self) -> list[list[Value]]:
        """The values now, row by row; empty if the cells have gone."""
    def __len__(self) -> int: ...

@final
class Event:
    """What happened to a workbook."""

    @property
    def revision(self) -> int | None:
        """The revision that it made; None for events that were missed."""
    @property
    def cause(self) -> Literal["edit", "recalculation", "undo", "redo", "missed"]:
        """What made it. What was missed is to be found out by comparing snapshots."""
    @property
    def origin(self) -> str | None:
        """What the transaction said of itself."""
    @property
    def ranges(self) -> list[str]:
        """The addresses of cells that may hold something else now; they may overlap."""
    @property
    def missed(self) -> int:
        """How many events were missed here, because they came faster than they were read."""

@final
class Subscription:
    """Events from the moment on at which it was made; iterating waits for the next one until it is closed."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
    def get(self, timeout: float | None = None) -> Event | None:
        """The next event; None if there is none in so many seconds, or it is closed, or the workbook is gone.

        Raises:
            ArgumentError: If the events go to a callback.
        """
    def close(self) -> None:
        """Ends it: no event comes any more."""
    def __iter__(self) -> Subscription: ...
    def __next__(self) -> Event: ...
    def __enter__(self) -> Subscription: ...
    def __exit__(self, _kind: object, _value: object, _traceback: object, /) -> None: ...
