"""Rules: bundled, stored and compiled."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import ON, ROOT, Program

import filingc
from filingc import Rulebook

RULES = """\
manifest {
  name: text
}
"""


def test_the_bundled_rules_are_those_of_the_folder(book: Rulebook) -> None:
    compiled = Rulebook.compile(ROOT / "regions")
    assert compiled.is_bundled is False and book.is_bundled is True
    filing = {"filing": {"region": "gd"}}
    assert compiled.check(filing, on=ON).findings == book.check(filing, on=ON).findings


def test_packs_are_those_of_the_program(cli: Program, tmp_path: Path, generated: list[bytes], book: Rulebook) -> None:
    cli.run("build", str(ROOT / "regions"), "-o", str(tmp_path / "cn.pack"))
    stored = Rulebook.from_pack(tmp_path / "cn.pack")
    assert stored.hash == Rulebook.from_pack((tmp_path / "cn.pack").read_bytes()).hash == Rulebook.compile(ROOT / "regions").hash
    wanted = [check.json for check in book.check_many(generated[:60], on=ON, today=ON)]
    assert [check.json for check in stored.check_many(generated[:60], on=ON, today=ON)] == wanted
    again = Rulebook.from_pack(stored.to_pack())
    assert [check.json for check in again.check_many(generated[:60], on=ON, today=ON)] == wanted


def test_broken_packs_are_told(tmp_path: Path, book: Rulebook) -> None:
    pack = Rulebook.compile({"rules.filing": RULES}).to_pack()
    changed = bytearray(pack)
    changed[len(pack) // 2] ^= 1
    for broken in [b"", pack[:-1], pack[1:], bytes(changed), b"\x00" * 100]:
        with pytest.raises(filingc.RulesError) as raised:
            Rulebook.from_pack(broken)
        assert raised.value.diagnostics[0]["severity"] == "error"
    with pytest.raises(FileNotFoundError):
        Rulebook.from_pack(tmp_path / "none.pack")


def test_errors_in_rules_are_told_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "rules.filing").write_text("requirement {", "utf-8")
    with pytest.raises(filingc.RulesError) as raised:
        Rulebook.compile(tmp_path)
    first = raised.value.diagnostics[0]
    assert first["code"].startswith("F1") and set(first["message"]) == {"en", "zh"}
    assert first["labels"][0]["span"]["path"] == str(tmp_path / "rules.filing")
    assert "rules.filing:1" in str(raised.value)
    copied = pickle.loads(pickle.dumps(raised.value))
    assert (str(copied), copied.diagnostics) == (str(raised.value), raised.value.diagnostics)
    assert isinstance(raised.value, filingc.Error)


def test_rule_files_are_found_as_the_program_finds_them(cli: Program, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    for name in ["b/two.filing", "a.filing", ".hidden/no.filing", ".no.filing", "notes.txt"]:
        (rules / name).parent.mkdir(parents=True, exist_ok=True)
        (rules / name).write_text("no rules", "utf-8")
    (rules / "a.filing").write_text(RULES, "utf-8")
    (rules / "b/two.filing").write_text("// nothing yet\n", "utf-8")
    (rules / "again").symlink_to(rules / "b")
    (rules / "b/round").symlink_to(rules)
    cli.run("build", str(rules), "-o", str(tmp_path / "rules.pack"))
    assert Rulebook.compile(rules).hash == Rulebook.from_pack(tmp_path / "rules.pack").hash
    assert Rulebook.compile(rules / "a.filing").hash == Rulebook.compile({"a.filing": RULES}).hash
    with pytest.raises(FileNotFoundError, match="no rule files"):
        Rulebook.compile(tmp_path / "rules" / ".hidden" / "empty")


def test_rulebooks_can_be_pickled(book: Rulebook) -> None:
    own = Rulebook.compile({"rules.filing": RULES})
    for one in [own, book]:
        copied = pickle.loads(pickle.dumps(one))
        assert (copied.hash, copied.is_bundled) == (one.hash, one.is_bundled)
    assert len(pickle.dumps(book)) < 1000
    remake, (hash,) = book.__reduce__()
    with pytest.raises(ValueError, match="install one version"):
        remake("0" * len(hash))


def test_rulebooks_are_made_by_name() -> None:
    with pytest.raises(TypeError, match="bundled"):
        Rulebook()


def test_rules_that_nobody_can_read(tmp_path: Path) -> None:
    (tmp_path / "rules.filing").write_bytes(b"\xff\xfe")
    with pytest.raises(UnicodeDecodeError):
        Rulebook.compile(tmp_path)
