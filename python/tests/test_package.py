"""The package as installed: its version, its typing, its names, its program."""

import re
import subprocess
import sys
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from packaging.requirements import Requirement

import tabulith


def test_the_version_is_the_one_of_the_installed_package():
    assert tabulith.__version__ == metadata.version("tabulith")


def test_the_package_says_that_it_is_typed():
    assert files("tabulith").joinpath("py.typed").is_file()
    assert files("tabulith").joinpath("_core", "__init__.pyi").is_file()


def test_every_public_name_exists():
    assert [name for name in tabulith.__all__ if not hasattr(tabulith, name)] == []


def test_importing_it_imports_no_library_of_arrays_and_frames():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, tabulith; tabulith.Workbook().add_sheet('S')['A1:A2'] = [1, 2]\n"
         "print([m for m in ('numpy', 'pandas', 'polars', 'pyarrow') if m in sys.modules])"],
        capture_output=True, text=True, timeout=120, check=True,
    )
    assert told.stdout.strip() == "[]"


ROOT = Path(__file__).resolve().parents[1]


def test_each_extra_is_a_library_that_is_imported_when_it_is_needed():
    sources = [path.read_text(encoding="utf-8") for folder in ("src", "python") for path in (ROOT / folder).rglob("*.[rp][sy]")]
    imported = {
        name.partition(".")[0]
        for source in sources
        for name in re.findall(r"""(?:import|import_module)\("([\w.]+)"\)""", source)
    }
    libraries = imported - set(sys.stdlib_module_names) - {"tabulith"}
    requirements = [Requirement(text) for text in metadata.requires("tabulith")]
    # Nothing is needed without an extra.
    assert [one.name for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""})] == []
    extras = set(metadata.metadata("tabulith").get_all("Provides-Extra"))
    # Dask imports this package, and not the other way round.
    assert extras - {"test", "dask"} == libraries == {"numpy", "pandas", "polars", "pyarrow", "tqdm"}
    for extra in extras - {"test"}:
        assert extra in {one.name for one in requirements if one.marker.evaluate({"extra": extra})}


def test_the_module_is_the_command_line_program():
    run = lambda *arguments: subprocess.run(
        [sys.executable, "-m", "tabulith", *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    done = run("eval", "=SUM(1,2,3)*10%")
    assert (done.returncode, done.stdout) == (0, "0.6\n")
    refused = run("nosuch")
    assert refused.returncode == 2 and "nosuch" in refused.stderr


def test_functions_are_listed_with_category_and_signature():
    functions = {function["name"]: function for function in tabulith.functions()}
    assert functions["MROUND"]["category"] == "math"
    assert functions["MROUND"]["signature"] == "MROUND(number, multiple)"
    assert functions["TODAY"]["volatile"] and functions["TODAY"]["category"] == "date_time"
    assert all(function["summary"] and function["category"] for function in functions.values())
