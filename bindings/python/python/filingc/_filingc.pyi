"""The part of filingc that is not Python. Use ``filingc.Rulebook``."""

from typing import Any, Optional, final

__version__: str

@final
class Options:
    def __new__(
        cls,
        *,
        on: Optional[str],
        today: Optional[str],
        region: Optional[str],
        language: str,
        strict: bool,
        require_look_ups: bool,
        details: bool,
    ) -> Options: ...
    @property
    def today(self) -> str: ...

@final
class Rulebook:
    @staticmethod
    def bundled() -> Rulebook: ...
    @staticmethod
    def from_pack(pack: bytes) -> Rulebook: ...
    @staticmethod
    def compile(texts: list[tuple[str, str]]) -> Rulebook: ...
    def to_pack(self) -> bytes: ...
    @property
    def hash(self) -> str: ...
    def check(self, name: str, text: bytes, id: Optional[str], options: Options) -> str: ...
    def check_lines(
        self, name: str, lines: list[tuple[int, Optional[str], bytes]], options: Options, jobs: int
    ) -> list[str]: ...
    def check_array(self, name: str, first: int, array: Any, options: Options, jobs: int) -> Any: ...
    def plan(self, name: str, text: bytes, moment: Optional[str], options: Options) -> str: ...
    def repair(self, name: str, text: bytes, n: int, options: Options) -> str: ...
