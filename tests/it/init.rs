//! `init`: what it writes can be read, and what it leaves open is exactly what `check` then misses.

use crate::support::{bundled_rules, compile, root};
use filingc::scaffold::{self, Wishes, field_at, needs};
use filingc::value::plain_path;
use filingc::{Language, Rulebook, SourceKind, SourceMap};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};

fn book() -> (Rulebook, SourceMap) {
    let rules = bundled_rules();
    let mut sources = SourceMap::default();
    for (name, text) in &rules {
        sources.add(name.clone(), text.clone(), SourceKind::Rules);
    }
    (crate::support::book(compile(&rules).0), sources)
}

fn values(book: &Rulebook, path: &str) -> Vec<String> {
    match field_at(&book.index.schema, path).map(|f| &f.ty) {
        Some(filingc::value::FieldType::Enum(id)) => book.index.schema.enumeration(*id).values.iter().map(|v| v.name.clone()).collect(),
        _ => panic!("{path} is an enum"),
    }
}

/// Paths of the lines behind `#`, read from the text itself.
fn open_lines(text: &str) -> BTreeSet<String> {
    let mut table = String::new();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let bare = line.trim_start_matches("# ");
        if let Some(header) = bare.strip_prefix('[') {
            table = header.split("  # ").next().unwrap_or("").trim_matches(['[', ']', ' ']).to_owned();
        } else if let (Some((key, _)), true) = (bare.split_once(" = "), line.starts_with("# "))
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            found.insert(if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") });
        }
    }
    found
}

fn examine(book: &Rulebook, sources: &mut SourceMap, wishes: &Wishes) -> bool {
    let schema = &book.index.schema;
    let written = scaffold::write(book, sources, wishes);
    let what = format!("{} {} {}", wishes.region, wishes.nature, wishes.filing_type);
    let needs = needs::of_text(book, sources, &written.text, wishes.today);
    assert!(needs.faults.is_empty(), "{what}: {:?}\n{}", needs.faults, written.text);
    // The facts on which the type hangs and the name of a domain are filled in, so that what depends on them is asked as well.
    let text = with_lines(&written.text, &written.decides_type);
    let lines = open_lines(&written.text);
    for text in [&written.text, &text] {
        let needs = needs::of_text(book, sources, text, wishes.today);
        assert!(needs.faults.is_empty(), "{what}: {:?}\n{text}", needs.faults);
        // Without its type a filing is asked about much that does not concern it.
        if std::ptr::eq(text, &written.text) && !written.decides_type.is_empty() {
            continue;
        }
        for missing in &needs.missing {
            let below = format!("{missing}.");
            let offered =
                lines.contains(missing) || lines.iter().any(|l| l.starts_with(&below)) || written.text.contains(&format!("{missing}]"));
            assert!(offered, "{what}: check misses {missing}, no line offers it\n{text}");
        }
    }
    let needs = needs::of_text(book, sources, &text, wishes.today);
    for line in &lines {
        assert!(field_at(schema, line).is_some(), "{what}: {line} is a field");
    }
    let derived = needs::filing_type(book, sources, &text, wishes.today);
    assert_eq!(derived.as_deref(), Some(wishes.filing_type.as_str()), "{what}");
    let is_filled = |l: &str| written.decides_type.contains(l) || l == "domain.name";
    for line in lines.iter().filter(|l| !is_filled(l)) {
        let is_asked = needs.missing.iter().any(|m| m == line || line.starts_with(&format!("{m}.")));
        assert!(is_asked, "{what}: nothing asks for {line}\n{}", written.text);
    }
    written.decides_type.is_empty()
}

/// Fills in some text lines, and the key of the domain.
fn with_lines(text: &str, paths: &BTreeSet<String>) -> String {
    let mut table = String::new();
    let mut out = String::new();
    for line in text.lines() {
        let bare = line.trim_start_matches("# ");
        if let Some(header) = bare.strip_prefix('[') {
            table = header.split("  # ").next().unwrap_or("").trim_matches(['[', ']', ' ']).to_owned();
        }
        let key = line.strip_prefix("# ").and_then(|l| l.split_once(" = ")).map_or("", |(k, _)| k);
        if table == "domain" && bare.starts_with("[[") {
            out.push_str("[[domain]]\n");
        } else if table == "domain" && key == "name" {
            out.push_str("name = \"example.cn\"\n");
        } else if paths.contains(&format!("{table}.{key}")) {
            out.push_str(&format!("{key} = \"x\"\n"));
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Every region and filing type for one kind of filer.
fn examine_all(filer: &str) {
    let (book, mut sources) = book();
    let (regions, types) = (values(&book, "filing.region"), values(&book, "filing.type"));
    assert!(regions.len() == 31 && types.len() == 9 && values(&book, "entity.nature").iter().any(|n| n == filer));
    let mut derived = BTreeSet::new();
    for region in &regions {
        for filing_type in &types {
            let wishes = Wishes {
                region: region.clone(),
                nature: filer.to_owned(),
                filing_type: filing_type.clone(),
                provider: None,
                kind: Some("website".to_owned()),
                domain: None,
                today: jiff::civil::date(2026, 11, 27),
                language: Language::En,
            };
            if examine(&book, &mut sources, &wishes) {
                derived.insert(filing_type.clone());
            }
        }
    }
    // The one that is left compares two names that only the filer knows.
    assert_eq!(types.iter().filter(|t| !derived.contains(*t)).collect::<Vec<_>>(), ["add-access"]);
}

#[test]
fn an_organization_gets_a_manifest_that_lacks_what_check_misses() {
    examine_all("enterprise");
}

#[test]
fn an_individual_gets_a_manifest_that_lacks_what_check_misses() {
    examine_all("individual");
}

#[test]
fn every_nature_provider_and_kind_gets_a_manifest() {
    let (book, mut sources) = book();
    let (providers, kinds) = (values(&book, "filing.provider"), values(&book, "service.kind"));
    for (i, nature) in values(&book, "entity.nature").into_iter().enumerate() {
        let wishes = Wishes {
            region: "gd".to_owned(),
            nature,
            filing_type: "initial".to_owned(),
            provider: Some(providers[i % providers.len()].clone()),
            kind: Some(kinds[i % kinds.len()].clone()),
            domain: Some("example.cn".to_owned()),
            today: jiff::civil::date(2026, 11, 27),
            language: if i % 2 == 0 { Language::Zh } else { Language::En },
        };
        assert!(examine(&book, &mut sources, &wishes));
    }
}

#[test]
fn paths_lose_the_items_of_lists() {
    assert_eq!(plain_path("domain[\"a.b.cn\"].holder"), "domain.holder");
    assert_eq!(plain_path("service[1].platforms[2].os"), "service.platforms.os");
}

fn init(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .arg("init")
        .args(arguments)
        .current_dir(folder)
        .env("FILINGC_LANG", "en")
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_file_is_written_once_and_whole() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("init");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let file = folder.join("m.toml");
    let wishes = ["--region", "zj", "--entity", "enterprise", "-o", "m.toml"];
    let (code, says) = init(&folder, &wishes);
    assert_eq!(code, 0, "{says}");
    assert!(says.contains("filingc check m.toml"), "{says}");
    let first = std::fs::read_to_string(&file).expect("the file is there");
    std::fs::write(&file, "mine").expect("the file is written");
    let (code, says) = init(&folder, &wishes);
    assert!(code == 2 && says.contains("exists already") && says.contains("--force"), "{says}");
    assert_eq!(std::fs::read_to_string(&file).expect("the file is there"), "mine");
    let mut forced = wishes.to_vec();
    forced.push("--force");
    assert_eq!(init(&folder, &forced).0, 0);
    assert_eq!(std::fs::read_to_string(&file).expect("the file is there"), first);
    let (code, says) = init(&folder, &["--region", "zj", "--entity", "enterprize", "-o", "n.toml"]);
    assert!(code == 2 && says.contains("did you mean `enterprise`?"), "{says}");
    assert!(!folder.join("n.toml").exists(), "a refused call leaves no file");
    assert_eq!(std::fs::read_dir(&folder).expect("the folder is there").count(), 1, "no temporary file is left");
}

#[test]
fn nobody_is_asked_without_a_terminal() {
    let (code, says) = init(&root(), &["--region", "zj"]);
    assert!(code == 2 && says.contains("--entity"), "{says}");
}
