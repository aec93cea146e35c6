"""Types: the stubs say what there is, and the package is strictly typed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tabulith

pytest.importorskip("mypy")

HERE = Path(__file__).parent
PACKAGE = Path(tabulith.__file__).parent

USE = """
import tabulith
from tabulith.typing import Value

wb = tabulith.open("model.xlsx", progress=lambda done, total: None)
ws = wb.add_sheet("S")
ws["A1"] = 1.5
value: Value = ws.cell("A1").value
names: dict[str, str] = wb.names
with wb.transaction() as tx:
    ws.sort("A1:B9", by=["A", 2], descending=[True, False])
snapshot: tabulith.Snapshot = wb.snapshot()
book: tabulith.Book = snapshot
fork: tabulith.Workbook = snapshot.fork()
rows: list[list[Value]] = ws.range("A1:B2").values
verdict: tabulith.Verdict = tabulith.verify("model.xlsx")
"""


def mypy(*arguments, cwd):
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=cwd, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_and_a_user_of_it_are_strictly_typed(tmp_path):
    (tmp_path / "use.py").write_text(USE, encoding="utf-8")
    # Where packages are installed it would lie beside modules that mypy brings itself.
    shutil.copytree(PACKAGE, tmp_path / "tabulith", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    mypy("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "tabulith", "use.py", cwd=tmp_path)


def test_the_stubs_say_what_the_compiled_module_has(tmp_path):
    allowed = str(HERE / "stubtest_allowlist.txt")
    mypy("mypy.stubtest", "tabulith", "--allowlist", allowed, cwd=tmp_path)
