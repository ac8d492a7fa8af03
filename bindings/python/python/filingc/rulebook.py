"""Rules, and the filings that are checked against them."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Optional, TypedDict, Union

from filingc import _filingc
from filingc.answers import Check

if TYPE_CHECKING:
    import pyarrow as pa
    from typing_extensions import Self, Unpack

Filing = Union[Mapping[str, Any], str, bytes, bytearray]
"""A filing: a mapping with the fields of a manifest, or its text."""

Day = Union[datetime.date, str]


class CheckOptions(TypedDict, total=False):
    """How filings are read, checked and told: keyword arguments of everything that checks.

    Parameters
    ----------
    on : datetime.date or str, optional
        The day of law and of submission, instead of what a filing states.
    today : datetime.date or str, optional
        The day of the run; by default that of the clock, in mainland China.
    region : str, optional
        The region where a filing states none, such as ``"zj"``.
    language : {"en", "zh"}
        The language of messages; ``"en"`` by default.
    strict : bool
        Whether weak sources count like others.
    require_look_ups : bool
        Whether a filing is incomplete without look-ups that were not made.
    details : bool
        Whether :attr:`Check.details` has everything that is known.
    """

    on: Optional[Day]
    today: Optional[Day]
    region: Optional[str]
    language: str
    strict: bool
    require_look_ups: bool
    details: bool


def options_of(
    *,
    on: Optional[Day] = None,
    today: Optional[Day] = None,
    region: Optional[str] = None,
    language: str = "en",
    strict: bool = False,
    require_look_ups: bool = False,
    details: bool = False,
) -> _filingc.Options:
    """Checks options, and settles the day of the run."""
    return _filingc.Options(
        on=_day(on),
        today=_day(today),
        region=region,
        language=language,
        strict=strict,
        require_look_ups=require_look_ups,
        details=details,
    )


def _day(day: Optional[Day]) -> Optional[str]:
    if isinstance(day, datetime.datetime):
        raise TypeError("a day is expected: use the date() of a datetime")
    return day.isoformat() if isinstance(day, datetime.date) else day


def _date(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    raise TypeError(f"a filing holds texts, numbers, booleans, dates, lists and mappings, found {type(value).__name__}")


def _text(filing: Filing) -> bytes:
    if isinstance(filing, bytes):
        return filing
    if isinstance(filing, bytearray):
        return bytes(filing)
    if isinstance(filing, Mapping):
        filing = json.dumps(filing, ensure_ascii=False, default=_date)
    elif not isinstance(filing, str):
        raise TypeError(f"a filing is a mapping, a str or bytes, found {type(filing).__name__}")
    # Half of a surrogate pair is no text: that is a fault of the filing, which the check tells.
    return filing.encode("utf-8", "surrogatepass")


class Rulebook:
    """The rules of a run. Share it between threads; nothing changes it.

    It is made by :meth:`bundled`, :meth:`compile` or :meth:`from_pack`. It can be pickled, as engines do that send it
    to other machines.

    Examples
    --------
    >>> book = Rulebook.bundled()
    >>> check = book.check('{"filing": {"region": "zj"}}', on="2026-11-23")
    >>> check.verdict, len(check.findings) > 0
    ('incomplete', True)
    """

    __slots__ = ("_core", "_is_bundled")

    _core: _filingc.Rulebook
    _is_bundled: bool

    def __init__(self) -> None:
        raise TypeError("use Rulebook.bundled(), Rulebook.compile(folder) or Rulebook.from_pack(pack)")

    @classmethod
    def _of(cls, core: _filingc.Rulebook, is_bundled: bool) -> Self:
        book = cls.__new__(cls)
        book._core = core
        book._is_bundled = is_bundled
        return book

    @classmethod
    def bundled(cls) -> Self:
        """The rules that are part of the package. Nothing is compiled."""
        return cls._of(_filingc.Rulebook.bundled(), True)

    @classmethod
    def from_pack(cls, pack: Union[bytes, str, os.PathLike[str]]) -> Self:
        """Rules as ``filingc build`` or :meth:`to_pack` stored them.

        Parameters
        ----------
        pack : bytes or path
            The bytes, or the file that holds them.

        Raises
        ------
        RulesError
            Bytes that are cut off, changed, or of another version.
        OSError
            A file that cannot be read.
        """
        if not isinstance(pack, (bytes, bytearray)):
            with open(pack, "rb") as file:
                pack = file.read()
        return cls._of(_filingc.Rulebook.from_pack(bytes(pack)), False)

    @classmethod
    def compile(cls, rules: Union[str, os.PathLike[str], Mapping[str, str]]) -> Self:
        """Compiles rules.

        Parameters
        ----------
        rules : path or mapping
            A folder with files that end in ``.filing``, one such file, or the texts of rules by name.

        Raises
        ------
        RulesError
            The errors in the rules, each with its place.
        OSError
            A folder without rules, or a file that cannot be read.
        """
        texts = list(rules.items()) if isinstance(rules, Mapping) else _rule_texts(os.fspath(rules))
        return cls._of(_filingc.Rulebook.compile(texts), False)

    def to_pack(self) -> bytes:
        """The rules as bytes that :meth:`from_pack` takes without compiling."""
        return self._core.to_pack()

    @property
    def hash(self) -> str:
        """Names the rules: the same for their texts and for what was stored of them."""
        return self._core.hash

    @property
    def is_bundled(self) -> bool:
        """Whether these are the rules that are part of the package."""
        return self._is_bundled

    def check(
        self, filing: Filing, *, name: str = "filing", id: Optional[str] = None, **options: Unpack[CheckOptions]
    ) -> Check:
        """Checks a filing.

        A filing with faults raises nothing: what is wrong with it, also with its form, are findings.

        Parameters
        ----------
        filing : mapping, str or bytes
            The fields of a manifest, or its text as TOML or JSON.
        name : str
            What messages call it; ``.toml`` or ``.json`` at its end tells the form, else a brace at the begin of the text.
        id : str, optional
            What its house calls it.
        **options
            See :class:`CheckOptions`.
        """
        return Check(self._core.check(name, _text(filing), id, options_of(**options)).rstrip("\n"))

    def check_many(
        self,
        filings: Iterable[Union[Filing, tuple[str, Filing]]],
        *,
        name: str = "stream",
        jobs: int = 0,
        batch_size: int = 256,
        **options: Unpack[CheckOptions],
    ) -> Iterator[Check]:
        """Checks many filings, in their order, in memory that does not grow with their number.

        Parameters
        ----------
        filings : iterable
            Mappings, or JSON as str or bytes, such as the lines of an open file; or pairs of an id and one of these. Lines
            that are blank are passed over.
        name : str
            What messages call the stream; filings have the number of their line after it.
        jobs : int
            How many threads work; 0 is one for each core. The result is the same with any number.
        batch_size : int
            How many filings are read before the first of them is answered.
        **options
            See :class:`CheckOptions`.

        Yields
        ------
        Check
            One for each filing. One that cannot be read costs only itself.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size: expected a positive number, found {batch_size}")
        if jobs < 0:
            raise ValueError(f"jobs: expected a number of threads or 0, found {jobs}")
        settled = options_of(**options)
        return self._lines(enumerate(filings, 1), name, settled, jobs, batch_size)

    def _lines(
        self,
        numbered: Iterator[tuple[int, Union[Filing, tuple[str, Filing]]]],
        name: str,
        options: _filingc.Options,
        jobs: int,
        batch_size: int,
    ) -> Iterator[Check]:
        while batch := list(islice(numbered, batch_size)):
            lines = []
            for number, item in batch:
                id, filing = item if isinstance(item, tuple) else (None, item)
                text = _text(filing)
                if text.strip(b" \t\r\n\x0c"):
                    lines.append((number, id, text))
            for line in self._core.check_lines(name, lines, options, jobs):
                yield Check(line.rstrip("\n"))

    def check_batch(
        self,
        batch: pa.RecordBatch,
        column: Union[str, int, None] = None,
        *,
        id: Union[str, int, None] = None,
        name: str = "batch",
        first: int = 1,
        jobs: int = 0,
        **options: Unpack[CheckOptions],
    ) -> pa.RecordBatch:
        """Checks the filings in a column of an Arrow record batch. No column is copied on its way in or out.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Or whatever has the Arrow PyCapsule interface.
        column : str or int, optional
            The column with a filing in each row, as JSON in texts or bytes; may be left out where the batch has one only.
        id : str or int, optional
            The column that names filings; by default their row does.
        name, first : str, int
            What messages call the batch, and the number of its first row.
        jobs : int
            How many threads work; 0 is one for each core.
        **options
            See :class:`CheckOptions`; ``details`` are not to be had here.

        Returns
        -------
        pyarrow.RecordBatch
            As many rows, with ``id``, ``verdict``, ``provisional``, ``partial``, ``reach`` (a struct) and ``findings`` (a list of
            structs with ``rule``, ``weight``, ``path`` and ``message``). Where the row holds no filing at all (null), all but ``id``
            is null; what cannot be read costs only its row.
        """
        import pyarrow as pa

        if not isinstance(batch, pa.RecordBatch):
            batch = pa.record_batch(batch)
        filings = batch.column(_one_column(batch) if column is None else column)
        checks = self.check_array(filings, name=name, first=first, jobs=jobs, **options)
        if id is None:
            ids = pa.array([f"{name}:{first + at}" for at in range(len(batch))], pa.string())
        else:
            ids = batch.column(id).cast(pa.string())
        fields = [checks.type.field(at) for at in range(checks.type.num_fields)]
        return pa.RecordBatch.from_arrays([ids, *checks.flatten()], schema=pa.schema([pa.field("id", pa.string()), *fields]))

    def check_array(
        self,
        filings: pa.Array,
        *,
        name: str = "column",
        first: int = 1,
        jobs: int = 0,
        **options: Unpack[CheckOptions],
    ) -> pa.StructArray:
        """Checks the filings in an Arrow array: a struct for each, as :meth:`check_batch` has them beside their ids."""
        import pyarrow as pa

        if jobs < 0:
            raise ValueError(f"jobs: expected a number of threads or 0, found {jobs}")
        if isinstance(filings, pa.ChunkedArray):
            filings = filings.combine_chunks()
        if not isinstance(filings, pa.Array):
            filings = pa.array(filings)
        return self._core.check_array(name, first, _bytes(filings), options_of(**options), jobs)

    def plan(
        self,
        filing: Filing,
        *,
        at: Union[Day, datetime.datetime, None] = None,
        name: str = "filing",
        **options: Unpack[CheckOptions],
    ) -> dict[str, Any]:
        """What to do next for a filing, by when, waiting for whom.

        Parameters
        ----------
        filing : mapping, str or bytes
            As for :meth:`check`.
        at : datetime.date, datetime.datetime or str, optional
            The moment of the plan; by default today.
        name : str
            What messages call the filing.
        **options
            See :class:`CheckOptions`.

        Returns
        -------
        dict
            ``plans`` and ``diagnostics`` of ``filingc plan --format json``; no plan where the filing cannot be used.
        """
        moment = at.isoformat() if isinstance(at, (datetime.date, datetime.datetime)) else at
        plan: dict[str, Any] = json.loads(self._core.plan(name, _text(filing), moment, options_of(**options)))
        return plan

    def repair(
        self, filing: Filing, n: int = 3, *, name: str = "filing", **options: Unpack[CheckOptions]
    ) -> dict[str, Any]:
        """The cheapest mends of a refused filing, each checked again.

        Parameters
        ----------
        filing : mapping, str or bytes
            As for :meth:`check`.
        n : int
            Most mends that are looked for.
        name : str
            What messages call the filing.
        **options
            See :class:`CheckOptions`.

        Returns
        -------
        dict
            ``repairs``, and ``unrepaired`` where a refused filing has none, as ``filingc check --repair --output-format json`` has
            them.
        """
        if n < 0:
            raise ValueError(f"n: expected a number of mends, found {n}")
        repairs: dict[str, Any] = json.loads(self._core.repair(name, _text(filing), n, options_of(**options)))
        return repairs

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        if self._is_bundled:
            return bundled_as, (self.hash,)
        return type(self).from_pack, (self.to_pack(),)

    def __repr__(self) -> str:
        return f"<filingc.Rulebook {'bundled ' if self._is_bundled else ''}{self.hash[:12]}>"


def bundled_as(hash: str) -> Rulebook:
    """The bundled rules, if they are those with this hash."""
    book = Rulebook.bundled()
    if book.hash != hash:
        raise ValueError(f"the rules bundled with filingc {_filingc.__version__} are not those of the sender: install one version")
    return book


def _one_column(batch: pa.RecordBatch) -> int:
    if batch.num_columns != 1:
        raise ValueError(f"column: say which of {', '.join(batch.schema.names) or 'no columns'} holds the filings")
    return 0


def _bytes(filings: pa.Array) -> pa.Array:
    """The same buffers as bytes. Texts of engines may be anything: to take them for UTF-8 would cost the whole column."""
    import pyarrow as pa

    if isinstance(filings, pa.DictionaryArray):
        filings = filings.dictionary_decode()
    if pa.types.is_null(filings.type):
        return filings.cast(pa.binary())
    for texts, as_bytes in ((pa.string(), pa.binary()), (pa.large_string(), pa.large_binary())):
        if filings.type == texts:
            return filings.view(as_bytes)
    if pa.types.is_string_view(filings.type):
        return filings.view(pa.binary_view())
    return filings


def _rule_texts(path: str) -> list[tuple[str, str]]:
    """Rule files as the program finds them: links are followed, each real file counts once, names that begin with a dot do not."""
    files: list[str] = []
    if os.path.isfile(path):
        files.append(path)
    seen: set[str] = set()
    for folder, folders, names in os.walk(path, followlinks=True, onerror=_raise):
        is_new = os.path.realpath(folder) not in seen
        seen.add(os.path.realpath(folder))
        folders[:] = sorted(f for f in folders if is_new and not f.startswith("."))
        files.extend(os.path.join(folder, n) for n in names if is_new and n.endswith(".filing") and not n.startswith("."))
    once = {os.path.realpath(file): file for file in reversed(sorted(files))}
    if not once:
        raise FileNotFoundError(f"no rule files (*.filing) in {path}")
    texts = []
    for file in sorted(once.values()):
        with open(file, encoding="utf-8-sig", newline="") as opened:
            texts.append((file, opened.read()))
    return texts


def _raise(error: OSError) -> None:
    raise error
