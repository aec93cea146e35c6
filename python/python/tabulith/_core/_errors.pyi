"""Errors in cells."""

from typing import final

@final
class CellError:
    """An error in a cell: a value, never raised.

    Args:
        code: The text that Excel shows, such as `#DIV/0!`, in any case.

    Raises:
        ValueError: If there is no such error.

    Example:
        >>> tabulith.evaluate("=1/0") == tabulith.CellError("#DIV/0!")
        True
    """

    def __new__(cls, code: str) -> CellError: ...
    @property
    def code(self) -> str:
        """The error's text, such as `#DIV/0!`."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[type[CellError], tuple[str]]: ...
