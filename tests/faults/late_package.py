"""A package that a process has imported, though it counts as imported only when it is imported again."""

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class LatePackage(MetaPathFinder, Loader):
    """Imports a package, which nothing has imported yet, and hides it until it is imported again.

    Dragoman uses other code where numpy is imported, and importing it takes most of the time of a
    short command. Children of a process that has imported it behave like a new process, only faster.
    """

    def __init__(self, name: str) -> None:
        assert name not in sys.modules
        self._name = name
        self._spec = importlib.import_module(name).__spec__
        of_package = [one for one in sys.modules if one.partition(".")[0] == name]
        self._modules = {one: sys.modules.pop(one) for one in of_package}
        sys.meta_path.insert(0, self)

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return a spec for the package."""
        return ModuleSpec(fullname, self) if fullname == self._name else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - there is one
        """Return the package."""
        return self._modules[self._name]

    def exec_module(self, module: ModuleType) -> None:
        """Show the package again, with its modules."""
        sys.meta_path.remove(self)
        sys.modules.update(self._modules)
        module.__spec__ = self._spec
