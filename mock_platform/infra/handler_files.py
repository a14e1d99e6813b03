"""Finds the functions that users wrote: in a module by its name, or in the files of a folder."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from mock_platform.engine.bindings import Handler, handlers_in


class HandlersUnusable(ValueError):
    """There are no handlers where they are said to be."""


def load_handlers(place: str) -> Mapping[str, tuple[Handler, str]]:
    """Return function name → the function and its module's name.

    Args:
        place: a module (``shop.handlers``, looked for from the current directory too), a file, or a
            folder whose ``*.py`` files are read.

    Raises:
        HandlersUnusable: nothing is there, it cannot be imported, or two functions share a name.
    """
    found: dict[str, tuple[Handler, str]] = {}
    for module in _modules(place):
        for name, function in handlers_in(module).items():
            if name in found:
                raise HandlersUnusable(
                    f"both {found[name][1]} and {module.__name__} have a function {name}; keep one"
                )
            found[name] = (function, module.__name__)
    return found


def _modules(place: str) -> Iterator[ModuleType]:
    path = Path(place)
    if path.is_dir():
        files = sorted(one for one in path.glob("*.py") if one.name != "__init__.py")
        if not files:
            raise HandlersUnusable(f"{place} has no *.py files")
        yield from map(_from_file, files)
    elif path.suffix == ".py":
        yield _from_file(path)
    else:
        yield _by_name(place)


def _by_name(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ImportError as broken:
        told = f"{name} is no folder, no file and no module that can be imported: {broken}"
        raise HandlersUnusable(told) from broken


def _from_file(path: Path) -> ModuleType:
    # Known by its path, which no import can mean: a file may be called like a library.
    spec = importlib.util.spec_from_file_location(str(path), path)
    if spec is None or spec.loader is None or not path.is_file():
        raise HandlersUnusable(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up while it is being read
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError) as broken:
        del sys.modules[spec.name]
        raise HandlersUnusable(f"{path} cannot be imported: {broken}") from broken
    return module
