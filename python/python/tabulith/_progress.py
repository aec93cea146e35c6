"""A progress bar for `progress=True`: by tqdm where it is installed, or else a line on standard error."""

from __future__ import annotations

import importlib
import sys
from typing import Any


def bar(unit: str) -> Bar:
    """A bar that counts in this unit."""
    try:
        tqdm = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        return Bar(unit, None)
    return Bar(unit, tqdm(unit=unit, unit_scale=True, leave=False))


class Bar:
    """What is told how far a work is."""

    def __init__(self, unit: str, tqdm: Any) -> None:
        self._unit = unit
        self._tqdm = tqdm
        self._shown = False

    def __call__(self, done: int, total: int | None) -> None:
        """Shows how much is done, and of how much if that is known."""
        if self._tqdm is not None:
            self._tqdm.total = total
            self._tqdm.update(done - self._tqdm.n)
            return
        share = f" of {total:,}" if total is not None else ""
        self._shown = True
        print(f"\r{done:,}{share} {self._unit}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Takes the bar away."""
        if self._tqdm is not None:
            self._tqdm.close()
        elif self._shown:
            print(file=sys.stderr)
