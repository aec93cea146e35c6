"""Who the package is compared with: libraries of Python that may be missing, and the same works in Rust.

The works in Rust are `benches/src/bin/beside_python.rs`, a process that is started once and times itself, so that
neither its start nor the pipes are measured.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

from measure import Absent, Sample

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def library(name: str) -> ModuleType:
    """A module; raises `Absent` if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Absent(f"`{name}` is not installed in this Python") from error


class Rust:
    """The works in Rust, built and started when the first one is asked for; not optimised if results alone matter."""

    def __init__(self, optimised: bool) -> None:
        self.optimised = optimised
        self.process: subprocess.Popen[str] | None = None
        self.why_not: str | None = None

    def run(self, work: str, count: int) -> tuple[dict[str, Any], Sample]:
        """Runs a work; what it came to, and what it took. Raises `Absent` if it cannot be built."""
        process = self.started()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({"run": work, "count": count}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process in Rust ended at `{work}`")
        found = json.loads(answer)
        return found["result"], Sample([found["seconds"]], found["cpu"])

    def started(self) -> subprocess.Popen[str]:
        if self.why_not is not None:
            raise Absent(self.why_not)
        if self.process is None:
            try:
                self.process = start(self.optimised)
            except (OSError, subprocess.CalledProcessError) as error:
                self.why_not = f"it could not be built ({error})"
                raise Absent(self.why_not) from error
        return self.process

    def stop(self) -> None:
        """Ends the process."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()


def start(optimised: bool) -> subprocess.Popen[str]:
    profile, folder = (["--release"], "release") if optimised else ([], "debug")
    build = ["cargo", "build", "-q", *profile, "-p", "tabulith-benches", "--bin", "beside_python"]
    subprocess.run(build, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    program = TARGET / folder / ("beside_python.exe" if os.name == "nt" else "beside_python")
    return subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
