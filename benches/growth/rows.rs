//! The rows: what there is many of, the texts for it, and the command that reads them.

use std::fmt::Write;

/// A cost that grows with a higher power than this is more than linear.
pub const BOUND: f64 = 1.1;
/// Of what should not grow at all.
const FLAT: f64 = 0.3;

/// What of a run is compared.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// Processor time.
    Seconds,
    /// Largest memory.
    Memory,
    /// Length of the output.
    Written,
}

impl Measure {
    pub fn unit(self) -> &'static str {
        match self {
            Measure::Seconds => "ms",
            Measure::Memory => "KB peak",
            Measure::Written => "KB out",
        }
    }

    /// Differences below this say nothing.
    pub fn noise(self) -> f64 {
        match self {
            Measure::Seconds => 0.002,
            Measure::Memory => 2e6,
            Measure::Written => 2e3,
        }
    }

    pub fn shown(self, cost: f64) -> String {
        match self {
            Measure::Seconds => format!("{:.1}", cost * 1e3),
            Measure::Memory | Measure::Written => format!("{:.1}", cost / 1e3),
        }
    }
}

/// Names and texts of files.
pub type Files = Vec<(String, String)>;

/// One thing there can be many of.
pub struct Row {
    pub name: &'static str,
    pub measure: Measure,
    /// The size whose cost is taken away from that of the others.
    pub least: usize,
    pub sizes: &'static [usize],
    /// Arguments of the program; `DIR` is the folder of the files.
    pub run: &'static str,
    /// The exit code that says that the input was read as meant.
    pub code: i32,
    pub bound: f64,
    pub files: fn(usize) -> Files,
}

const CHECK: &str = "check --on 2026-11-23 --rules DIR/rules DIR/m.toml";
const CHECK_JSON: &str = "check --on 2026-11-23 --rules DIR/rules DIR/m.json";
const BUNDLED: &str = "check --on 2026-11-23 DIR/m.toml";

const VOCABULARY: &str = r#"
enum kind "kind" zh "类" { enterprise "enterprise" zh "企业" individual "individual" zh "个人" }
open enum colour "colour" zh "颜色" { red "red" zh "红" }
record entity "entity" zh "主体" { name: text kind: kind paid: boolean capital: integer opened: date colours: list of colour? note: text? }
record domain "domain" zh "域名" { name: text holder: text expires_on: date }
record filing "filing" zh "备案" { approved_on: date? }
manifest { filing: filing? entity: entity domain: list of domain keyed by name }
"#;
const HEAD: &str = "region cn \"c\" zh \"中\" { }\nsource s \"s\" zh \"源\" { read 2026-11-23 }\n";
const ENTITY: &str = "[entity]\nname = \"甲\"\nkind = \"enterprise\"\npaid = false\ncapital = 1000000\nopened = 2020-01-01\n";
const DOMAIN: &str = "[[domain]]\nname = \"a-demo.cn\"\nholder = \"甲\"\nexpires_on = 2028-01-01\n";

/// A row of processor time.
fn row(name: &'static str, run: &'static str, code: i32, sizes: &'static [usize], files: fn(usize) -> Files) -> Row {
    Row { name, measure: Measure::Seconds, least: 1, sizes, run, code, bound: BOUND, files }
}

/// One text for each number below `n`, joined.
fn each(n: usize, text: impl Fn(usize) -> String) -> String {
    (0..n).map(text).collect()
}

fn joined(n: usize, between: &str, text: impl Fn(usize) -> String) -> String {
    (0..n).map(text).collect::<Vec<_>>().join(between)
}

/// A requirement with lines of its own, the demand among them.
fn requirement(id: &str, lines: &str) -> String {
    format!("requirement {id} \"t\" zh \"题\" {{\n  source s\n  stage prepare\n  {lines}\n}}\n")
}

/// Rules after the vocabulary.
fn rules(text: &str) -> (String, String) {
    ("rules/r.filing".to_owned(), format!("{HEAD}{text}"))
}

fn vocabulary() -> (String, String) {
    ("rules/v.filing".to_owned(), VOCABULARY.to_owned())
}

/// A manifest without faults.
fn manifest() -> (String, String) {
    ("m.toml".to_owned(), format!("{ENTITY}{DOMAIN}"))
}

fn with_rules(text: &str) -> Files {
    vec![vocabulary(), rules(text), manifest()]
}

fn with_manifest(text: String) -> Files {
    vec![vocabulary(), rules(&requirement("a", "require entity.capital > 0")), ("m.toml".to_owned(), text)]
}

fn with_json(text: String) -> Files {
    vec![vocabulary(), rules(&requirement("a", "require entity.capital > 0")), ("m.json".to_owned(), text)]
}

/// A complete filing of a company in Guangdong, with more of something.
fn company(more: &str) -> String {
    let text = include_str!("../../examples/c01-company-complete.toml");
    let (before, after) = text.split_once("[instance]").expect("the example names its server");
    format!("{}{more}\n[instance]{after}", before.replace("region = \"zj\"", "region = \"gd\""))
}

fn definitions_twice(n: usize) -> Files {
    let first = "define d0 = entity.paid \"d\" zh \"定\"\n".to_owned();
    let more =
        each(n, |i| format!("define d{} = (d{i} and entity.capital > {i}) or (entity.capital < {i} and d{i}) \"d\" zh \"定\"\n", i + 1));
    with_rules(&format!("{first}{more}{}", requirement("a", &format!("require not d{n}"))))
}

fn definition_chain(n: usize) -> Files {
    let more = each(n, |i| format!("define d{} = d{i} or entity.capital < {i} \"d\" zh \"定\"\n", i + 1));
    with_rules(&format!("define d0 = entity.paid \"d\" zh \"定\"\n{more}{}", requirement("a", &format!("require not d{n}"))))
}

/// Layers of two steps, each after both of the layer before, and a deadline that counts from the first.
fn step_layers(n: usize) -> Files {
    let step = |id: String, lines: String| {
        format!("step {id} \"t\" zh \"题\" {{\n  source s\n  actor filer\n{lines}  takes 1 .. 2 business days\n}}\n")
    };
    let layers = each(n, |i| {
        let after = if i == 0 { "  after first\n".to_owned() } else { format!("  after a{}, b{}\n", i - 1, i - 1) };
        step(format!("a{i}"), after.clone()) + &step(format!("b{i}"), after)
    });
    let end = format!("  after a{}, b{}\n  deadline within 20000 business days of first\n", n - 1, n - 1);
    with_rules(&format!("{}{layers}{}", step("first".into(), String::new()), step("end".into(), end)))
}

fn step_chain(n: usize) -> Files {
    // Ids against the order of the chain: what sorts them has to look for each.
    let id = |i: usize| format!("s{:06}", n - i);
    let steps = each(n, |i| {
        let after = if i == 0 { String::new() } else { format!("  after {}\n", id(i - 1)) };
        format!("step {} \"t\" zh \"题\" {{\n  source s\n  actor filer\n{after}}}\n", id(i))
    });
    with_rules(&steps)
}

/// Values of a wrong type, all in one line.
fn one_line(n: usize) -> Files {
    let domains = joined(n, ",", |i| format!(r#"{{"name":"a{i}.cn","holder":{i},"expires_on":"2028-01-01"}}"#));
    with_json(format!(
        r#"{{"entity":{{"name":"甲","kind":"enterprise","paid":false,"capital":1,"opened":"2020-01-01"}},"domain":[{domains}]}}"#
    ))
}

fn wrong_types(n: usize) -> Files {
    with_manifest(format!("{ENTITY}{}", each(n, |i| format!("[[domain]]\nname = \"a{i}.cn\"\nholder = {i}\nexpires_on = 2028-01-01\n"))))
}

fn unknown_keys(n: usize) -> Files {
    with_manifest(format!("{ENTITY}{}{DOMAIN}", each(n, |i| format!("capitol{i} = {i}\n"))))
}

fn broken_lines(n: usize) -> Files {
    with_manifest(each(n, |i| format!("key{i} = = {i}\n")))
}

fn unlisted_values(n: usize) -> Files {
    with_manifest(format!("{ENTITY}colours = [{}]\n{DOMAIN}", joined(n, ", ", |i| format!("\"colour {i}\""))))
}

fn domains(n: usize) -> Files {
    let more = each(n, |i| {
        format!(
            "[[domain]]\nname = \"lanshan-{i}-tea.cn\"\nholder = \"杭州岚山茶业有限公司\"\nregistrar = \"approved\"\n\
             real_name_verified_on = 2026-10-30\nexpires_on = 2028-05-01\n\n"
        )
    });
    vec![("m.toml".to_owned(), company(&more))]
}

fn services(n: usize) -> Files {
    let more = each(n, |i| {
        format!(
            "[[service]]\nid = \"site-{i}\"\nkind = \"website\"\nname = \"岚山茶业\"\ndomains = [\"lanshan-tea-demo.cn\"]\n\
             content_types = [\"corporate-site\"]\npreapprovals = \"none\"\npaid = false\n\n[service.principal]\nname = \"钱示例\"\n\
             document = {{ type = \"resident-id\", number = \"11020119991231009X\", expires_on = 2031-07-02 }}\nmobile = \"13800000002\"\n\
             emergency_phone = \"13800000012\"\nemail = \"qian@lanshan-tea-demo.cn\"\n\n"
        )
    });
    vec![("m.toml".to_owned(), company(&more))]
}

fn items(n: usize) -> Files {
    let text = requirement("a", "for each d in domain\n  require d.holder is entity.name and d.expires_on > submission_date");
    let manifest =
        format!("{ENTITY}{}", each(n, |i| format!("[[domain]]\nname = \"a{i}.cn\"\nholder = \"甲\"\nexpires_on = 2028-01-01\n")));
    vec![vocabulary(), rules(&text), ("m.toml".to_owned(), manifest)]
}

fn chain(n: usize, word: &str) -> Files {
    with_rules(&requirement("a", &format!("require {}", joined(n, word, |i| format!("entity.capital > {i}")))))
}

/// Rules that come into force one after another and that the filing will not meet.
fn future(n: usize) -> Files {
    with_rules(&each(n, |i| {
        let day = format!("{}-{:02}-{:02}", 2027 + i / 336, i / 28 % 12 + 1, i % 28 + 1);
        requirement(&format!("r{i}"), &format!("effective {day} ..\n  require entity.capital < {i}"))
    }))
}

fn cases(n: usize) -> Files {
    let text = each(n, |i| {
        requirement(&format!("r{i}"), &format!("require entity.capital >= {}", i * 2))
            + &format!(
                "case \"c{i}\" {{\n  manifest \"../m.toml\"\n  with {{ entity.capital = {} }}\n  on 2026-11-23\n  expect satisfied cn/r{i}\n}}\n\
                 case \"v{i}\" {{\n  manifest \"../m.toml\"\n  with {{ entity.capital = {} }}\n  on 2026-11-23\n  expect violated cn/r{i}\n}}\n",
                i * 2,
                i as i64 * 2 - 1
            )
    });
    with_rules(&text)
}

fn plain_rules(n: usize) -> Files {
    with_rules(&each(n, |i| requirement(&format!("r{i}"), &format!("when entity.kind is enterprise\n  require entity.capital >= {i}"))))
}

fn violated_rules(n: usize) -> Files {
    with_rules(&each(n, |i| requirement(&format!("r{i}"), &format!("require entity.capital < {i}"))))
}

fn needs(n: usize) -> Files {
    with_rules(&each(n, |i| {
        let needs = if i == 0 { String::new() } else { format!("needs r{}\n  ", i - 1) };
        requirement(&format!("r{i}"), &format!("{needs}require entity.capital >= {i}"))
    }))
}

fn exceptions(n: usize) -> Files {
    let excepts = each(n, |i| format!("  except e{i} \"e\" zh \"例\" when entity.capital is {i} {{ source s }}\n"));
    let layer = format!("region gd \"g\" zh \"粤\" extends cn {{ applies when entity.paid is false }}\namend cn/a {{\n{excepts}}}\n");
    let mut files = with_rules(&requirement("a", "require entity.capital > 0"));
    files.push(("rules/g.filing".to_owned(), layer));
    files
}

fn parameters(n: usize) -> Files {
    with_rules(&each(n, |i| {
        format!("parameter p{i}: integer = {i} \"p\" zh \"参\" {{ source s }}\n")
            + &requirement(&format!("r{i}"), &format!("require entity.capital > p{i}"))
    }))
}

fn around(n: usize, open: &str, close: &str) -> Files {
    with_rules(&requirement("a", &format!("require {}entity.capital > 0{}", open.repeat(n), close.repeat(n))))
}

fn nested_arrays(n: usize) -> Files {
    with_json(format!("{{\"entity\": {}{}}}", "[".repeat(n), "]".repeat(n)))
}

fn long_value(n: usize) -> Files {
    let text =
        requirement("a", "require entity.note is missing or length(entity.note) < 1") + &requirement("b", "require entity.note is \"x\"");
    let manifest = format!("{ENTITY}note = \"{}\"\n{DOMAIN}", "长".repeat(n));
    vec![vocabulary(), rules(&text), ("m.toml".to_owned(), manifest)]
}

fn manifests(n: usize) -> Files {
    let mut files = vec![];
    for i in 0..n {
        let mut name = String::new();
        let _ = write!(name, "m/{i:06}.toml");
        files.push((name, company(&format!("# {i}\n"))));
    }
    files
}

const THOUSANDS: &[usize] = &[250, 500, 1_000, 2_000, 4_000, 8_000];
const TEN_THOUSANDS: &[usize] = &[5_000, 10_000, 20_000, 40_000];
/// More than any text may have inside each other: what is refused must not take long either.
const DEEP: &[usize] = &[50_000, 100_000, 200_000, 400_000];
const HUNDREDS: &[usize] = &[60, 125, 250, 500, 1_000, 2_000];
const DOUBLING: &[usize] = &[8, 12, 14, 16, 18, 20, 22, 24, 250, 500, 1_000, 2_000];

/// All rows.
pub fn all() -> Vec<Row> {
    vec![
        row("definitions used twice: check", CHECK, 0, DOUBLING, definitions_twice),
        row("definitions used twice: lint", "lint --on 2026-11-23 DIR/rules", 0, DOUBLING, definitions_twice),
        row("definitions in a chain: check", CHECK, 0, HUNDREDS, definition_chain),
        row("definitions in a chain: lint", "lint --on 2026-11-23 DIR/rules", 0, HUNDREDS, definition_chain),
        row("layers of two steps: check", CHECK, 0, DOUBLING, step_layers),
        row("steps in a chain: plan", "plan --rules DIR/rules DIR/m.toml", 0, HUNDREDS, step_chain),
        row("findings in one line: full", CHECK_JSON, 2, THOUSANDS, one_line),
        row(
            "findings in one line: concise",
            "check --on 2026-11-23 --rules DIR/rules DIR/m.json --output-format concise",
            2,
            THOUSANDS,
            one_line,
        ),
        row(
            "findings in one line: json",
            "check --on 2026-11-23 --rules DIR/rules DIR/m.json --output-format json",
            2,
            THOUSANDS,
            one_line,
        ),
        row(
            "findings in one line: sarif",
            "check --on 2026-11-23 --rules DIR/rules DIR/m.json --output-format sarif",
            2,
            THOUSANDS,
            one_line,
        ),
        row("values of a wrong type", CHECK, 2, THOUSANDS, wrong_types),
        row("unknown keys", CHECK, 2, THOUSANDS, unknown_keys),
        row("broken lines of TOML", CHECK, 2, THOUSANDS, broken_lines),
        row("unlisted values of an open enum", CHECK, 0, TEN_THOUSANDS, unlisted_values),
        row("domains of a filing in Guangdong", BUNDLED, 1, HUNDREDS, domains),
        row("services of a filing in Guangdong", BUNDLED, 1, HUNDREDS, services),
        row("items of a list", CHECK, 0, TEN_THOUSANDS, items),
        row("rules with days of their own to come", CHECK, 0, HUNDREDS, future),
        row("rules: check", CHECK, 0, THOUSANDS, plain_rules),
        row("rules that are violated: check", CHECK, 1, THOUSANDS, violated_rules),
        row("rules: lint", "lint --on 2026-11-23 DIR/rules", 0, HUNDREDS, plain_rules),
        row("rules: fmt", "fmt --check DIR/rules/r.filing", 1, THOUSANDS, plain_rules),
        row("rules: graph", "graph --rules DIR/rules", 0, HUNDREDS, plain_rules),
        row("rules: diff", "diff DIR/rules DIR/rules", 0, HUNDREDS, plain_rules),
        row("rules that need the one before", CHECK, 0, THOUSANDS, needs),
        row("exceptions of a rule", CHECK, 0, HUNDREDS, exceptions),
        row("parameters", CHECK, 0, THOUSANDS, parameters),
        row("terms of `or`: check", CHECK, 0, TEN_THOUSANDS, |n| chain(n, " or ")),
        row("terms of `or`: lint", "lint --on 2026-11-23 DIR/rules", 0, HUNDREDS, |n| chain(n, " or ")),
        row("terms of `and`: fmt", "fmt --check DIR/rules/r.filing", 1, THOUSANDS, |n| chain(n, " and ")),
        Row { least: 1_000, ..row("parentheses", CHECK, 2, DEEP, |n| around(n, "(", ")")) },
        Row { least: 1_000, ..row("`not` before `not`", CHECK, 2, DEEP, |n| around(n, "not (", ")")) },
        row("arrays in arrays", CHECK_JSON, 2, DEEP, nested_arrays),
        row("cases, each with a rule: test", "test --rules DIR/rules", 0, HUNDREDS, cases),
        row("cases, each with a rule: test --mutate", "test --rules DIR/rules --mutate --sample 50 --time 10000", 0, HUNDREDS, cases),
        row("letters of a long value", CHECK, 1, &[10_000, 100_000, 1_000_000], long_value),
        Row {
            measure: Measure::Written,
            bound: FLAT,
            ..row("letters of a long value: output", CHECK, 1, &[10_000, 100_000, 1_000_000], long_value)
        },
        row("filings in a folder", "check --on 2026-11-23 DIR/m", 1, &[50, 100, 200, 400, 800], manifests),
        Row {
            measure: Measure::Memory,
            bound: FLAT,
            ..row("filings in a folder: memory", "check --on 2026-11-23 DIR/m", 1, &[50, 100, 200, 400, 800], manifests)
        },
    ]
}
