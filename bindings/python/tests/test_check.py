"""Filings as Python gives them: the same answers as those of the program."""

from __future__ import annotations

import datetime
import gc
import json
import pickle
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
from conftest import HOSTILE, ON, ROOT, Program, as_line, example_files

import filingc
from filingc import Rulebook


def many(book: Rulebook, lines: list[bytes], **options: object) -> list[str]:
    options = {"name": "orders.jsonl", "on": ON, "today": ON, **options}
    return [check.json for check in book.check_many(lines, **options)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_are_those_of_the_program(book: Rulebook, cli: Program, stream: list[bytes], language: str) -> None:
    wanted = cli.lines(b"\n".join(stream), "--lang", language)
    assert len(wanted) == len(stream)
    assert many(book, stream, language=language) == wanted
    assert many(book, stream, language=language, jobs=1, batch_size=7) == wanted


def test_details_are_those_of_the_program(book: Rulebook, cli: Program, generated: list[bytes]) -> None:
    wanted = cli.lines(b"\n".join(generated[:100]), "--details")
    found = list(book.check_many(generated[:100], name="orders.jsonl", on=ON, today=ON, details=True))
    assert [check.json for check in found] == wanted
    assert all(check.details["on"] == ON for check in found)


@pytest.mark.parametrize("option", ["strict", "require_look_ups"])
def test_options_are_those_of_the_program(book: Rulebook, cli: Program, generated: list[bytes], option: str) -> None:
    wanted = cli.lines(b"\n".join(generated[:100]), f"--{option.replace('_', '-')}")
    assert many(book, generated[:100], **{option: True}) == wanted
    assert many(book, generated[:100]) != wanted


def test_a_region_stands_in(book: Rulebook, cli: Program) -> None:
    line = b'{"filing": {"type": "initial"}, "entity": {"nature": "enterprise"}}'
    for region in ["gd", "nowhere"]:
        assert many(book, [line], region=region) == cli.lines(line, "--region", region)


def test_manifests_are_those_of_the_program(book: Rulebook, cli: Program) -> None:
    for path in example_files()[:20]:
        wanted = cli.run("check", str(path), "--on", ON, "--output-format", "jsonl").decode().rstrip("\n")
        found = book.check(path.read_bytes(), name=str(path), on=ON, today=ON)
        assert found.json == wanted
        assert book.check(path.read_text("utf-8"), on=ON, today=ON).findings == found.findings


def test_a_dict_is_as_good_as_its_text(book: Rulebook, examples: list[dict]) -> None:
    for filing in examples:
        one = book.check(filing, on=ON, today=ON)
        assert one == book.check(as_line(filing), on=ON, today=ON)
        assert one == book.check(as_line(filing).decode(), on=ON, today=ON)


def test_a_check_says_what_its_line_says(book: Rulebook, examples: list[dict]) -> None:
    check = book.check(examples[0], id="order-7", name="orders/7.json", on=datetime.date(2026, 11, 23), today=ON)
    told = json.loads(check.json)
    assert check.to_dict() == told
    assert (check.id, check.at, check.verdict) == ("order-7", "orders/7.json", told["verdict"])
    assert [f._asdict() for f in check.findings] == told["findings"]
    assert check.reach is not None and check.reach.look_ups == told["reach"]["look_ups"]
    assert not check.partial and check.details is None
    assert pickle.loads(pickle.dumps(check)) == check
    assert "order-7" in repr(check)


def test_a_broken_line_costs_only_itself(book: Rulebook) -> None:
    good = b'{"filing": {"region": "zj"}}'
    for broken in [*HOSTILE[:3], *HOSTILE[4:6]]:
        before, middle, after = book.check_many([good, broken, good], on=ON)
        assert middle.verdict is None
        assert middle.findings[0].weight == "error"
        assert before.verdict == after.verdict == "incomplete"
        assert before.findings == after.findings


def test_lines_of_a_file(book: Rulebook, cli: Program, tmp_path: Path) -> None:
    text = b'\xef\xbb\xbf{"filing": {"region": "zj"}}\r\n\n  \n{"filing": {"region": "gd"}}\n{'
    (tmp_path / "orders.jsonl").write_bytes(text)
    with open(tmp_path / "orders.jsonl", "rb") as file:
        found = list(book.check_many(file, name="orders.jsonl", on=ON, today=ON))
    assert [check.json for check in found] == cli.lines(text)
    assert [check.at for check in found] == ["orders.jsonl:1", "orders.jsonl:4", "orders.jsonl:5"]


def test_ids_go_along(book: Rulebook) -> None:
    filing = {"filing": {"region": "zj"}}
    found = book.check_many([("a", filing), ("b", as_line(filing)), filing], on=ON)
    assert [check.id for check in found] == ["a", "b", "stream:3"]


def test_answers_come_while_filings_are_read(book: Rulebook) -> None:
    read = 0

    def filings():
        nonlocal read
        while True:
            read += 1
            yield {"filing": {"region": "zj"}}

    answers = book.check_many(filings(), on=ON, batch_size=8)
    for _ in range(20):
        next(answers)
    assert read == 24


def test_what_is_no_filing_is_refused(book: Rulebook) -> None:
    with pytest.raises(TypeError, match="a mapping, a str or bytes, found int"):
        book.check(7)
    with pytest.raises(TypeError, match="found set"):
        book.check({"entity": {"name": {"a"}}})
    with pytest.raises(ValueError, match="expected a day such as 2026-11-23, found \"2026-13-01\""):
        book.check({}, on="2026-13-01")
    with pytest.raises(ValueError, match="expected 'en' or 'zh'"):
        book.check({}, language="fr")
    with pytest.raises(TypeError, match="unexpected keyword"):
        book.check({}, onn=ON)
    with pytest.raises(ValueError, match="batch_size"):
        book.check_many([], batch_size=0)
    lone = book.check({"entity": {"name": "\ud800"}}, on=ON)
    assert lone.verdict is None and [f.rule for f in lone.findings] == ["F5012"]


def test_texts_that_are_no_numbers_for_json(book: Rulebook) -> None:
    told = book.check({"entity": {"name": float("nan")}}, on=ON)
    assert told.verdict is None and told.findings[0].rule == "F5002"


def test_threads_go_on_while_filings_are_checked(book: Rulebook, generated: list[bytes]) -> None:
    """One call without Python in between: other threads count all the while, which they cannot where the lock is held."""
    counted, done = 0, threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1
            time.sleep(0)

    counter = threading.Thread(target=count)
    counter.start()
    before = counted
    list(book.check_many(generated, on=ON, jobs=1, batch_size=len(generated)))
    between = counted - before
    done.set()
    counter.join()
    assert between > 100


def test_threads_share_a_rulebook(book: Rulebook, generated: list[bytes]) -> None:
    wanted = many(book, generated[:60])
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(many(book, generated[:60], jobs=1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4


def test_memory_does_not_grow_with_filings(book: Rulebook, generated: list[bytes]) -> None:
    lines = generated[:50]

    def peak(n: int) -> int:
        gc.collect()
        tracemalloc.start()
        for _ in book.check_many((lines[at % 50] for at in range(n)), on=ON, batch_size=50):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50)
    assert peak(400) < 1.5 * peak(100)


def test_plans_are_those_of_the_program(book: Rulebook, cli: Program) -> None:
    for path in example_files()[:12]:
        told = json.loads(cli.run("plan", str(path), "--on", ON, "--format", "json"))
        found = book.plan(path.read_bytes(), name=str(path), at=ON)
        assert found == {"plans": told["plans"], "diagnostics": told["diagnostics"]}
    assert book.plan("[", name="x.toml", at=ON)["plans"] == []
    at = datetime.datetime(2026, 11, 23, 10, 30)
    assert book.plan(path.read_bytes(), at=at)["plans"]
    with pytest.raises(ValueError, match="a day or a moment"):
        book.plan({}, at="soon")


def test_repairs_are_those_of_the_program(book: Rulebook, cli: Program) -> None:
    n_repairs = 0
    for path in example_files()[:12]:
        told = json.loads(cli.run("check", str(path), "--on", ON, "--repair=2", "--output-format", "json"))
        wanted = told["filings"][0]
        found = book.repair(path.read_bytes(), 2, name=str(path), on=ON, today=ON)
        assert found.get("repairs") == wanted.get("repairs")
        assert found.get("unrepaired") == wanted.get("unrepaired")
        n_repairs += len(found["repairs"])
    assert n_repairs > 0


def test_nothing_is_written_to_the_terminal(book: Rulebook, stream: list[bytes], capfd: pytest.CaptureFixture) -> None:
    list(book.check_many(stream, on=ON))
    assert capfd.readouterr() == ("", "")


def test_the_version_is_that_of_the_program(cli: Program) -> None:
    assert cli.run("--version").decode().split()[1] == filingc.__version__
    assert (ROOT / "Cargo.toml").read_text("utf-8").count(f'version = "{filingc.__version__}"') > 0
