"""The validation rules of the looked-after return, one module per topic."""

from types import ModuleType

MODULES: tuple[ModuleType, ...] = ()
