"""Offer every macro of templates/components as `ui.<name>` in all templates, without imports."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

FILES = ("buttons", "forms", "status", "amounts", "cards", "tables", "navigation", "feedback", "charts")


class Kit:
    """The macros by name."""

    def __init__(self, environment: Environment) -> None:
        """Look macros up in `environment` when they are first used."""
        self._environment = environment
        self._found: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        """Return the macro `name`; an unknown name is an error in the template that used it."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._found or self._environment.auto_reload:
            self._found[name] = self._find(name)
        return self._found[name]

    def names(self) -> list[str]:
        """Return the names of all macros."""
        return sorted(
            name
            for file in FILES
            for name in vars(self._module(file))
            if not name.startswith("_") and callable(getattr(self._module(file), name))
        )

    def _find(self, name: str) -> Any:
        for file in FILES:
            module = self._module(file)
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"no macro {name!r} in templates/components")

    def _module(self, file: str) -> Any:
        return self._environment.get_template(f"components/{file}.html").module
