"""Whether a file's stored values are those that its formulas give."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from tabulith import _core
from tabulith.exceptions import Error, FileFormatError, IoError, _MissingFile
from tabulith.typing import Value

__all__ = ["Difference", "Verdict", "verify"]


@dataclass(frozen=True)
class Difference:
    """A cell whose stored value is not the computed one."""

    cell: str
    """Its address with its sheet."""

    formula: str
    """Its formula with "="."""

    stored: Value
    """What the file holds."""

    computed: Value
    """What the formula gives here."""


@dataclass(frozen=True)
class Verdict:
    """What `verify` found in a file; true if no value differs."""

    file: str
    """The file."""

    equal: int
    """Formula cells with the stored value."""

    differing: int
    """Formula cells with another value."""

    unsupported: int
    """Formula cells that cannot be computed here."""

    skipped: dict[str, int]
    """Formula cells whose stored value proves nothing: `volatile`, `external`, `no_value`."""

    differences: list[Difference]
    """The first cells that differ."""

    @property
    def formulas(self) -> int:
        """All formula cells that were judged."""
        return self.equal + self.differing + self.unsupported

    def __bool__(self) -> bool:
        return self.differing == 0


def verify(path: str | os.PathLike[str], *, examples: int = 10) -> Verdict:
    """Recalculates a workbook of Excel and compares with the values stored in the file.

    Sums are added in Excel's order; a cell that differs is compared once more under exact sums. The clock is the file's
    time of last modification.

    Args:
        path: The file.
        examples: How many differing cells to list.

    Returns:
        How many cells are equal, differ, or could not be computed.

    Raises:
        FileFormatError: If it is no workbook of Excel, or damaged.
        IoError: If it cannot be read; a `FileNotFoundError` if there is none.

    Example:
        >>> verdict = tabulith.verify(BOOK)
        >>> verdict.differing, bool(verdict)
        (0, True)
    """
    path = os.fspath(path)
    # What cannot be read raises what Python would.
    with _opened(path):
        pass
    arguments = ["verify", "--json", "--examples", str(examples), "--", path]
    code, output, complaint = _core.run(arguments)
    if not output.strip():
        raise Error(complaint.strip() or f"the verification ended with {code}")
    found = json.loads(output)
    if found["refused"] is not None:
        raise FileFormatError(found["refused"])
    return Verdict(
        file=path,
        equal=found["equal"],
        differing=found["differing"],
        unsupported=found["unsupported"],
        skipped=found["skipped"],
        differences=[_difference(example) for example in found["examples"]],
    )


def _opened(path: str) -> Any:
    try:
        return open(path, "rb")
    except FileNotFoundError as error:
        raise _MissingFile(str(error)) from error
    except OSError as error:
        raise IoError(str(error)) from error


def _difference(example: dict[str, Any]) -> Difference:
    return Difference(
        cell=example["cell"],
        formula=example["formula"],
        stored=_value(example["stored"]),
        computed=_value(example["computed"]),
    )


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return _core.CellError(value["error"])
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
