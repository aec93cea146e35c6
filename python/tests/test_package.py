"""The package as installed: its version, its typing, its names."""

from importlib import metadata
from importlib.resources import files

import tabulith


def test_the_version_is_the_one_of_the_installed_package():
    assert tabulith.__version__ == metadata.version("tabulith")


def test_the_package_says_that_it_is_typed():
    assert files("tabulith").joinpath("py.typed").is_file()


def test_every_public_name_exists():
    assert [name for name in tabulith.__all__ if not hasattr(tabulith, name)] == []
