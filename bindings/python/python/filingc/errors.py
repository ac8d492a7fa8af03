"""What is raised. A filing with faults raises nothing: its faults are findings."""

from __future__ import annotations

import json
from typing import Any


class Error(Exception):
    """What filingc raises on its own account."""


class RulesError(Error):
    """Rules that cannot be used.

    Attributes
    ----------
    diagnostics : list of dict
        What is wrong, each with code, severity, message in both languages, places and help, as ``diagnostics`` in the
        JSON documents of the program.
    """

    diagnostics: list[dict[str, Any]]

    def __init__(self, message: str, diagnostics: str = "[]") -> None:
        # Both are arguments of the exception, so that it can be pickled.
        super().__init__(message, diagnostics)
        self.diagnostics = json.loads(diagnostics)

    def __str__(self) -> str:
        return str(self.args[0])


class InternalError(Error):
    """A fault of filingc itself; the message names the filing."""
