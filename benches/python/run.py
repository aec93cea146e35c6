"""Measures the Python package beside its comparators, and checks every result.

    python benches/python/run.py                    all
    python benches/python/run.py round              those with the word in their names
    python benches/python/run.py --rows 100000      smaller; the bars are meant for the million rows of the default
    python benches/python/run.py --json             an object a line, for scripts
    python benches/python/run.py --check            each once and small, for its result alone: what the tests do
    python benches/python/run.py --list             their names

It needs the package and numpy in the Python that runs it; `requirements.txt` beside this file has the comparators. Who
is not there is passed over with a word. The exit code is 0 if all results are right, whether bars hold or not; 1 if one
is wrong; 2 for a wrong argument.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import table
from measure import Bar, Contest, Finding, Wrong
from peers import Rust

try:
    import numpy

    import tabulith
except ImportError as error:
    sys.exit(f"error: {error}; benches/README.md tells what has to be installed, and how")

import arrays
import columns
import files
import pickling
import rounds
import what_if

ROWS = 1_000_000
ROWS_OF_CHECKS = 10_000


@dataclass
class Benchmark:
    """A benchmark by name: how its contest is made, and what it is held against."""

    name: str
    build: Callable[[int, Rust], Contest]
    bar: Bar | None

    def check(self, rows: int, rust: Rust) -> str:
        """Runs it once for its result; what there is to say."""
        contest = self.build(rows, rust)
        contest.check()
        absent = ", ".join(name for name, _ in contest.absent)
        return f"fine: {self.name}{', without ' if absent else ''}{absent}"

    def measure(self, rows: int, rust: Rust) -> Finding:
        contest = self.build(rows, rust)
        return Finding(self.name, contest.unit, contest.measure(), contest.absent, self.bar)


BENCHMARKS = [
    Benchmark("columns", columns.build, columns.BAR),
    Benchmark("round", rounds.build, rounds.BAR),
    Benchmark("what_if", what_if.build, what_if.BAR),
    Benchmark("pickle", pickling.build, pickling.BAR),
    Benchmark("to_numpy", arrays.build, arrays.BAR),
    Benchmark("file", files.build, files.BAR),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("word", nargs="?", default="", help="only benchmarks whose names have this word in them")
    parser.add_argument("--rows", type=int, help=f"rows of the large columns [default: {ROWS}]")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print a JSON object a line instead of the table")
    shown.add_argument("--check", action="store_true", help="run each benchmark once and small, for its result alone")
    shown.add_argument("--list", action="store_true", help="print the names of the benchmarks")
    options = parser.parse_args()
    chosen = [benchmark for benchmark in BENCHMARKS if options.word in benchmark.name]
    if not chosen:
        parser.error(f"no benchmark has `{options.word}` in its name")
    rows = options.rows or (ROWS_OF_CHECKS if options.check else ROWS)
    if not 1_000 <= rows <= ROWS:
        parser.error(f"rows are from 1000 to {ROWS}, not {rows}")
    if options.list:
        print("\n".join(benchmark.name for benchmark in chosen))
        return 0
    rust = Rust(optimised=not options.check)
    try:
        return run(chosen, options, rows, rust)
    finally:
        rust.stop()


def run(chosen: list[Benchmark], options: argparse.Namespace, rows: int, rust: Rust) -> int:
    """Runs the benchmarks and prints what they found; 1 if one failed."""
    if not options.json:
        python = ".".join(map(str, sys.version_info[:3]))
        print(f"tabulith {tabulith.__version__}, {rows} rows, Python {python}, numpy {numpy.__version__}, {os.cpu_count()} cores")
    if not options.json and not options.check:
        print(table.head())
    failed = 0
    for benchmark in chosen:
        try:
            if options.check:
                print(benchmark.check(rows, rust), flush=True)
            else:
                show = table.as_json if options.json else table.rows
                print(show(benchmark.measure(rows, rust)), flush=True)
        except Wrong as fault:
            failed += 1
            print(f"FAILED: {benchmark.name}: {fault}", flush=True)
    if options.check:
        print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
