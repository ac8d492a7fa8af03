//! The language server, as an editor talks to it.

use crate::support::{bundled_rules, root};
use filingc::diagnostic::Language;
use filingc::syntax::keywords;
use jiff::civil::date;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest wait for an answer: only a server that hangs reaches it.
const PATIENCE: Duration = Duration::from_secs(120);

struct Editor {
    connection: Connection,
    server: Option<std::thread::JoinHandle<()>>,
    folder: PathBuf,
    next: i32,
    version: i32,
    texts: BTreeMap<String, String>,
    /// What was shown last, by address: the version and the diagnostics.
    shown: BTreeMap<String, (Value, Vec<Value>)>,
    told: Vec<Value>,
}

impl Editor {
    /// An editor over a folder with some files.
    fn new(name: &str, files: &[(&str, &str)], encoding: &str, language: &str) -> Editor {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join(".git")).expect("the folder is made");
        for (name, text) in files {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder is made");
            std::fs::write(file, text).expect("the file is written");
        }
        let (ours, theirs) = Connection::memory();
        let server = std::thread::spawn(move || {
            filingc::cli::serve_editor(&theirs, &["--lang", "en"], date(2026, 11, 23)).expect("the server serves");
        });
        let texts = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
        let mut editor =
            Editor { connection: ours, server: Some(server), folder, next: 0, version: 0, texts, shown: BTreeMap::new(), told: Vec::new() };
        let params = json!({
            "capabilities": { "general": { "positionEncodings": [encoding] } },
            "workspaceFolders": [{ "uri": editor.uri(""), "name": "rules" }],
            "initializationOptions": { "language": language },
        });
        let answer = editor.ask("initialize", params);
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        editor.tell("initialized", json!({}));
        editor
    }

    fn uri(&self, name: &str) -> String {
        let path = self.folder.join(name);
        format!("file://{}", path.display())
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.connection.sender.send(Notification::new(method.to_owned(), params).into()).expect("the server listens");
    }

    fn take(&mut self) -> Option<lsp_server::Response> {
        match self.connection.receiver.recv_timeout(PATIENCE).expect("the server answers") {
            Message::Response(response) => Some(response),
            Message::Notification(n) => {
                if n.method == "textDocument/publishDiagnostics" {
                    let uri = n.params["uri"].as_str().expect("an address").to_owned();
                    let list = n.params["diagnostics"].as_array().expect("a list").clone();
                    self.shown.insert(uri, (n.params["version"].clone(), list));
                } else {
                    self.told.push(n.params);
                }
                None
            }
            Message::Request(r) => {
                self.told.push(json!({ "method": r.method, "params": r.params }));
                None
            }
        }
    }

    /// The answer to a request; an error as it is.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).expect("the server listens");
        loop {
            if let Some(response) = self.take()
                && response.id == id
            {
                let whole = serde_json::to_value(&response).expect("an answer is JSON");
                return whole.get("result").cloned().unwrap_or_else(|| whole["error"].clone());
            }
        }
    }

    fn open(&mut self, name: &str) {
        self.version += 1;
        let language = if name.ends_with(".filing") { "filing" } else { "toml" };
        let document = json!({ "uri": self.uri(name), "languageId": language, "version": self.version, "text": self.texts[name] });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn write(&mut self, name: &str, text: &str) {
        self.version += 1;
        self.texts.insert(name.to_owned(), text.to_owned());
        let document = json!({ "uri": self.uri(name), "version": self.version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
    }

    /// Waits until what was written last is looked at; the diagnostics of a file.
    fn settled(&mut self, name: &str) -> Vec<Value> {
        // A request about the whole ruleset is answered when everything before it was looked at.
        self.ask("workspace/symbol", json!({ "query": "no such name" }));
        self.shown.get(&self.uri(name)).map(|(_, list)| list.clone()).unwrap_or_default()
    }

    /// A place, by the text after it, in UTF-16.
    fn at(&self, name: &str, mark: &str) -> Value {
        let text = &self.texts[name];
        let offset = text.find(mark).unwrap_or_else(|| panic!("{mark} stands in {name}"));
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        json!({ "line": before.matches('\n').count(), "character": before[line_start..].encode_utf16().count() })
    }

    fn place(&self, name: &str, mark: &str) -> Value {
        json!({ "textDocument": { "uri": self.uri(name) }, "position": self.at(name, mark) })
    }

    fn labels(&mut self, name: &str, mark: &str) -> Vec<String> {
        let place = self.place(name, mark);
        let answer = self.ask("textDocument/completion", place);
        answer.as_array().map_or_else(Vec::new, |list| list.iter().map(|i| i["label"].as_str().unwrap_or("").to_owned()).collect())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.server.take().expect("a server").join().expect("the server ends");
    }
}

const BASE: &str = r#"region cn "base" zh "国家" {
}

source law "The law" zh "法规" {
  url "https://example.com/law"
  dated "2024-01-01"
  read 2026-11-01
}

parameter validity: duration = 30 days "validity" zh "有效期"

requirement named "an entity has a name" zh "主体有名称" {
  source law
  last_seen "2026-11"
  require entity.name is given
  report at entity.name "`{entity.name}` is no name" zh "“{entity.name}”不是名称"
}

requirement dated "the paper is valid" zh "证件有效" {
  source law
  last_seen "2026-11"
  require entity.expires_on >= filing.submission_date + validity
  report at entity.expires_on "too short" zh "有效期不足"
}
"#;

const VOCABULARY: &str = r#"enum region_id "region" zh "地区" {
  zj "Zhejiang" zh "浙江"
  gd "Guangdong" zh "广东"
}

record head {
  region: region_id "region" zh "地区"
  submission_date: date "day of submission" zh "提交日期"
}

record person "entity" zh "主体" {
  name: text "name" zh "名称"
  expires_on: date "last day" zh "到期日"
}

manifest {
  filing: head "filing" zh "备案"
  entity: person "entity" zh "主体"
}

role region is filing.region
role submission-day is filing.submission_date
"#;

const REGION: &str = r#"region zj "Zhejiang" zh "浙江" extends cn {
  applies when filing.region is zj
}

set validity = 3 months as zj-validity "three months" zh "三个月" {
  source law
  last_seen "2026-11"
}

requirement local "名称以“浙”开头 is local" zh "名称以“浙”开头" {
  source law
  last_seen "2026-11"
  needs named
  /* 中文 */
  when entity.expires_on >= filing.submission_date + validity
  require entity.name starts with "浙"
  report at entity.name "`{entity.name}`" zh "“{entity.name}”"
}
"#;

fn rules() -> Vec<(&'static str, String)> {
    let region = REGION.replace("  /* 中文 */\n", "");
    vec![("regions/cn.filing", BASE.to_owned()), ("regions/vocabulary.filing", VOCABULARY.to_owned()), ("regions/zj.filing", region)]
}

fn editor(name: &str, encoding: &str, language: &str) -> Editor {
    let rules = rules();
    let files: Vec<(&str, &str)> = rules.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let mut editor = Editor::new(name, &files, encoding, language);
    editor.open("regions/zj.filing");
    editor
}

fn codes(list: &[Value]) -> Vec<String> {
    list.iter().map(|d| d["code"].as_str().unwrap_or("").to_owned()).collect()
}

#[test]
fn a_fault_is_told_while_it_is_typed_and_goes_when_it_is_mended() {
    let mut editor = editor("typed", "utf-16", "zh");
    let clean = editor.settled("regions/zj.filing");
    assert!(!clean.iter().any(|d| d["severity"] == 1), "{clean:?}");
    let broken = editor.texts["regions/zj.filing"].replace("needs named", "needs namen");
    editor.write("regions/zj.filing", &broken);
    let found = editor.settled("regions/zj.filing");
    let fault = found.iter().find(|d| d["severity"] == 1).unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(fault["range"]["start"], editor.at("regions/zj.filing", "namen"));
    assert!(fault["message"].as_str().is_some_and(|m| m.contains("是否想写 `named`？")), "{fault}");
    // The fix of the finding is offered.
    let range = fault["range"].clone();
    let params =
        json!({ "textDocument": { "uri": editor.uri("regions/zj.filing") }, "range": range, "context": { "diagnostics": [fault] } });
    let actions = editor.ask("textDocument/codeAction", params);
    let edit = &actions[0]["edit"]["changes"][editor.uri("regions/zj.filing")][0];
    assert_eq!((&edit["newText"], &edit["range"]), (&json!("named"), &range), "{actions}");
    let mended = broken.replace("namen", "named");
    editor.write("regions/zj.filing", &mended);
    assert_eq!(editor.settled("regions/zj.filing"), clean);
}

#[test]
fn the_server_says_what_lint_says() {
    let mut editor = editor("as_lint", "utf-16", "en");
    let broken =
        editor.texts["regions/zj.filing"].replace("entity.name starts", "entity.nam starts").replace("source law\n", "source low\n");
    std::fs::write(editor.folder.join("regions/zj.filing"), &broken).expect("the file is written");
    editor.write("regions/zj.filing", &broken);
    let found = editor.settled("regions/zj.filing");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["lint", "--output-format", "json", "--lang", "en", "--on", "2026-11-23"])
        .current_dir(&editor.folder)
        .output()
        .expect("the program runs");
    let said: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    let of_file = |d: &&Value| d["labels"][0]["span"]["path"].as_str().is_some_and(|p| p.ends_with("zj.filing"));
    let list = said["diagnostics"].as_array().unwrap_or_else(|| panic!("{said}"));
    let mut wanted: Vec<(String, String)> = list
        .iter()
        .filter(of_file)
        .map(|d| (d["code"].as_str().unwrap_or("").to_owned(), d["message"]["en"].as_str().unwrap_or("").to_owned()))
        .collect();
    let mut seen: Vec<(String, String)> = found
        .iter()
        .map(|d| {
            let message = d["message"].as_str().unwrap_or("").lines().next().unwrap_or("").to_owned();
            (d["code"].as_str().unwrap_or("").to_owned(), message)
        })
        .collect();
    wanted.sort();
    seen.sort();
    assert!(!wanted.is_empty());
    assert_eq!(seen, wanted);
}

#[test]
fn names_lead_to_their_declarations_in_other_files() {
    let mut editor = editor("definition", "utf-16", "en");
    let place = editor.place("regions/zj.filing", "named\n");
    let found = editor.ask("textDocument/definition", place);
    assert_eq!(found[0]["uri"], editor.uri("regions/cn.filing"), "{found}");
    assert_eq!(found[0]["range"]["start"], editor.at("regions/cn.filing", "named \"an"));
    let place = editor.place("regions/zj.filing", "name starts");
    let found = editor.ask("textDocument/definition", place);
    assert_eq!(found[0]["uri"], editor.uri("regions/vocabulary.filing"), "{found}");
    let mut place = editor.place("regions/zj.filing", "validity = 3");
    place["context"] = json!({ "includeDeclaration": false });
    let uses = editor.ask("textDocument/references", place);
    let files: Vec<&str> = uses.as_array().expect("a list").iter().filter_map(|l| l["uri"].as_str()?.rsplit('/').next()).collect();
    assert_eq!(files, ["cn.filing", "zj.filing", "zj.filing"], "{uses}");
}

#[test]
fn places_are_counted_as_the_client_asked() {
    for (encoding, width) in [("utf-16", 1), ("utf-8", 3)] {
        let mut editor = editor(&format!("places_{encoding}"), encoding, "zh");
        let text = editor.texts["regions/zj.filing"].replace("\"名称以“浙”开头 is local\"", "\"名\" zhh");
        editor.write("regions/zj.filing", &text);
        let found = editor.settled("regions/zj.filing");
        let fault = found.iter().find(|d| d["severity"] == 1).unwrap_or_else(|| panic!("{found:?}"));
        let before = "requirement local \"".len() + width + "\" ".len();
        assert_eq!(fault["range"]["start"]["character"], before, "{fault}");
    }
}

#[test]
fn hover_names_titles_sources_and_who_differs() {
    let mut editor = editor("hover", "utf-16", "zh");
    editor.settled("regions/zj.filing");
    let place = editor.place("regions/zj.filing", "named\n");
    let text = editor.ask("textDocument/hover", place)["contents"]["value"].as_str().unwrap_or("").to_owned();
    assert!(text.contains("主体有名称 · an entity has a name"), "{text}");
    assert!(text.contains("<https://example.com/law>") && text.contains("2026-11-01 查阅"), "{text}");
    let place = editor.place("regions/zj.filing", "validity\n");
    let text = editor.ask("textDocument/hover", place)["contents"]["value"].as_str().unwrap_or("").to_owned();
    assert!(text.contains("`30 days`") && text.contains("zj 浙江: `3 months`"), "{text}");
    // Broken text takes nothing away.
    let broken = format!("{}\nrequirement x \"", editor.texts["regions/zj.filing"]);
    editor.write("regions/zj.filing", &broken);
    let place = editor.place("regions/zj.filing", "named\n");
    let text = editor.ask("textDocument/hover", place)["contents"]["value"].as_str().unwrap_or("").to_owned();
    assert!(text.contains("主体有名称"), "{text}");
}

#[test]
fn what_is_legal_here_is_offered() {
    let mut editor = editor("completion", "utf-16", "zh");
    editor.settled("regions/zj.filing");
    let text = editor.texts["regions/zj.filing"].clone();
    let mut offered = |line: &str, mark: &str| {
        editor.write("regions/zj.filing", &format!("{text}\n{line}"));
        editor.labels("regions/zj.filing", mark)
    };
    let has = |list: &[String], names: &[&str]| names.iter().all(|n| list.iter().any(|l| l == n));
    let list = offered("waive #", "#");
    assert!(has(&list, &["named", "dated"]) && !has(&list, &["local"]), "{list:?}");
    let list = offered("set #", "#");
    assert!(has(&list, &["validity"]), "{list:?}");
    let list = offered("requirement a \"x\" {\n  source #", "#");
    assert!(has(&list, &["law"]), "{list:?}");
    let list = offered("requirement a \"x\" {\n  when entity.#", "#");
    assert_eq!(list, ["expires_on", "name"]);
    let list = offered("requirement a \"x\" {\n  when filing.region is #", "#");
    assert!(has(&list, &["zj", "gd", "not", "given"]), "{list:?}");
    let list = offered("requirement a \"x\" {\n  #\n}", "#");
    assert!(has(&list, &["source", "for each", "require"]) && !has(&list, &["max_kb"]), "{list:?}");
    // Found by its Chinese name.
    editor.write("regions/zj.filing", &format!("{text}\nrequirement a \"x\" {{\n  when #"));
    let place = editor.place("regions/zj.filing", "#");
    let answer = editor.ask("textDocument/completion", place);
    let entity = answer.as_array().expect("a list").iter().find(|i| i["label"] == "entity").expect("the field is offered");
    assert!(entity["filterText"].as_str().is_some_and(|t| t.contains("主体")), "{entity}");
}

#[test]
fn a_rename_changes_every_file_and_keeps_the_old_name() {
    let mut editor = editor("rename", "utf-16", "en");
    editor.settled("regions/zj.filing");
    let mut place = editor.place("regions/zj.filing", "named\n");
    place["newName"] = json!("has-a-name");
    let edit = editor.ask("textDocument/rename", place);
    let changes = &edit["changes"];
    let of = |name: &str| changes[editor.uri(name)].as_array().cloned().unwrap_or_default();
    assert_eq!(of("regions/zj.filing").len(), 1, "{edit}");
    let base = of("regions/cn.filing");
    assert!(base.iter().any(|e| e["newText"] == "  formerly named\n"), "{edit}");
    assert_eq!(base.iter().filter(|e| e["newText"] == "has-a-name").count(), 1, "{edit}");
    let mut place = editor.place("regions/zj.filing", "named\n");
    place["newName"] = json!("dated");
    let refused = editor.ask("textDocument/rename", place);
    assert!(refused["message"].as_str().is_some_and(|m| m.contains("cn/dated")), "{refused}");
}

#[test]
fn texts_are_formatted_as_fmt_does() {
    let mut editor = editor("format", "utf-16", "en");
    let text = editor.texts["regions/zj.filing"].replace("  require entity.name", "      require   entity.name");
    editor.write("regions/zj.filing", &text);
    let params = json!({ "textDocument": { "uri": editor.uri("regions/zj.filing") }, "options": { "tabSize": 2, "insertSpaces": true } });
    let edits = editor.ask("textDocument/formatting", params);
    assert_eq!(edits[0]["newText"], "  require entity.name starts with \"浙\"\n", "{edits}");
}

#[test]
fn filings_are_checked_and_mended() {
    let text = std::fs::read_to_string(root().join("examples/c10-website-and-app.toml")).expect("the example is readable");
    let mut editor = Editor::new("filing", &[("order.toml", &text), ("package.toml", "[dependencies]\na = 1\n")], "utf-8", "en");
    editor.open("order.toml");
    editor.open("package.toml");
    let found = editor.settled("order.toml");
    assert!(codes(&found).iter().any(|c| c.starts_with("cn/")), "{found:?}");
    assert!(
        found.iter().any(|d| d["relatedInformation"][0]["location"]["uri"].as_str().is_some_and(|u| u.starts_with("filingc:/regions/")))
    );
    assert!(editor.settled("package.toml").is_empty(), "what is no filing is left alone");
    let uri = editor.uri("order.toml");
    let answer = editor.ask("workspace/executeCommand", json!({ "command": "filingc.repair", "arguments": [uri] }));
    assert_eq!(answer["paths"][0], "materials.app_icon.kb", "{answer}");
    let applied = editor.told.iter().find(|t| t["method"] == "workspace/applyEdit").expect("the client is asked to apply the mend");
    let edit = &applied["params"]["edit"]["changes"][editor.uri("order.toml")][0];
    assert!(edit["newText"].as_str().is_some_and(|t| t.contains("kb = 100")), "{applied}");
}

#[test]
fn a_region_alone_stands_on_the_rules_of_the_program() {
    let (_, text) = bundled_rules().into_iter().find(|(n, _)| n.ends_with("zhejiang.filing")).expect("the region is there");
    let mut editor = Editor::new("alone", &[("zhejiang.filing", &text)], "utf-16", "zh");
    editor.open("zhejiang.filing");
    let found = editor.settled("zhejiang.filing");
    assert!(!found.iter().any(|d| d["severity"] == 1), "{found:?}");
    let place = editor.place("zhejiang.filing", "prin-entity-principal as");
    let found = editor.ask("textDocument/definition", place);
    let uri = found[0]["uri"].as_str().unwrap_or("").to_owned();
    assert_eq!(uri, "filingc:/regions/national/people.filing");
    let text = editor.ask("filingc/bundledText", json!({ "uri": uri }));
    assert!(text.as_str().is_some_and(|t| t.starts_with("part of cn")), "the text behind the address is given");
}

#[test]
fn random_edits_end_where_a_fresh_start_begins() {
    let mut editor = editor("random", "utf-16", "en");
    let mut seed: u64 = 7;
    let mut random = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n.max(1)
    };
    let pieces = ["{", "}", "\"", "名", "𠮷", "\n", "requirement a \"x\" {", "when ", "(", "//", "entity.", "", "", "", "=", "/"];
    let mut text: Vec<char> = editor.texts["regions/zj.filing"].chars().collect();
    let name = "regions/zj.filing";
    for round in 0..300 {
        let from = random(text.len() + 1);
        let until = (from + random(6)).min(text.len());
        let piece = pieces[random(pieces.len())];
        text.splice(from..until, piece.chars());
        let now: String = text.iter().collect();
        editor.write(name, &now);
        if round % 10 == 0 {
            let position = json!({ "line": random(40), "character": random(40) });
            let place = json!({ "textDocument": { "uri": editor.uri(name) }, "position": position });
            editor.ask("textDocument/hover", place.clone());
            editor.ask("textDocument/completion", place);
            let document = json!({ "textDocument": { "uri": editor.uri(name) } });
            editor.ask("textDocument/semanticTokens/full", document.clone());
            editor.ask("textDocument/documentSymbol", document.clone());
            editor.ask("textDocument/foldingRange", document);
        }
    }
    let after = editor.settled(name);
    let text = editor.texts[name].clone();
    let rules = rules();
    let files: Vec<(&str, &str)> = rules.iter().map(|(n, t)| (*n, if *n == name { text.as_str() } else { t.as_str() })).collect();
    let mut fresh = Editor::new("random_fresh", &files, "utf-16", "en");
    fresh.open(name);
    let found = fresh.settled(name);
    let plain = |list: &[Value]| list.iter().map(|d| (d["code"].clone(), d["range"].clone(), d["message"].clone())).collect::<Vec<_>>();
    assert_eq!(plain(&after), plain(&found));
}

/// The grammar of the extension for VS Code, with the words of the language.
fn grammar() -> String {
    let escaped = |mut words: Vec<String>| {
        words.sort_unstable();
        words.dedup();
        words.join("|")
    };
    let both = |words: Vec<&'static str>| -> Vec<String> {
        [Language::En, Language::Zh]
            .into_iter()
            .flat_map(|l| words.iter().map(move |w| keywords::spoken(w, l)).collect::<Vec<_>>())
            .collect()
    };
    let words = both(keywords::all().iter().map(|k| k.en).collect());
    assert!(words.len() > 120, "{words:?}");
    let items = escaped(both(filingc::syntax::ITEM_WORDS.to_vec()));
    let lines = escaped(both(filingc::syntax::Line::ALL.iter().map(|l| l.words()).collect()));
    let words = escaped(words);
    let grammar = json!({
        "name": "filing",
        "scopeName": "source.filing",
        "patterns": [
            { "name": "comment.line.double-slash.filing", "match": "//.*$" },
            { "name": "string.quoted.double.filing", "begin": "\"", "end": "\"|$", "patterns": [
                { "name": "constant.character.escape.filing", "match": "\\\\." },
                { "name": "variable.other.filing", "match": "\\{[^{}\"]*\\}" },
            ] },
            { "match": "(?<![\\w-])(matches|matching|匹配|形如)\\s+(/(?:\\\\.|[^/\\\\])+/)", "captures": {
                "1": { "name": "keyword.operator.filing" }, "2": { "name": "string.regexp.filing" },
            } },
            { "name": "constant.numeric.date.filing", "match": "\\b\\d{4}-\\d{1,2}-\\d{1,2}(T[0-9:]+)?\\b" },
            { "name": "constant.numeric.filing", "match": "\\b\\d[\\d_]*(\\.\\d+)?\\b(?!-)" },
            { "name": "keyword.declaration.filing", "match": format!("^({items})(?![\\w-])") },
            { "name": "keyword.control.filing", "match": format!("^\\s+({lines})(?![\\w-])") },
            { "name": "keyword.other.filing", "match": format!("(?<![\\w.-])({words})(?![\\w-])") },
        ],
    });
    let mut text = serde_json::to_string_pretty(&grammar).expect("a grammar is JSON");
    text.push('\n');
    text
}

#[test]
fn the_grammar_of_the_extension_has_the_words_of_the_language() {
    let path = root().join("editors/vscode/syntaxes/filing.tmLanguage.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, grammar()).expect("the grammar is written");
    }
    let now = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(now, grammar(), "run this test with UPDATE_DOCS=1");
}
