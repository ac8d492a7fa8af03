//! Mistakes that people make, planted one by one: one cause, one message, at its place, with the words that lead to the fix, in both languages.

use crate::support::{bundled_book, compile, full, root};
use filingc::manifest;
use filingc::syntax::{self, ITEM_WORDS};
use filingc::{Diagnostic, Diagnostics, Language, Severity, SourceId, SourceKind, SourceMap};

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/it/mistakes").join(name)).expect("the file is readable")
}

fn table(name: &str, key: &str) -> Vec<toml::Table> {
    let all: toml::Table = toml::from_str(&read(name)).expect("the mistakes are TOML");
    all[key].as_array().expect("a list of mistakes").iter().map(|m| m.as_table().expect("a mistake is a table").clone()).collect()
}

fn text<'t>(of: &'t toml::Table, key: &str) -> Option<&'t str> {
    of.get(key).and_then(toml::Value::as_str)
}

/// A text without its mark, and the line (from 1) at which the mark stood.
fn marked(text: &str) -> (String, usize) {
    let at = text.find('¦').expect("the place of the fault is marked");
    (text.replace('¦', ""), text[..at].matches('\n').count() + 1)
}

/// What is amiss with the messages about one mistake: their number, their place, their words.
fn amiss(found: &[Diagnostic], sources: &SourceMap, id: SourceId, line: usize, words: &toml::Table) -> Vec<String> {
    let mut wrong = Vec::new();
    if found.len() != 1 {
        wrong.push(format!("{} messages", found.len()));
    }
    let place = found.first().and_then(|d| d.labels.iter().find(|l| l.is_primary)).map(|l| l.span);
    let told = place.filter(|span| span.source == id).map(|span| sources.get(id).line_column(span.start as usize).line);
    if told != Some(line) {
        wrong.push(format!("line {told:?} instead of {line}"));
    }
    for (language, key) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let shown = full(found, sources, language);
        let wanted = words[key].as_array().expect("a list of words").iter().map(|w| w.as_str().expect("a word"));
        let missing: Vec<&str> = wanted.filter(|w| !shown.contains(w)).collect();
        if !missing.is_empty() || !wrong.is_empty() {
            wrong.push(format!("{key}: without {missing:?} in\n{shown}"));
        }
    }
    wrong
}

#[test]
fn in_rules() {
    let mistakes = table("rules.toml", "mistake");
    assert!(mistakes.len() >= 60, "{} mistakes", mistakes.len());
    let mut wrong = Vec::new();
    for mistake in &mistakes {
        let name = text(mistake, "name").expect("a mistake has a name");
        let planted = text(mistake, "text").expect("a mistake has a text");
        let head = "region zj \"Zhejiang\" zh \"浙江\" extends cn { applies when filing.region is zj }\n";
        let whole = if name.ends_with("-file") { planted.to_owned() } else { format!("{head}{planted}") };
        let (whole, line) = marked(&whole);
        let files = ["base.filing", "national.filing"].map(|f| (f.to_owned(), read(f)));
        let files: Vec<(String, String)> = files.into_iter().chain([("zj.filing".to_owned(), whole)]).collect();
        let (_, found, sources) = compile(&files);
        let id = sources.iter().map(|(id, _)| id).last().expect("the planted file is there");
        let errors: Vec<Diagnostic> = found.into_iter().filter(|d| d.severity == Severity::Error).collect();
        wrong.extend(amiss(&errors, &sources, id, line, mistake).into_iter().map(|w| format!("{name}: {w}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_mistakes_are_planted_beside_has_none() {
    let files = ["base.filing", "national.filing"].map(|f| (f.to_owned(), read(f)));
    let (_, found, sources) = compile(&files);
    assert!(found.iter().all(|d| d.severity != Severity::Error), "{}", full(&found, &sources, Language::En));
}

#[test]
fn in_manifests() {
    let faults = table("manifests.toml", "fault");
    assert!(faults.len() >= 80, "{} faults", faults.len());
    let (book, _) = bundled_book();
    let base = std::fs::read_to_string(root().join("examples/c01-company-complete.toml")).expect("the example is readable");
    let on = jiff::civil::date(2026, 11, 23);
    let mut wrong = Vec::new();
    for fault in &faults {
        let name = text(fault, "name").expect("a fault has a name");
        let whole = match (text(fault, "text"), text(fault, "old"), text(fault, "new")) {
            (Some(whole), ..) => whole.to_owned(),
            (None, Some(old), Some(new)) => {
                assert!(base.contains(old), "{name}: the example has {old}");
                base.replacen(old, new, 1)
            }
            _ => panic!("{name} has a text, or what becomes what"),
        };
        let (whole, line) = marked(&whole);
        let file = text(fault, "file").expect("a fault has a file");
        let format = manifest::format_of(file, &whole);
        let mut sources = SourceMap::default();
        let id = sources.add(file, whole, SourceKind::Manifest);
        let mut found = Diagnostics::new();
        manifest::read(&sources, id, format, &book.index.schema, on, &mut found);
        let found: Vec<Diagnostic> = found.into_sorted().into_iter().filter(|d| d.severity != Severity::Note).collect();
        wrong.extend(amiss(&found, &sources, id, line, fault).into_iter().map(|w| format!("{name}: {w}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A line as a file: in a block that may hold it, where it is no declaration.
fn in_a_file(line: &str) -> String {
    let first = line.split_whitespace().next().unwrap_or("");
    let is_item = ITEM_WORDS.contains(&first) && !matches!(first, "source" | "advice");
    let any = |words: &[&str]| words.iter().any(|w| line.starts_with(w));
    if is_item {
        let ending = if line.ends_with('{') { "\n}" } else { "" };
        return format!("{line}{ending}\n");
    }
    let head = match () {
        () if any(&["max_", "size"]) => "material planted",
        () if any(&["url", "link"]) => "source planted",
        () => "requirement planted",
    };
    format!("{head} \"planted\" zh \"植入\" {{\n  {line}\n}}\n")
}

/// The messages about a text, and the text after their fixes.
fn told_and_mended(written: &str) -> (Vec<Diagnostic>, String) {
    let mut sources = SourceMap::default();
    let id = sources.add("planted.filing", written.to_owned(), SourceKind::Rules);
    let mut found = Diagnostics::new();
    syntax::parse(&sources, id, &mut found);
    let found: Vec<Diagnostic> = found.into_sorted().into_iter().filter(|d| d.severity == Severity::Error).collect();
    let mut edits: Vec<_> = found.iter().flat_map(|d| d.fixes.iter().take(1)).flat_map(|f| f.edits.clone()).collect();
    edits.sort_by_key(|e| std::cmp::Reverse(e.span.start));
    let mut mended = written.to_owned();
    for edit in edits {
        mended.replace_range(edit.span.range(), &edit.replacement);
    }
    (found, mended)
}

#[test]
fn each_habit_is_known_by_its_example_and_mended() {
    let mut wrong = Vec::new();
    let mut n = 0;
    for (name, written, right, ..) in syntax::habits() {
        n += 1;
        let (found, mended) = told_and_mended(&in_a_file(written));
        let is_it =
            |d: &Diagnostic| d.args.iter().any(|(key, value)| *key == "habit" && *value == filingc::diagnostic::Arg::Text(name.to_owned()));
        if found.len() != 1 || !found.iter().any(is_it) {
            let said: Vec<&str> = found.iter().map(|d| d.message.en.as_str()).collect();
            wrong.push(format!("{name}: `{written}` is told as {said:?}"));
            continue;
        }
        let (rest, _) = told_and_mended(&in_a_file(right));
        if !rest.is_empty() {
            wrong.push(format!("{name}: the right form `{right}` is told as {:?}", rest[0].message.en));
        }
        // What a fix writes can be read.
        let (after, _) = told_and_mended(&mended);
        if !found[0].fixes.is_empty() && !after.is_empty() {
            wrong.push(format!("{name}: mended to\n{mended}which is told as {:?}", after[0].message.en));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n >= 25, "{n} habits");
}

#[test]
fn the_page_shows_each_habit() {
    let page = root().join("docs/writings.md");
    let text = std::fs::read_to_string(&page).expect("the page is readable");
    let (begin, end) = ("<!-- habits -->\n", "<!-- end of habits -->");
    let from = text.find(begin).expect("the list begins") + begin.len();
    let to = text.find(end).expect("the list ends");
    let mut list = String::from("\n```text\n");
    for (_, wrong, right, ..) in syntax::habits() {
        list.push_str(&format!("{wrong}\n  → {right}\n"));
    }
    list.push_str("```\n\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, format!("{}{list}{}", &text[..from], &text[to..])).expect("the page is written");
        return;
    }
    assert_eq!(&text[from..to], list, "run with UPDATE_DOCS=1");
}

#[test]
fn all_habits_of_one_declaration_are_told_at_once() {
    let written = "requirement planted \"planted\" zh \"植入\" {\n  source guide\n  when entity.nature == enterprise && entity.name != \"甲\"\n  \
                   require !is_individual || filing.received_on >= 2027年1月1日\n}\n";
    let (found, mended) = told_and_mended(written);
    assert_eq!(found.len(), 6, "{:?}", found.iter().map(|d| &d.message.en).collect::<Vec<_>>());
    assert!(mended.contains("when entity.nature is enterprise and entity.name is not \"甲\""), "{mended}");
    assert!(mended.contains("require not is_individual or filing.received_on >= 2027-01-01"), "{mended}");
    assert!(told_and_mended(&mended).0.is_empty(), "{mended}");
}

#[test]
fn comments_of_other_languages_are_passed_over_and_mended() {
    let written = "# the first\nrequirement planted \"planted\" zh \"植入\" {\n  source guide -- where it stands\n  /* a { brace\n     \"and a quote */\n  \
                   require entity.name is given # the name\n}\n";
    let (found, mended) = told_and_mended(written);
    assert_eq!(found.len(), 3, "{:?}", found.iter().map(|d| &d.message.en).collect::<Vec<_>>());
    assert!(told_and_mended(&mended).0.is_empty(), "{mended}");
    assert_eq!(mended.matches("//").count(), 5, "{mended}");
}

#[test]
fn a_conflict_of_a_merge_is_one_message() {
    let written = "requirement planted \"planted\" zh \"植入\" {\n  source guide\n<<<<<<< ours\n  require entity.name is given\n=======\n  require entity.nature is x\n\
                   >>>>>>> theirs\n}\n";
    let (found, _) = told_and_mended(written);
    assert_eq!(found.len(), 1, "{:?}", found.iter().map(|d| &d.message.en).collect::<Vec<_>>());
    assert!(found[0].message.en.contains("merge"));
}
