//! Stored rulebooks: the same answers as the texts, shared by threads, and never used when a byte is wrong.

use crate::support::{bundled_rules, root};
use filingc::manifest::{self, Format};
use filingc::pack::{Broken, Pack, Texts, cache_key};
use filingc::{Diagnostics, Options, Rulebook, SourceKind, SourceMap, driver};
use std::path::PathBuf;
use std::process::Command;

const RULES: &str = r#"
manifest { kind: kind  submitted_on: date  amount: integer }
enum kind { large "large" zh "大" small "small" zh "小" }
region cn "base" zh "基础" {
}
source law "The law" zh "法律" { dated "2020-01-01" read 2026-01-01 }
requirement at-most "at most ten" zh "不超过十" {
  source law
  when kind is small
  require amount <= 10
}
"#;

fn stored(texts: Texts) -> Pack {
    let mut sources = SourceMap::default();
    let id = sources.add("rules.filing", RULES, SourceKind::Rules);
    let mut diagnostics = Diagnostics::new();
    let compiled = driver::compile(&sources, &[id], &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{:?}", diagnostics.into_sorted());
    Pack::new(&compiled.program, &sources, texts).expect("the rules fit")
}

#[test]
fn a_pack_with_any_byte_changed_is_refused() {
    let pack = stored(Texts::Inside);
    let whole = pack.bytes().to_vec();
    assert!(Pack::check(whole.clone().into()).is_ok());
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        assert!(Pack::check(changed.into()).is_err(), "byte {at} was changed and nobody noticed");
    }
}

#[test]
fn a_pack_that_is_cut_off_or_longer_is_refused() {
    let whole = stored(Texts::Inside).bytes().to_vec();
    for length in 0..whole.len() {
        assert!(Pack::check(whole[..length].into()).is_err(), "{length} of {} bytes were enough", whole.len());
    }
    let longer = [whole.as_slice(), b"\0"].concat();
    assert_eq!(Pack::check(longer.into()).err(), Some(Broken::Damaged));
}

#[test]
fn a_pack_of_another_version_says_which() {
    let mut bytes = stored(Texts::Inside).bytes().to_vec();
    let own = u32::from_le_bytes(bytes[8..12].try_into().expect("four bytes"));
    bytes[8] ^= 1;
    assert_eq!(Pack::check(bytes.into()).err(), Some(Broken::Version { found: own ^ 1, expected: own }));
}

#[test]
fn the_hash_names_the_texts_and_the_key_also_their_order() {
    let map = |files: &[(&str, &str)]| {
        let mut sources = SourceMap::default();
        files.iter().for_each(|(name, text)| _ = sources.add(*name, (*text).to_owned(), SourceKind::Rules));
        sources
    };
    let (a, b) = (map(&[("a", "x"), ("b", "y")]), map(&[("b", "y"), ("a", "x")]));
    assert_ne!(cache_key(&a), cache_key(&b));
    assert_eq!(cache_key(&a), cache_key(&map(&[("a", "x"), ("b", "y")])));
    assert_eq!(stored(Texts::Inside).hash(), stored(Texts::Outside).hash());
    assert_eq!(stored(Texts::Inside).hash().len(), 64);
}

#[test]
fn four_threads_share_one_rulebook() {
    let rules = bundled_rules();
    let mut sources = SourceMap::default();
    let ids: Vec<_> = rules.iter().map(|(name, text)| sources.add(name.clone(), text.clone(), SourceKind::Rules)).collect();
    let compiled = driver::compile(&sources, &ids, &mut Diagnostics::new());
    let book = Rulebook::new(compiled, &sources).expect("the rules fit");
    let texts: Vec<(String, String)> = crate::support::files(&root().join("examples"), &["toml"])
        .into_iter()
        .map(|p| (p.display().to_string(), std::fs::read_to_string(&p).expect("an example is readable")))
        .collect();
    let today = jiff::civil::date(2026, 11, 23);
    let verdicts = || -> Vec<String> {
        let mut own = sources.clone();
        texts
            .iter()
            .map(|(name, text)| {
                let id = own.add(name.clone(), text.clone(), SourceKind::Manifest);
                let mut problems = Diagnostics::new();
                let document = manifest::read(&own, id, Format::Toml, book.schema(), today, &mut problems);
                let options = Options { region: None, on: Some(today), today, strict: false, require_look_ups: false, detailed: false };
                let checked = driver::check(&book, &own, document, problems, &options);
                format!("{name}: {:?}", checked.report.map(|r| (r.verdict, r.findings.len())))
            })
            .collect()
    };
    let alone = verdicts();
    let together: Vec<Vec<String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(verdicts)).collect();
        threads.into_iter().map(|t| t.join().expect("a thread ends")).collect()
    });
    assert!(alone.iter().any(|v| v.contains("Ready")) && alone.iter().any(|v| v.contains("Rejected")), "{alone:?}");
    assert!(together.iter().all(|v| *v == alone));
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("filingc-pack-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(&path, bytes).expect("a file can be written");
        path.display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
            .args(arguments)
            .current_dir(root())
            .env("XDG_CACHE_HOME", self.0.join("cache"))
            .env("FILINGC_LANG", "en")
            .env("NO_COLOR", "1")
            .env("SOURCE_DATE_EPOCH", "1795392000")
            .output()
            .expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    fn cached(&self) -> Vec<PathBuf> {
        crate::support::files(&self.0.join("cache"), &["pack"])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_built_rulebook_says_what_its_texts_say() {
    let folder = Folder::new("build");
    let rules = folder.write("rules/rules.filing", RULES);
    let rules = PathBuf::from(rules).parent().expect("a folder").display().to_string();
    let manifest = folder.write("a.toml", "kind = \"small\"\namount = 11\n");
    let pack = folder.0.join("rules.pack").display().to_string();
    let (code, out, err) = folder.run(&["build", &rules, "-o", &pack]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("ruleset "), "{err}");
    let of_texts = folder.run(&["check", &manifest, "--rules", &rules]);
    let of_pack = folder.run(&["check", &manifest, "--rules", &pack]);
    assert_eq!(of_texts.0, 1, "{}{}", of_texts.1, of_texts.2);
    assert!(of_texts.1.contains("cn/at-most"), "{}", of_texts.1);
    assert_eq!(of_texts, of_pack);
    let explained = folder.run(&["explain", "cn/at-most", "--rules", &pack]);
    assert!(explained.0 == 0 && explained.1.contains("at most ten"), "{explained:?}");
}

#[test]
fn a_damaged_rulebook_is_named_and_nothing_is_checked() {
    let folder = Folder::new("damaged");
    let rules = folder.write("rules.filing", RULES);
    let manifest = folder.write("a.toml", "kind = \"small\"\namount = 1\n");
    let pack = folder.0.join("rules.pack").display().to_string();
    assert_eq!(folder.run(&["build", &rules, "-o", &pack]).0, 0);
    let mut bytes = std::fs::read(&pack).expect("the pack is there");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    for (name, bytes) in [("changed.pack", bytes.clone()), ("cut.pack", bytes[..last / 2].to_vec()), ("text.pack", b"no pack".to_vec())] {
        let path = folder.write(name, bytes);
        for command in ["check", "plan"] {
            let (code, out, err) = folder.run(&[command, &manifest, "--rules", &path]);
            assert_eq!(code, 2, "{name}: {out}{err}");
            assert!(!out.contains("verdict"), "{out}");
            assert!(err.contains("error[F1013]") && err.contains(name), "{err}");
        }
    }
}

#[test]
fn build_without_a_file_says_what_is_missing() {
    let folder = Folder::new("no-file");
    let (code, _, err) = folder.run(&["build"]);
    assert!(code == 2 && err.contains("-o rules.pack"), "{err}");
}

#[test]
fn rules_that_were_compiled_before_come_from_the_cache() {
    let folder = Folder::new("cache");
    let rules = folder.write("rules.filing", RULES);
    let manifest = folder.write("a.toml", "kind = \"small\"\namount = 11\n");
    let check = || folder.run(&["check", &manifest, "--rules", &rules]);
    let first = check();
    let [kept] = &folder.cached()[..] else { panic!("one ruleset is kept: {:?}", folder.cached()) };
    assert_eq!(check(), first);
    // A cache that is no use does no harm and is mended.
    std::fs::write(kept, b"filingc\nnonsense").expect("a file can be written");
    assert_eq!(check(), first);
    assert!(Pack::check(std::fs::read(kept).expect("it is there").into()).is_ok());
    // Another text is another ruleset.
    folder.write("rules.filing", RULES.replace("<= 10", "<= 20"));
    assert_eq!(check().0, 0);
    assert_eq!(folder.cached().len(), 2);
    folder.write("rules.filing", RULES.replace("<= 10", "<= 30"));
    assert_eq!(folder.run(&["check", &manifest, "--rules", &rules, "--no-cache"]).0, 0);
    assert_eq!(folder.cached().len(), 2);
}

#[test]
fn an_end_is_announced_like_a_beginning() {
    let folder = Folder::new("end");
    let base = folder.write("rules/base.filing", RULES);
    let region = "region zj \"Zhejiang\" zh \"浙江\" extends cn {\n  applies when kind is small\n}\nsource own \"Own\" zh \"自\" { read 2026-01-01 }\nwaive at-most as small-ones \"not for small ones\" zh \"小户免\" {\n  source own\n  effective 2026-01-01 .. 2026-12-31\n}\n";
    folder.write("rules/zj.filing", region);
    let rules = PathBuf::from(base).parent().expect("a folder").display().to_string();
    let manifest = folder.write("a.toml", "kind = \"small\"\namount = 11\n");
    let (code, out, err) = folder.run(&["check", &manifest, "--rules", &rules, "--on", "2026-12-30"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("note[F6005]") && out.contains("from 2027-01-01 on this will be rejected by cn/at-most"), "{out}");
    assert!(out.contains("excuses it only before 2027-01-01"), "{out}");
    let (code, out, _) = folder.run(&["check", &manifest, "--rules", &rules, "--on", "2027-01-01"]);
    assert!(code == 1 && out.contains("error[cn/at-most]"), "{out}");
}
