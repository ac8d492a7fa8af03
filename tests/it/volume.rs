//! Many filings at a time: streams, tables, counts, filters, baselines.

use crate::support::{example, files, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: i32,
}

/// An empty folder of a test's own.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("volume").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

pub fn run_on(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("FILINGC_LANG", "en")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("standard input is piped");
    let stdin = stdin.to_vec();
    // A program that never reads its input closes the pipe early.
    let writer = std::thread::spawn(move || drop(input.write_all(&stdin)));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the input is written");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    Ran { out: text(output.stdout), err: text(output.stderr), code: output.status.code().expect("the program ends by itself") }
}

pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_on(folder, arguments, b"")
}

pub fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).expect("the file is written");
}

pub fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|l| serde_json::from_str(l).expect("each line is JSON")).collect()
}

/// The examples, in their order.
fn examples() -> Vec<Value> {
    let all = files(&root().join("examples"), &["toml"]);
    all.iter().map(|p| example(&p.strip_prefix(root().join("examples")).expect("it lies there").to_string_lossy())).collect()
}

fn json_lines(filings: &[Value]) -> String {
    filings.iter().map(|f| format!("{f}\n")).collect()
}

/// Filings with slips: examples of which some facts are left out or changed. No chance of the day is in it.
fn generated(n: usize) -> Vec<Value> {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    let all = examples();
    let mut out = Vec::new();
    for i in 0..n {
        let mut filing = all[i % all.len()].clone();
        plain(&mut filing);
        for _ in 0..next(5) {
            let mut places = Vec::new();
            leaves(&filing, &mut Vec::new(), &mut places);
            let place = &places[next(places.len())];
            let what = next(6);
            change(&mut filing, place, what);
        }
        plain(&mut filing);
        out.push(filing);
    }
    out
}

/// Takes out what tables have no way to say: empty texts, lists and tables.
fn plain(value: &mut Value) {
    match value {
        Value::Object(pairs) => {
            pairs.values_mut().for_each(plain);
            let is_nothing = |v: &Value| match v {
                Value::Object(pairs) => pairs.is_empty(),
                Value::Array(items) => items.is_empty(),
                Value::String(text) => text.trim().is_empty(),
                _ => false,
            };
            pairs.retain(|_, v| !is_nothing(v));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(plain);
            items.retain(|v| !matches!(v, Value::Object(p) if p.is_empty()));
        }
        _ => {}
    }
}

type Way = Vec<Result<String, usize>>;

fn leaves(value: &Value, way: &mut Way, out: &mut Vec<Way>) {
    match value {
        Value::Object(pairs) => {
            for (k, v) in pairs {
                way.push(Ok(k.clone()));
                leaves(v, way, out);
                way.pop();
            }
        }
        Value::Array(items) => {
            for (i, v) in items.iter().enumerate() {
                way.push(Err(i));
                leaves(v, way, out);
                way.pop();
            }
        }
        _ => out.push(way.clone()),
    }
}

fn change(value: &mut Value, way: &[Result<String, usize>], what: usize) {
    let Some((step, rest)) = way.split_first() else { return };
    let inner = match (step, &mut *value) {
        (Ok(k), Value::Object(pairs)) if rest.is_empty() && what < 3 => {
            pairs.remove(k);
            return;
        }
        (Ok(k), Value::Object(pairs)) => pairs.get_mut(k),
        (Err(i), Value::Array(items)) => items.get_mut(*i),
        _ => None,
    };
    let Some(inner) = inner else { return };
    if !rest.is_empty() {
        return change(inner, rest, what);
    }
    match inner {
        Value::String(text) if what == 3 => text.push('9'),
        Value::String(text) if what == 4 => *text = text.chars().rev().collect::<String>().trim().to_owned(),
        Value::String(text) => text.insert_str(0, "x\"y\\"),
        Value::Bool(b) => *b = !*b,
        Value::Number(n) => *inner = (n.as_i64().unwrap_or(1) * 7 + 1).into(),
        _ => {}
    }
}

/// A filing as cells, by the heads of their columns.
fn cells(value: &Value, around: &str, out: &mut BTreeMap<String, Value>) {
    let Value::Object(pairs) = value else { return };
    for (name, value) in pairs {
        let path = if around.is_empty() { name.clone() } else { format!("{around}.{name}") };
        match value {
            Value::Object(_) => cells(value, &path, out),
            Value::Array(items) if items.iter().all(Value::is_object) => {
                items.iter().enumerate().for_each(|(i, item)| cells(item, &format!("{path}[{}]", i + 1), out));
            }
            Value::Array(items) => {
                let texts: Vec<String> = items.iter().map(|i| i.as_str().map_or(i.to_string(), str::to_owned)).collect();
                out.insert(path, texts.join("；").into());
            }
            other => {
                out.insert(path, other.clone());
            }
        }
    }
}

struct Sheet {
    heads: Vec<String>,
    rows: Vec<BTreeMap<String, Value>>,
}

fn sheet(filings: &[Value]) -> Sheet {
    let rows: Vec<BTreeMap<String, Value>> = filings
        .iter()
        .map(|f| {
            let mut out = BTreeMap::new();
            cells(f, "", &mut out);
            out
        })
        .collect();
    let heads: std::collections::BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
    Sheet { heads: heads.into_iter().cloned().collect(), rows }
}

fn as_csv(sheet: &Sheet) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&sheet.heads).expect("written");
    for row in &sheet.rows {
        let cell = |h: &String| row.get(h).map_or(String::new(), |v| v.as_str().map_or(v.to_string(), str::to_owned));
        out.write_record(sheet.heads.iter().map(cell)).expect("written");
    }
    out.into_inner().expect("written")
}

#[cfg(feature = "xlsx")]
fn as_xlsx(sheet: &Sheet) -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (column, head) in sheet.heads.iter().enumerate() {
        let column = column as u16;
        page.write(0, column, head).expect("written");
        for (row, cells) in sheet.rows.iter().enumerate() {
            let row = row as u32 + 1;
            match cells.get(head) {
                None => {}
                Some(Value::Bool(b)) => drop(page.write(row, column, *b).expect("written")),
                Some(Value::Number(n)) => drop(page.write(row, column, n.as_f64().expect("a number")).expect("written")),
                Some(Value::String(text)) => {
                    // What reads as a day stands there as spreadsheets keep days.
                    let is_day = text.len() == 10
                        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
                    match ExcelDateTime::parse_from_str(text).ok().filter(|_| is_day) {
                        Some(at) => drop(page.write_with_format(row, column, &at, &day).expect("written")),
                        None => drop(page.write(row, column, text).expect("written")),
                    }
                }
                Some(other) => panic!("{other} is no cell"),
            }
        }
    }
    book.save_to_buffer().expect("written")
}

fn toml_of(value: &Value) -> String {
    fn inline(value: &Value) -> String {
        match value {
            // Texts of JSON are texts of TOML.
            Value::Object(pairs) => {
                format!("{{ {} }}", pairs.iter().map(|(k, v)| format!("{k} = {}", inline(v))).collect::<Vec<_>>().join(", "))
            }
            Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
            other => other.to_string(),
        }
    }
    let pairs = value.as_object().expect("a filing is a table");
    let (tables, others): (Vec<_>, Vec<_>) = pairs.iter().partition(|(_, v)| v.is_object());
    let mut out: String = others.iter().map(|(k, v)| format!("{k} = {}\n", inline(v))).collect();
    for (name, table) in tables {
        let pairs = table.as_object().expect("a table").iter().map(|(k, v)| format!("{k} = {}\n", inline(v)));
        out.push_str(&format!("[{name}]\n{}", pairs.collect::<String>()));
    }
    out
}

#[test]
fn a_filing_has_the_same_findings_by_every_way_in() {
    let folder = folder("ways");
    let filings = generated(160);
    for (i, filing) in filings.iter().enumerate() {
        for (kind, text) in [("toml", toml_of(filing)), ("json", serde_json::to_string_pretty(filing).expect("JSON"))] {
            std::fs::create_dir_all(folder.join(kind)).expect("the folder is made");
            write(&folder, &format!("{kind}/{i:04}.{kind}"), text);
        }
    }
    write(&folder, "all.jsonl", json_lines(&filings));
    let sheet = sheet(&filings);
    write(&folder, "all.csv", as_csv(&sheet));
    let mut ways = vec!["toml", "json", "all.jsonl", "all.csv"];
    #[cfg(feature = "xlsx")]
    {
        write(&folder, "all.xlsx", as_xlsx(&sheet));
        ways.push("all.xlsx");
    }
    let mut first: Option<Vec<Value>> = None;
    for way in ways {
        let ran = run(&folder, &["check", way, "--output-format", "jsonl"]);
        let found: Vec<Value> = lines(&ran.out);
        assert_eq!(found.len(), filings.len(), "{way}: {}", ran.err);
        let first = first.get_or_insert_with(|| found.clone());
        assert!(
            found.iter().map(|l| l["findings"].as_array().map_or(0, Vec::len)).sum::<usize>() > filings.len(),
            "there is something to compare"
        );
        for (i, (a, b)) in first.iter().zip(&found).enumerate() {
            for part in ["verdict", "reach", "findings"] {
                let (a, b) = (a[part].to_string(), b[part].to_string());
                assert_eq!(a, b, "{part} of {way}, filing {i}: {}", filings[i]);
            }
        }
    }
}

#[test]
fn threads_change_no_byte() {
    let folder = folder("threads");
    let mut text = json_lines(&examples());
    text = text.repeat(3);
    text.insert_str(text.find('\n').map_or(0, |n| n + 1), "{broken\n\n");
    write(&folder, "orders.jsonl", &text);
    for format in ["full", "concise", "json", "jsonl"] {
        let with = |jobs: &str| run(&folder, &["check", "orders.jsonl", "--output-format", format, "--jobs", jobs]);
        let one = with("1");
        assert_eq!(one.code, 2, "a line that cannot be read");
        for jobs in ["2", "7"] {
            let more = with(jobs);
            assert!(one.out == more.out && one.err == more.err && one.code == more.code, "{format} with {jobs} jobs");
        }
        let by_stdin = run_on(&folder, &["check", "-", "--stdin-filename", "orders.jsonl", "--output-format", format], text.as_bytes());
        assert!(one.out == by_stdin.out, "{format} from standard input");
    }
    let unnamed = run_on(&folder, &["check", "-", "--input-format", "jsonl", "--output-format", "jsonl"], text.as_bytes());
    assert_eq!(lines(&unnamed.out)[0]["id"], "<stdin>:1");
}

#[test]
fn a_line_that_cannot_be_read_costs_only_itself() {
    let folder = folder("hostile");
    let good = example("c01-company-complete.toml").to_string();
    let mut text = Vec::new();
    for bad in [&b"{\"a\": "[..], b"\xff\xfe", b"{\"filing\": \"a\0b\"}", b"[]", b"null", b"\"text\""] {
        text.extend(bad);
        text.push(b'\n');
    }
    text.extend(b"{\"entity\": {\"name\": \"");
    text.extend(vec![b'x'; 10 * 1024 * 1024]);
    text.extend(b"\"}}\n");
    text.extend(format!("{{{}}}\n", (0..20_000).map(|n| format!("\"k{n}\": 1")).collect::<Vec<_>>().join(", ")).bytes());
    text.extend(good.bytes());
    write(&folder, "orders.jsonl", &text);
    let ran = run(&folder, &["check", "orders.jsonl", "--output-format", "jsonl"]);
    assert_eq!(ran.code, 2);
    let found = lines(&ran.out);
    assert_eq!(found.len(), 9);
    for (i, line) in found.iter().enumerate().take(7) {
        assert_eq!((line["at"].as_str(), line["verdict"].is_null()), (Some(format!("orders.jsonl:{}", i + 1).as_str()), true));
        let findings = line["findings"].as_array().expect("a list");
        assert!(findings.iter().any(|f| f["weight"] == "error"), "{line}");
    }
    assert_eq!(found[7]["verdict"], "rejected");
    assert_eq!(found[8]["verdict"], "ready");
    // Places are those of the stream.
    let ran = run(&folder, &["check", "orders.jsonl", "--output-format", "concise", "-q"]);
    let first: Vec<&str> = ran.out.lines().take(2).collect();
    assert!(first[0].starts_with("orders.jsonl:1:") && first[0].contains("error[F5002]"), "{first:?}");
    assert!(first[1].starts_with("orders.jsonl:2:1: error[F5012]"), "{first:?}");
}

fn validator(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(root().join(format!("docs/schema/{name}.schema.json"))).expect("the schema is readable");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("the schema is JSON")).expect("the schema is a schema")
}

fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<String> = validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn lines_and_counts_fit_their_schemas() {
    let folder = folder("schemas");
    write(&folder, "orders.jsonl", format!("{}{{\n", json_lines(&examples())));
    let schema = validator("check-line");
    for details in [&[][..], &["--details"]] {
        let mut arguments = vec!["check", "orders.jsonl", "missing.jsonl", "--output-format", "jsonl"];
        arguments.extend(details);
        let found = lines(&run(&folder, &arguments).out);
        assert_eq!(found.len(), examples().len() + 2);
        found.iter().for_each(|line| assert_valid(&schema, line));
        assert_eq!(found.iter().filter(|l| !l["details"].is_null()).count(), if details.is_empty() { 0 } else { found.len() - 1 });
    }
    let counts = run(&folder, &["check", "orders.jsonl", "--group-by", "rule,stage", "--output-format", "json"]);
    assert_eq!(counts.code, 2, "no key is called `rule,stage`");
    let arguments = [
        "check",
        "orders.jsonl",
        "--group-by",
        "rule",
        "--group-by",
        "stage",
        "--group-by",
        "region",
        "--group-by",
        "verdict",
        "--output-format",
        "json",
    ];
    let counts: Value = serde_json::from_str(&run(&folder, &arguments).out).expect("the counts are JSON");
    assert_valid(&validator("statistics"), &counts);
    let by =
        |name: &str| counts["statistics"].as_array().and_then(|l| l.iter().find(|t| t["by"] == name)).cloned().expect("the table is there");
    let sum = |name: &str| by(name)["rows"].as_array().expect("a list").iter().filter_map(|r| r["filings"].as_u64()).sum::<u64>();
    assert_eq!(sum("verdict"), counts["summary"]["filings"].as_u64().expect("a number"));
    assert_eq!(sum("filing.region"), sum("verdict"));
    let whole: Value =
        serde_json::from_str(&run(&folder, &["check", "orders.jsonl", "--output-format", "json", "--only", "ready"]).out).expect("JSON");
    assert_valid(&validator("check"), &whole);
    assert!(whole["summary"]["left_out"]["filings"].as_u64().is_some_and(|n| n > 0), "what is left out is told");
}

#[test]
fn filters_hide_nothing_from_verdict_and_exit_code() {
    let folder = folder("filters");
    write(&folder, "orders.jsonl", json_lines(&[example("c01-company-complete.toml"), example("c11-after-approval.toml")]));
    let all = run(&folder, &["check", "orders.jsonl"]);
    assert_eq!(all.code, 1);
    let ready = run(&folder, &["check", "orders.jsonl", "--only", "ready", "--output-format", "jsonl"]);
    assert_eq!((ready.code, lines(&ready.out).len()), (1, 1));
    assert!(ready.err.contains("1 filing is not shown because of filters"), "{}", ready.err);
    let one = run(&folder, &["check", "orders.jsonl", "--select", "cn/sms-*", "--output-format", "jsonl"]);
    let found = lines(&one.out);
    assert_eq!(one.code, 1);
    assert_eq!(found[1]["verdict"], "rejected");
    assert!(
        found[1]["findings"].as_array().is_some_and(|l| l.iter().all(|f| f["rule"] == "cn/sms-24-hours") && l.len() == 1),
        "{}",
        found[1]
    );
    assert!(one.err.contains("not shown because of filters; verdicts count them all the same"), "{}", one.err);
    let none = run(&folder, &["check", "orders.jsonl", "--ignore", "*", "-q"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    let slip = run(&folder, &["check", "orders.jsonl", "--ignore", "cn/sms-24-hour"]);
    assert_eq!(slip.code, 2);
    assert!(slip.err.contains("did you mean `cn/sms-24-hours`"), "{}", slip.err);
}

#[test]
fn a_baseline_lets_only_new_findings_count() {
    let folder = folder("baseline");
    let (good, bad) = (example("c01-company-complete.toml"), example("c11-after-approval.toml"));
    write(&folder, "orders.jsonl", json_lines(&[good.clone(), bad.clone()]));
    let arguments = ["check", "orders.jsonl", "--id", "account.id"];
    let first = run(&folder, &[&arguments[..], &["--write-baseline", "base.jsonl"]].concat());
    assert_eq!(first.code, 1);
    let same = run(&folder, &["check", "orders.jsonl", "--write-baseline", "base.jsonl", "-qq"]);
    assert_eq!(same.code, 1);
    let with = |extra: &[&str]| run(&folder, &[&["check", "orders.jsonl", "--baseline", "base.jsonl"], extra].concat());
    let known = with(&["--output-format", "jsonl"]);
    assert_eq!((known.code, known.out.as_str()), (0, ""), "{}", known.err);
    assert!(known.err.contains("1 filing fails as in the baseline and does not count for the exit code"), "{}", known.err);
    // What is new fails, and only that is shown.
    let mut worse = good;
    worse["domain"][0]["expires_on"] = "2026-11-25".into();
    write(&folder, "orders.jsonl", json_lines(&[worse, bad]));
    let new = with(&["--output-format", "jsonl"]);
    let found = lines(&new.out);
    assert_eq!((new.code, found.len()), (1, 1), "{}{}", new.out, new.err);
    assert_eq!(found[0]["id"], "orders.jsonl:1");
    write(&folder, "base.jsonl", "{}\n");
    let broken = with(&[]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("line 1 of `base.jsonl` is none of a baseline"), "{}", broken.err);
}

#[test]
fn a_result_takes_its_place_whole_or_not_at_all() {
    let folder = folder("whole");
    write(&folder, "orders.jsonl", json_lines(&examples()));
    write(&folder, "out.jsonl", "before\n");
    let ran = run(&folder, &["check", "orders.jsonl", "--output-format", "jsonl", "-o", "out.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let text = std::fs::read_to_string(folder.join("out.jsonl")).expect("it is there");
    assert_eq!(lines(&text).len(), examples().len());
    let again = run(&folder, &["check", "orders.jsonl", "--output-format", "jsonl"]);
    assert!(again.out == text, "a second run gives the same bytes");
    let nowhere = run(&folder, &["check", "orders.jsonl", "--output-format", "jsonl", "-o", "no/out.jsonl"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("there is no folder `no`"), "{}", nowhere.err);
    let left: Vec<_> = std::fs::read_dir(&folder).expect("readable").filter_map(Result::ok).map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// A table of a few orders, each with its domains in rows of their own.
const ORDERS: &str = "\
订单,entity.name,单位性质,filing.region,account.id,domain.name,domain.holder,备注
7,杭州岚山茶业有限公司,企业,zj,acct-1,a-demo.cn,杭州岚山茶业有限公司,
,,,,,-b-demo-.cn,别人,
8,杭州岚山茶业有限公司,企业,zj,acct-2,c-demo.cn,杭州岚山茶业有限公司,x
";

const COLUMNS: &str = "key = \"订单\"\n[columns]\n\"单位性质\" = \"entity.nature\"\n\"备注\" = \"\"\n";

#[test]
fn rows_that_share_a_key_are_one_filing() {
    let folder = folder("keys");
    write(&folder, "columns.toml", COLUMNS);
    let check = |name: &str, bytes: &[u8]| {
        write(&folder, name, bytes);
        run(&folder, &["check", name, "--columns", "columns.toml", "--output-format", "jsonl"])
    };
    let utf8 = check("orders.csv", ORDERS.as_bytes());
    let found = lines(&utf8.out);
    assert_eq!(found.iter().map(|l| l["id"].as_str().unwrap_or("")).collect::<Vec<_>>(), ["7", "8"], "{}", utf8.err);
    assert_eq!(found[1]["at"], "orders.csv:4");
    let paths: Vec<&str> = found[0]["findings"].as_array().expect("a list").iter().filter_map(|f| f["path"].as_str()).collect();
    assert!(paths.contains(&"domain[2].name"), "{paths:?}");
    // The same in the encoding of older spreadsheets, which is told.
    let (gbk, ..) = encoding_rs::GBK.encode(ORDERS);
    let other = check("orders.csv", &gbk);
    assert!(other.out == utf8.out);
    let page = run(&folder, &["check", "orders.csv", "--columns", "columns.toml", "--output-format", "concise"]);
    assert!(page.out.contains("`orders.csv` is read as GBK"), "{}", page.out);
    // A place is a row and a column.
    assert!(page.out.lines().any(|l| l.starts_with("orders.csv:3:6: error[F5005]")), "{}", page.out);
    // The key can be said by the call.
    write(&folder, "orders.csv", ORDERS);
    write(&folder, "columns.toml", COLUMNS.replacen("key = \"订单\"\n", "", 1));
    let by_option = run(&folder, &["check", "orders.csv", "--columns", "columns.toml", "--key", "订单", "--output-format", "jsonl"]);
    assert!(by_option.out == utf8.out, "{}", by_option.err);
}

#[test]
fn rows_that_contradict_each_other_are_told() {
    let folder = folder("contradictions");
    write(&folder, "columns.toml", COLUMNS);
    let text = ORDERS
        .replace("8,杭州岚山茶业有限公司,企业,zj,acct-2", "7,杭州岚山茶叶有限公司,企业,zj,acct-1")
        .replace("-b-demo-.cn,别人,\n", "b-demo.cn,别人,\n9,甲,个人,gd,acct-3,,,\n7,乙,个人,gd,acct-3,,,\n");
    write(&folder, "orders.csv", &text);
    let ran = run(&folder, &["check", "orders.csv", "--columns", "columns.toml", "--output-format", "concise"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("orders.csv:5:1: error[F5030] rows with this key stand further up, apart from these"), "{}", ran.out);
    assert!(ran.out.contains("error[F5030] rows 5 and 6 of this filing say different things"), "{}", ran.out);
}

#[test]
fn a_column_that_nobody_knows_is_never_passed_over() {
    let folder = folder("columns");
    write(&folder, "orders.csv", ORDERS);
    let ran = run(&folder, &["check", "orders.csv", "--key", "订单"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("error[F5027]: the column `备注` of `orders.csv`"), "{}", ran.out);
    let proposed = run(&folder, &["columns", "orders.csv", "--key", "订单", "-o", "columns.toml"]);
    assert_eq!(proposed.code, 0, "{}", proposed.err);
    let text = std::fs::read_to_string(folder.join("columns.toml")).expect("it is there");
    assert!(text.contains("key = \"订单\"") && text.contains("\"domain.name\" = \"domain.name\""), "{text}");
    assert!(text.lines().any(|l| l.starts_with("# \"备注\" = ")), "what nobody knows is left to people: {text}");
    let again = run(&folder, &["check", "orders.csv", "--columns", "columns.toml"]);
    assert_eq!(again.code, 2);
    write(&folder, "columns.toml", "colums = 1\n");
    let broken = run(&folder, &["check", "orders.csv", "--columns", "columns.toml"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("`columns.toml` does not map columns"), "{}", broken.err);
    write(&folder, "bare.csv", "entity.name\na,b\n\"c\n");
    let bare = run(&folder, &["check", "bare.csv", "--output-format", "concise", "-q"]);
    assert!(bare.out.contains("bare.csv:2:2: error[F5027] the cell stands under no column head"), "{}", bare.out);
    assert!(bare.out.contains("bare.csv:3:1: error[F5029] a quotation mark is not closed"), "{}", bare.out);
}

#[cfg(feature = "xlsx")]
#[test]
fn spreadsheets_are_not_believed_blindly() {
    use rust_xlsxwriter::{Format, Formula, Workbook};
    let folder = folder("spreadsheets");
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    let heads = ["entity.name", "entity.principal.document.number", "entity.principal.mobile", "entity.address", "account.id"];
    page.merge_range(0, 0, 0, 4, "备案信息表", &Format::new()).expect("merged");
    for (column, head) in heads.iter().enumerate() {
        page.write(1, column as u16, *head).expect("written");
    }
    page.write(2, 0, "甲").expect("written");
    page.write(2, 1, 110_201_199_912_310_014.0).expect("written");
    page.write(2, 2, 13_800_000_001.0).expect("written");
    page.write(3, 0, Formula::new("=\"乙\"&\"公司\"").set_result("乙公司")).expect("written");
    page.write(3, 3, Formula::new("=A1").set_result("#REF!")).expect("written");
    page.write(4, 0, "丙").expect("written");
    page.merge_range(4, 2, 4, 3, "13800000002", &Format::new()).expect("merged");
    page.write(5, 0, "丁").expect("written");
    page.merge_range(5, 4, 6, 4, "acct-9", &Format::new()).expect("merged");
    page.write(6, 0, "戊").expect("written");
    book.add_worksheet().set_name("旧").expect("named").set_hidden(true);
    book.save(folder.join("orders.xlsx")).expect("saved");
    let ran = run(&folder, &["check", "orders.xlsx", "--output-format", "concise"]);
    for wanted in [
        "the hidden sheet `旧` of `orders.xlsx` was not read",
        "orders.xlsx:3:2: error[F5028] the cell holds a number of which a spreadsheet keeps 15 digits only",
        "orders.xlsx:4:4: error[F5028] the formula of the cell fails",
        "error[F5028] columns 3 to 4 are merged, so nobody knows whose value this is",
    ] {
        assert!(ran.out.contains(wanted), "{wanted}: {}", ran.out);
    }
    assert!(!ran.out.contains("orders.xlsx:3:3: error"), "a mobile number is exact: {}", ran.out);
    let found = lines(&run(&folder, &["check", "orders.xlsx", "--output-format", "jsonl", "--group-by", "account.id"]).out);
    let rows = found[0]["rows"].as_array().expect("a list");
    assert!(rows.iter().any(|r| r["value"] == "acct-9" && r["filings"] == 2), "a cell over two rows counts for both: {rows:?}");
    for (name, bytes) in [
        ("empty.xlsx", &b""[..]),
        ("text.xlsx", b"a,b\n1,2\n"),
        ("cut.xlsx", &std::fs::read(folder.join("orders.xlsx")).expect("readable")[..3000]),
    ] {
        write(&folder, name, bytes);
        let ran = run(&folder, &["check", name, "orders.xlsx", "--output-format", "jsonl"]);
        assert_eq!(ran.code, 2, "{name}");
        assert_eq!(lines(&ran.out).len(), 6, "the other file is checked: {}", ran.out);
        assert!(ran.out.contains("cannot be read as a table"), "{}", ran.out);
    }
    std::fs::copy(folder.join("orders.xlsx"), folder.join("orders.csv")).expect("copied");
    let misnamed = run(&folder, &["check", "orders.csv"]);
    assert!(misnamed.code == 2 && misnamed.out.contains("it is a spreadsheet, not a text"), "{}", misnamed.out);
}

#[cfg(feature = "xlsx")]
#[test]
fn findings_are_written_back_into_a_spreadsheet() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let folder = folder("back");
    write(&folder, "columns.toml", COLUMNS);
    write(&folder, "orders.csv", ORDERS.replace("acct-2", "=acct-2"));
    let ran = run(&folder, &["check", "orders.csv", "--columns", "columns.toml", "--lang", "zh", "-o", "out.xlsx"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    let mut book: Xlsx<_> = open_workbook(folder.join("out.xlsx")).expect("it is a spreadsheet");
    let sheet = book.worksheet_range_at(0).expect("it has a sheet").expect("it is readable");
    let text = |row: u32, column: u32| match sheet.get_value((row, column)) {
        Some(Data::String(text)) => text.clone(),
        _ => String::new(),
    };
    assert_eq!([8, 9, 10].map(|c| text(0, c)), ["结论", "问题", "修改建议"]);
    assert_eq!((text(1, 1).as_str(), text(2, 5).as_str(), text(3, 4).as_str()), ("杭州岚山茶业有限公司", "-b-demo-.cn", "=acct-2"));
    assert_eq!((text(1, 8).as_str(), text(2, 8).as_str(), text(3, 8).as_str()), ("将被驳回", "", "信息不全"));
    assert!(!text(1, 9).is_empty() && !text(1, 10).is_empty());
    let formulas = book.worksheet_formula("orders.csv").expect("it is readable");
    assert!(formulas.is_empty(), "no cell begins a formula");
}

#[cfg(feature = "xlsx")]
#[test]
fn a_spreadsheet_that_swells_is_refused() {
    let folder = folder("swelling");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).expect("begun");
    let blanks = vec![b' '; 1024 * 1024];
    for _ in 0..257 {
        zip.write_all(&blanks).expect("written");
    }
    let bytes = zip.finish().expect("finished").into_inner();
    assert!(bytes.len() < 1024 * 1024);
    write(&folder, "bomb.xlsx", bytes);
    let ran = run(&folder, &["check", "bomb.xlsx"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("it is too large when it is unpacked"), "{}", ran.out);
}
