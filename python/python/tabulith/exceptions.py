"""What is raised when something cannot be done.

An error *in a cell* is not one of these: it is a value, `tabulith.CellError`. Each class but the first stands for one
kind of the Rust library's `ErrorKind`, and is also the built-in exception that a caller would expect.
"""

from __future__ import annotations

__all__ = [
    "AddressError",
    "ArgumentError",
    "Cancelled",
    "ConflictError",
    "EncryptedError",
    "Error",
    "FileFormatError",
    "InvalidName",
    "IoError",
    "LimitError",
    "ParseError",
    "ReentrantError",
    "SheetNotFound",
    "UnsupportedError",
]


class Error(Exception):
    """The base of all errors of this package."""

    @property
    def message(self) -> str:
        """What is wrong, in a line or more."""
        return str(self.args[0]) if self.args else ""

    def __str__(self) -> str:
        return self.message


class ParseError(Error, ValueError):
    """A formula's text is not a formula."""

    span: tuple[int, int] | None = None
    """Where the fault lies: a range of bytes of the formula's UTF-8 text."""

    hint: str | None = None
    """What the author may have meant."""


class AddressError(Error, KeyError):
    """A text is not an address of this workbook."""


class SheetNotFound(Error, KeyError):
    """No sheet has that name."""


class InvalidName(Error, ValueError):
    """A name (of a sheet, a table, a defined name) is taken or not allowed."""


class ArgumentError(Error, ValueError):
    """An argument has a value that makes no sense there."""


class LimitError(Error, ValueError):
    """A bound of the engine or of the file format would be crossed."""


class FileFormatError(Error, ValueError):
    """A file is damaged, hostile, or of a kind that is not read here."""


class EncryptedError(FileFormatError):
    """A file is encrypted."""


class IoError(Error, OSError):
    """The operating system refused to read or write.

    A file that is not there raises one that is a `FileNotFoundError` too.
    """


class _MissingFile(IoError, FileNotFoundError):
    """A file that is not there."""


_MissingFile.__name__ = _MissingFile.__qualname__ = "IoError"


class ReentrantError(Error, RuntimeError):
    """An edit was begun from inside an edit or a recalculation of the same workbook."""


class ConflictError(Error, RuntimeError):
    """Others have changed what an edit builds on; nothing of it was done."""


class Cancelled(Error):
    """The caller cancelled the work."""


class UnsupportedError(Error, NotImplementedError):
    """The request needs something that this version does not have."""
