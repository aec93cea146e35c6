"""Measuring: each contestant of a benchmark runs once and has its result checked, then all run in turn, several times.

The manner is that of `benches/src/measure.rs`. Running in turn lets whatever else the machine does fall on all of them
alike. A contestant whose checked run took long is not run again: that run is its figure.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

try:
    import resource
except ImportError:  # not a Unix: processes that were started are not counted
    resource = None

ROUNDS_MIN = 3
ROUNDS_MAX = 25
# Seconds after which no further round begins.
SECONDS = 5.0
# Seconds of a checked run after which a contestant is not run again.
SLOW = 3.0


class Wrong(Exception):
    """A contestant came to a wrong result; the message says which."""


class Absent(Exception):
    """A comparator that is not there; the message says why."""


def demand(found: object, expected: object, what: str) -> None:
    """Raises `Wrong` if they differ."""
    if found != expected:
        raise Wrong(f"{what} is {found!r} instead of {expected!r}")


def cpu_seconds() -> float:
    """The processor time of all threads, and of the processes that were started and have ended."""
    spent = time.process_time()
    if resource is not None:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent += children.ru_utime + children.ru_stime
    return spent


@dataclass
class Sample:
    """One run of a contestant: seconds, of the whole or of many single works, and the processor time of all."""

    measured: list[float]
    cpu: float

    def shared(self, count: int) -> Sample:
        """The same for one of so many rows or turns."""
        return Sample([seconds / count for seconds in self.measured], self.cpu / count)


def timed(work: Callable[[], Any]) -> tuple[Any, Sample]:
    """Runs `work` under the clock; its result is dropped by the caller, not under the clock."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = work()
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    return result, Sample([wall], cpu)


@dataclass
class Contestant:
    """One that runs in a benchmark: its name, what it does in a run, and how the result of its last run is checked."""

    name: str
    run: Callable[[], Sample]
    check: Callable[[], None]

    def run_and_check(self) -> Sample:
        sample = self.run()
        try:
            self.check()
        except Wrong as fault:
            raise Wrong(f"{self.name}: {fault}") from None
        return sample


@dataclass
class Contest:
    """A benchmark that is ready to run: what its figures count, the package first, then who it is compared with."""

    unit: str
    # How many seconds one of the unit is.
    size: float
    contestants: list[Contestant] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, make: Callable[[], Contestant]) -> None:
        """Adds a contestant, or a word about why it is not there."""
        try:
            self.contestants.append(make())
        except Absent as why:
            self.absent.append((name, str(why)))

    def check(self) -> list[Sample]:
        """Runs every contestant once and checks what it made; raises what the first one raises."""
        return [contestant.run_and_check() for contestant in self.contestants]

    def measure(self) -> list[Figures]:
        """Checks the contestants, then runs them in turn. Checked runs are not counted, as they find everything cold."""
        checked = self.check()
        began = time.perf_counter()
        samples: list[list[Sample]] = [[] for _ in checked]
        slow = [sum(sample.measured) > SLOW for sample in checked]
        for number in range(ROUNDS_MAX):
            if number >= ROUNDS_MIN and time.perf_counter() - began > SECONDS:
                break
            for place, contestant in enumerate(self.contestants):
                if not slow[place]:
                    samples[place].append(contestant.run())
        return [
            Figures.of(contestant.name, own or [first], self.size)
            for contestant, own, first in zip(self.contestants, samples, checked)
        ]


@dataclass
class Figures:
    """What was measured of one contestant, in the benchmark's unit."""

    name: str
    median: float
    min: float
    # The 99th percentile, where there are enough samples to tell.
    p99: float | None
    cpu: float | None

    @staticmethod
    def of(name: str, samples: list[Sample], size: float) -> Figures:
        measured = sorted(value / size for sample in samples for value in sample.measured)
        cpu = sorted(sample.cpu / len(sample.measured) / size for sample in samples)
        p99 = quantile(measured, 0.99) if len(measured) >= 100 else None
        return Figures(name, quantile(measured, 0.5), measured[0], p99, quantile(cpu, 0.5) or None)


def quantile(ordered: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    return ordered[round(share * (len(ordered) - 1))]


@dataclass
class Bar:
    """What the median is held against: so many of the unit, or so many times that of a comparator."""

    most: float
    # The comparator's name; None for an absolute bar.
    times: str | None = None


@dataclass
class Finding:
    """What a benchmark found: the package's figures first."""

    name: str
    unit: str
    figures: list[Figures]
    absent: list[tuple[str, str]]
    bar: Bar | None

    def ratio(self, other: Figures) -> float:
        """The package's median through a comparator's."""
        return self.figures[0].median / other.median

    def cpu_ratio(self, other: Figures) -> float | None:
        """The same of processor times, which a busy machine spoils less."""
        ours = self.figures[0].cpu
        return ours / other.cpu if ours and other.cpu else None

    def holds(self) -> bool | None:
        """Whether the bar holds; None if there is none, or if the comparator is absent."""
        if self.bar is None:
            return None
        if self.bar.times is None:
            return self.figures[0].median < self.bar.most
        against = [figures for figures in self.figures if figures.name == self.bar.times]
        return self.ratio(against[0]) <= self.bar.most if against else None

    def bar_text(self) -> str:
        """The bar: `<= 1.3 x Rust`."""
        if self.bar is None:
            return ""
        if self.bar.times is None:
            return f"< {self.bar.most:g} {self.unit}"
        return f"<= {self.bar.most:g} x {self.bar.times}"
