"""What a check says."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Optional


class Finding(NamedTuple):
    """One thing that was found in a filing."""

    rule: str
    """The id of the rule, such as ``cn/entity-name``, or the code of a fault of form."""
    weight: str
    """``error`` decides, ``warning`` warns, ``note`` tells."""
    path: Optional[str]
    """The field; ``None`` where the whole filing is meant."""
    message: str
    """In the language that was asked for."""


class Reach(NamedTuple):
    """How many facts a verdict did not look at."""

    look_ups: int
    """Facts that only a register tells, and that were not looked up."""
    not_stated: int
    """Facts that the filer may state and did not."""
    to_come: int
    """Events that have not happened yet."""
    calendars: tuple[int, ...]
    """Years whose business days could not be counted."""


class Check:
    """How a filing was checked.

    Attributes
    ----------
    json : str
        The line that ``filingc check --output-format jsonl`` writes of the filing, without the line break.
    """

    __slots__ = ("json", "_told")

    json: str

    def __init__(self, line: str) -> None:
        self.json = line
        self._told: Optional[dict[str, Any]] = None

    def to_dict(self) -> dict[str, Any]:
        """The line as a dict of its own, described by ``docs/schema/check-line.schema.json``."""
        told: dict[str, Any] = json.loads(self.json)
        return told

    def _line(self) -> dict[str, Any]:
        if self._told is None:
            self._told = self.to_dict()
        return self._told

    @property
    def id(self) -> str:
        """What its house calls the filing, else where it stands."""
        return str(self._line()["id"])

    @property
    def at(self) -> str:
        """Where the filing stands: its name, in a stream with the line."""
        return str(self._line()["at"])

    @property
    def verdict(self) -> Optional[str]:
        """``ready``, ``incomplete``, ``rejected`` or ``not-required``; ``None`` where the filing cannot be read."""
        verdict: Optional[str] = self._line()["verdict"]
        return verdict

    @property
    def provisional(self) -> bool:
        """Whether the filing is a draft whose verdict facts to come can change."""
        return bool(self._line().get("provisional", False))

    @property
    def partial(self) -> bool:
        """Whether parts of the filing could not be read; the verdict is about the rest."""
        return bool(self._line().get("partial", False))

    @property
    def reach(self) -> Optional[Reach]:
        """What the verdict did not look at; ``None`` where the filing cannot be read."""
        reach = self._line()["reach"]
        if reach is None:
            return None
        return Reach(reach["look_ups"], reach["not_stated"], reach["to_come"], tuple(reach["calendars"]))

    @property
    def findings(self) -> list[Finding]:
        """What was found, by weight, rule and path."""
        return [Finding(f["rule"], f["weight"], f["path"], f["message"]) for f in self._line()["findings"]]

    @property
    def details(self) -> Optional[dict[str, Any]]:
        """Everything that is known, where ``details=True`` asked for it."""
        details: Optional[dict[str, Any]] = self._line().get("details")
        return details

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Check) and self.json == other.json

    def __hash__(self) -> int:
        return hash(self.json)

    def __reduce__(self) -> tuple[type[Check], tuple[str]]:
        return Check, (self.json,)

    def __repr__(self) -> str:
        return f"Check(id={self.id!r}, verdict={self.verdict!r}, findings={len(self.findings)})"
