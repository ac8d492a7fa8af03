//! Rulesets and manifests made up from a tape of numbers.
//!
//! proptest shrinks the tape: a shorter tape and smaller numbers make a simpler ruleset, since 0 always stands for the simplest choice.
#![allow(clippy::explicit_auto_deref)] // the dereference keeps the type of the choice plain

use proptest::prelude::*;

/// Numbers to choose with; behind its end every choice is the first.
#[derive(Clone)]
pub struct Tape {
    numbers: Vec<u32>,
    at: usize,
}

impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a tape of {}", self.numbers.len())
    }
}

impl Tape {
    /// A tape of these numbers.
    pub fn new(numbers: Vec<u32>) -> Self {
        Tape { numbers, at: 0 }
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        ((u64::from(number) * n as u64) >> 32) as usize
    }

    /// True in `n` of ten cases.
    fn often(&mut self, n: usize) -> bool {
        self.below(10) >= 10 - n
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            // The first choice leaves everything where it is.
            let j = i - self.below(i + 1);
            list.swap(i, j);
        }
    }
}

/// A tape of up to `length` numbers.
pub fn tape(length: usize) -> impl Strategy<Value = Tape> {
    prop::collection::vec(any::<u32>(), length / 2..length).prop_map(Tape::new)
}

// ---- the vocabulary

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ty {
    Kind,
    Flag,
    Day,
    Size,
    Fee,
    Text,
    Words,
    Rows(&'static Shape),
    One(&'static Shape),
}

#[derive(Debug, PartialEq)]
struct Shape {
    name: &'static str,
    fields: &'static [Field],
}

#[derive(Debug, PartialEq)]
struct Field {
    name: &'static str,
    ty: Ty,
    is_optional: bool,
    /// Who knows it, as written after its type.
    kind: &'static str,
}

const fn must(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, is_optional: false, kind: "" }
}

const fn may(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, is_optional: true, kind: "" }
}

const fn register(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, is_optional: false, kind: " from register" }
}

const fn event(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, is_optional: true, kind: " event" }
}

const fn derived(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, is_optional: true, kind: " derived" }
}

static ROOT: Shape = Shape {
    name: "",
    fields: &[
        must("grade", Ty::Kind),
        may("tag", Ty::Kind),
        must("open", Ty::Flag),
        may("paid", Ty::Flag),
        register("listed", Ty::Flag),
        must("ended", Ty::Day),
        event("begun", Ty::Day),
        must("size", Ty::Size),
        may("fee", Ty::Fee),
        may("remark", Ty::Text),
        may("words", Ty::Words),
        must("items", Ty::Rows(&ITEM)),
        may("extras", Ty::Rows(&PART)),
        may("holder", Ty::One(&HOLDER)),
    ],
};
static ITEM: Shape = Shape {
    name: "item",
    fields: &[
        must("label", Ty::Text),
        must("sort", Ty::Kind),
        may("ready", Ty::Flag),
        register("found", Ty::Flag),
        may("day", Ty::Day),
        derived("weight", Ty::Size),
        may("cost", Ty::Fee),
        must("terms", Ty::Words),
        may("parts", Ty::Rows(&PART)),
        must("owner", Ty::One(&HOLDER)),
    ],
};
static PART: Shape = Shape {
    name: "part",
    fields: &[must("sort", Ty::Kind), must("ready", Ty::Flag), may("amount", Ty::Size), must("day", Ty::Day), may("price", Ty::Fee)],
};
static HOLDER: Shape = Shape { name: "holder", fields: &[must("name", Ty::Text), may("sort", Ty::Kind), may("since", Ty::Day)] };

const KINDS: &[&str] = &["alpha", "beta", "gamma"];
const TYPES: &[&str] = &["initial", "transfer", "closing"];
const TEXTS: &[&str] = &["a", "ab", "b1", "金融", "a金"];
const DAYS: &[&str] = &["2024-01-31", "2023-06-15", "2024-02-29", "2025-12-31", "2026-03-01"];
const SIZES: &[i64] = &[0, 1, 2, 3, 7];
const LAYERS: &[&str] = &["cn", "ln", "ali"];

fn shape(text: &mut String, shape: &Shape) {
    for field in shape.fields {
        let ty = match field.ty {
            Ty::Kind => "kind".to_owned(),
            Ty::Flag => "boolean".to_owned(),
            Ty::Day => "date".to_owned(),
            Ty::Size => "integer".to_owned(),
            Ty::Fee => "money".to_owned(),
            Ty::Text => "text".to_owned(),
            Ty::Words => "list of text".to_owned(),
            Ty::Rows(s) => format!("list of {}_record", s.name),
            Ty::One(s) => format!("{}_record", s.name),
        };
        let (optional, kind) = (if field.is_optional { "?" } else { "" }, field.kind);
        text.push_str(&format!("  {}: {ty}{optional}{kind} \"{}\" zh \"{}\"\n", field.name, field.name, field.name));
    }
}

fn vocabulary() -> Vec<String> {
    let values = |list: &[&str]| list.iter().map(|v| format!("  {v} \"{v}\" zh \"{v}\"\n")).collect::<String>();
    let mut out = vec![
        format!("enum kind \"kind\" zh \"种类\" {{\n{}}}\n", values(KINDS)),
        format!("enum filing_kind \"type\" zh \"类型\" {{\n{}}}\n", values(TYPES)),
        "enum region \"region\" zh \"地区\" {\n  ln \"Liaoning\" zh \"辽宁\"\n  zj \"Zhejiang\" zh \"浙江\"\n}\n".to_owned(),
        "record filing_record {\n  region: region\n  provider: text?\n  received_on: date?\n}\n".to_owned(),
    ];
    for s in [&ITEM, &PART, &HOLDER] {
        let mut text = format!("record {}_record {{\n", s.name);
        shape(&mut text, s);
        out.push(text + "}\n");
    }
    let mut text = "manifest {\n  filing: filing_record\n".to_owned();
    shape(&mut text, &ROOT);
    out.push(text + "}\n");
    out.push("role region is filing.region\n".to_owned());
    out
}

// ---- rulesets

/// Declarations by layer; the first group is the vocabulary.
#[derive(Clone, Debug)]
pub struct Ruleset {
    heads: Vec<Option<String>>,
    groups: Vec<Vec<String>>,
}

impl Ruleset {
    /// One file for each layer, everything in the order it was made up.
    pub fn files(&self) -> Vec<(String, String)> {
        let names = ["vocabulary.filing", "cn.filing", "ln.filing", "ali.filing"];
        let text = |(head, group): (&Option<String>, &Vec<String>)| format!("{}{}", head.clone().unwrap_or_default(), group.concat());
        names.iter().zip(self.heads.iter().zip(&self.groups).map(text)).map(|(n, t)| (n.to_string(), t)).collect()
    }

    /// The same declarations in another order, in other files.
    pub fn shuffled(&self, tape: &mut Tape) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (n, (head, group)) in self.heads.iter().zip(&self.groups).enumerate() {
            let mut parts = vec![String::new(); 1 + tape.below(3)];
            let mut group = group.clone();
            tape.shuffle(&mut group);
            for declaration in group {
                let at = tape.below(parts.len());
                parts[at].push_str(&declaration);
            }
            let at_head = tape.below(parts.len());
            for (i, part) in parts.iter().enumerate() {
                let first = match head {
                    Some(head) if i == at_head => head.clone(),
                    Some(_) => format!("part of {}\n", LAYERS[n - 1]),
                    None => String::new(),
                };
                files.push((format!("{n}-{i}.filing"), first + part));
            }
        }
        tape.shuffle(&mut files);
        files
    }
}

/// Where an expression stands: the manifest and the loop variables around it.
#[derive(Clone, Debug)]
struct Scope {
    vars: Vec<(String, Var)>,
    /// Number of definitions that may be used.
    n_defs: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Var {
    Row(&'static Shape),
    Text,
}

/// What the rules of one ruleset have in common.
struct Maker {
    tape: Tape,
}

impl Scope {
    fn bare(n_defs: usize) -> Self {
        Scope { vars: Vec::new(), n_defs }
    }

    fn with(&self, name: &str, var: Var) -> Self {
        let mut scope = self.clone();
        scope.vars.push((name.to_owned(), var));
        scope
    }

    /// Paths of the fields that fit, those of the innermost variable first.
    fn paths(&self, fits: impl Fn(&Field) -> bool) -> Vec<(String, &'static Field)> {
        let mut found = Vec::new();
        let mut bases: Vec<(String, &'static Shape)> = Vec::new();
        for (name, var) in self.vars.iter().rev() {
            if let Var::Row(shape) = var {
                bases.push((format!("{name}."), shape));
            }
        }
        bases.push((String::new(), &ROOT));
        for (base, shape) in bases {
            for field in shape.fields {
                if fits(field) {
                    found.push((format!("{base}{}", field.name), field));
                }
                if let Ty::One(inner) = field.ty {
                    found.extend(inner.fields.iter().filter(|f| fits(f)).map(|f| (format!("{base}{}.{}", field.name, f.name), f)));
                }
            }
        }
        found
    }
}

impl Maker {
    fn path(&mut self, scope: &Scope, ty: Ty) -> String {
        let paths = scope.paths(|f| f.ty == ty);
        // Fields of loop variables come first; they are taken more often than the many fields of the manifest.
        let n = if !scope.vars.is_empty() && self.tape.often(6) { paths.len().min(3) } else { paths.len() };
        self.tape.pick(&paths[..n]).0.clone()
    }

    fn list_path(&mut self, scope: &Scope) -> (String, Var) {
        let paths = scope.paths(|f| matches!(f.ty, Ty::Rows(_) | Ty::Words));
        let (path, field) = self.tape.pick(&paths).clone();
        (path, if let Ty::Rows(shape) = field.ty { Var::Row(shape) } else { Var::Text })
    }

    fn kind(&mut self) -> &'static str {
        *self.tape.pick(KINDS)
    }

    fn some(&mut self, from: &[&'static str], quote: bool, least: usize) -> String {
        let n = least + self.tape.below(3);
        let items: Vec<String> =
            (0..n).map(|_| *self.tape.pick(from)).map(|t| if quote { format!("{t:?}") } else { t.to_owned() }).collect();
        format!("[{}]", items.join(", "))
    }

    fn kind_value(&mut self, scope: &Scope) -> String {
        match self.tape.below(6) {
            0..=3 => self.path(scope, Ty::Kind),
            4 => format!("({} else {})", self.path(scope, Ty::Kind), self.path(scope, Ty::Kind)),
            _ => "favourite".to_owned(),
        }
    }

    fn day(&mut self, scope: &Scope, depth: usize) -> String {
        match self.tape.below(if depth == 0 { 6 } else { 9 }) {
            0..=2 => self.path(scope, Ty::Day),
            3 => (*self.tape.pick(DAYS)).to_owned(),
            4 => "submission_date".to_owned(),
            5 => "cutoff".to_owned(),
            6 => format!("({} else {})", self.path(scope, Ty::Day), self.day(scope, 0)),
            _ => {
                let sign = if self.tape.often(3) { "-" } else { "+" };
                let length =
                    *self.tape.pick(&["1 month", "30 days", "1 year", "0 days", "more than 1 month", "validity", "5 business days"]);
                format!("({} {sign} {length})", self.day(scope, depth - 1))
            }
        }
    }

    fn number(&mut self, scope: &Scope, depth: usize) -> String {
        match self.tape.below(if depth == 0 { 5 } else { 13 }) {
            0 | 1 => self.path(scope, Ty::Size),
            2 | 3 => self.tape.pick(SIZES).to_string(),
            4 => "limit".to_owned(),
            5 => format!(
                "({} {} {})",
                self.number(scope, depth - 1),
                if self.tape.often(4) { "-" } else { "+" },
                self.number(scope, depth - 1)
            ),
            6 => format!("({} else {})", self.path(scope, Ty::Size), self.number(scope, depth - 1)),
            7 => format!("(count of {})", self.list_path(scope).0),
            8 => {
                let (path, var) = self.list_path(scope);
                let name = format!("x{}", scope.vars.len());
                let body = self.condition(&scope.with(&name, var), depth - 1);
                format!("(count of {name} in {path} where {body})")
            }
            9 => {
                let (path, var) = self.list_path(scope);
                let name = format!("x{}", scope.vars.len());
                let value = match var {
                    Var::Text => format!("length({name})"),
                    Var::Row(_) => self.number(&scope.with(&name, var), depth - 1),
                };
                format!("(sum of {value} for {name} in {path})")
            }
            10 => format!("length({})", self.text(scope, 0)),
            11 => format!("days_between({}, {})", self.day(scope, depth - 1), self.day(scope, depth - 1)),
            _ => format!("years_between({}, {})", self.day(scope, depth - 1), self.day(scope, depth - 1)),
        }
    }

    fn money(&mut self, scope: &Scope) -> String {
        match self.tape.below(5) {
            0 | 1 => self.path(scope, Ty::Fee),
            2 => format!("{} CNY", self.tape.pick(SIZES)),
            3 => format!("({} + {})", self.path(scope, Ty::Fee), self.path(scope, Ty::Fee)),
            _ => {
                let name = format!("x{}", scope.vars.len());
                let (list, field) = *self.tape.pick(&[("items", "cost"), ("extras", "price")]);
                format!("(sum of {name}.{field} for {name} in {list})")
            }
        }
    }

    fn text(&mut self, scope: &Scope, depth: usize) -> String {
        if let Some((name, Var::Text)) = scope.vars.last()
            && self.tape.often(8)
        {
            return name.clone();
        }
        match self.tape.below(if depth == 0 { 4 } else { 7 }) {
            0..=2 => self.path(scope, Ty::Text),
            3 => format!("{:?}", self.tape.pick(TEXTS)),
            4 => format!("({} else {})", self.path(scope, Ty::Text), self.text(scope, 0)),
            5 => format!("{}({}, {})", self.tape.pick(&["first", "last"]), self.text(scope, 0), self.tape.pick(SIZES)),
            _ => format!("digits({})", self.text(scope, 0)),
        }
    }

    fn words(&mut self, scope: &Scope) -> String {
        match self.tape.below(7) {
            0 | 1 => self.path(scope, Ty::Words),
            2 => self.some(TEXTS, true, 1),
            3 => "terms".to_owned(),
            4 => format!("({} else terms)", self.path(scope, Ty::Words)),
            5 if scope.n_defs > 0 => "wanted".to_owned(),
            _ => format!("({} else {})", self.path(scope, Ty::Words), self.path(scope, Ty::Words)),
        }
    }

    fn order(&mut self) -> &'static str {
        *self.tape.pick(&["<=", "<", ">=", ">"])
    }

    fn condition(&mut self, scope: &Scope, depth: usize) -> String {
        if let Some((name, Var::Text)) = scope.vars.last()
            && self.tape.often(5)
        {
            return format!("({name} {} {})", if self.tape.often(4) { "is not" } else { "is" }, self.text(scope, 0));
        }
        let deep = depth > 0 && self.tape.often(6);
        if deep {
            let inner = depth - 1;
            return match self.tape.below(9) {
                8 => format!(
                    "({} of {{ {}, {} }})",
                    self.tape.pick(&["any", "all"]),
                    self.condition(scope, inner),
                    self.condition(scope, inner)
                ),
                0 | 1 => format!("({} and {})", self.condition(scope, inner), self.condition(scope, inner)),
                2 | 3 => format!("({} or {})", self.condition(scope, inner), self.condition(scope, inner)),
                4 => format!("(not {})", self.condition(scope, inner)),
                5 => format!("({} is {})", self.condition(scope, inner), self.tape.pick(&["true", "false"])),
                _ => {
                    let (path, var) = self.list_path(scope);
                    let name = format!("x{}", scope.vars.len());
                    let word = *self.tape.pick(&["every", "some", "no"]);
                    format!("({word} {name} in {path} satisfies {})", self.condition(&scope.with(&name, var), inner))
                }
            };
        }
        match self.tape.below(21) {
            20 => match self.tape.below(3) {
                0 => format!("({} {} {} if given)", self.path(scope, Ty::Day), self.order(), self.day(scope, 1)),
                1 => format!("({} {} {} if given)", self.path(scope, Ty::Size), self.order(), self.number(scope, 0)),
                _ => format!("({} in {} if given)", self.path(scope, Ty::Kind), self.some(KINDS, false, 1)),
            },
            0 | 1 => self.path(scope, Ty::Flag),
            2 => format!("({} is {})", self.kind_value(scope), self.kind()),
            3 => format!("({} is not {})", self.kind_value(scope), self.kind()),
            4 => {
                let value = self.kind_value(scope);
                format!("({value} {} {})", if self.tape.often(4) { "not in" } else { "in" }, self.some(KINDS, false, 1))
            }
            5 => format!("({} {} kinds)", self.kind_value(scope), self.tape.pick(&["in", "not in"])),
            6 => {
                let mut paths: Vec<String> = scope.paths(|_| true).into_iter().map(|(p, _)| p).collect();
                paths.extend(scope.vars.iter().map(|(n, _)| n.clone()));
                format!("({} is {})", self.tape.pick(&paths), self.tape.pick(&["given", "missing"]))
            }
            7 => {
                let paths: Vec<String> = scope.paths(|f| f.is_optional).into_iter().map(|(p, _)| p).collect();
                format!("({} is none)", self.tape.pick(&paths))
            }
            8 => format!("({} is given as {})", self.path(scope, Ty::Kind), self.kind()),
            9 | 10 => format!("({} {} {})", self.day(scope, 1), self.order(), self.day(scope, 1)),
            11 => format!(
                "({} within {} of {})",
                self.day(scope, 0),
                self.tape.pick(&["30 days", "2 months", "validity", "3 business days"]),
                self.day(scope, 0)
            ),
            12 | 13 => format!("({} {} {})", self.number(scope, depth.min(2)), self.order(), self.number(scope, depth.min(1))),
            14 => format!("({} {} {})", self.money(scope), self.order(), self.money(scope)),
            15 => {
                let word = *self.tape.pick(&["contains", "starts with", "ends with"]);
                let text = self.text(scope, 1);
                if self.tape.often(5) {
                    format!("({text} {word} any of {})", self.words(scope))
                } else {
                    format!("({text} {word} {})", self.text(scope, 0))
                }
            }
            16 => match self.tape.below(4) {
                0 => format!("({} contains {})", self.words(scope), self.text(scope, 0)),
                1 => format!("({} in {})", self.text(scope, 0), self.words(scope)),
                2 => format!("({} is {})", self.words(scope), self.words(scope)),
                _ => format!("({} contains any of {})", self.words(scope), self.words(scope)),
            },
            17 => match self.tape.below(3) {
                0 => format!("({} is {})", self.text(scope, 1), self.text(scope, 0)),
                1 => format!("({} matches /{}/)", self.text(scope, 1), self.tape.pick(&["a.*", "[ab]+", "a|b1", "金.*"])),
                _ => format!("(({} else true) is {})", self.path(scope, Ty::Flag), self.tape.pick(&["true", "false"])),
            },
            18 if scope.n_defs > 0 => match self.tape.below(3) {
                0 => format!("rule_{}", self.tape.below(scope.n_defs)),
                1 => format!("(filing_type is {})", self.tape.pick(TYPES)),
                _ => format!("(amount {} {})", self.order(), self.number(scope, 0)),
            },
            _ => {
                // Two facts of one type.
                let ty = *self.tape.pick(&[Ty::Kind, Ty::Day, Ty::Size, Ty::Flag, Ty::Fee]);
                format!("({} is {})", self.path(scope, ty), self.path(scope, ty))
            }
        }
    }

    fn range(&mut self) -> (String, String) {
        let axis = if self.tape.often(2) { " by filing.received_on" } else { "" };
        let (a, b) = *self.tape.pick(&[("2023-12-31", "2024-01-01"), ("2024-12-31", "2025-01-01"), ("2025-02-01", "2025-02-02")]);
        (format!("  effective .. {a}{axis}\n"), format!("  effective {b} ..{axis}\n"))
    }

    fn effective(&mut self) -> String {
        if !self.tape.often(3) {
            return String::new();
        }
        let (early, late) = self.range();
        if self.tape.often(5) { early } else { late }
    }

    fn loops(&mut self) -> Vec<(String, String, Var)> {
        let choices: &[&[(&str, Var)]] = &[
            &[],
            &[("items", Var::Row(&ITEM))],
            &[("extras", Var::Row(&PART))],
            &[("items", Var::Row(&ITEM)), ("x0.parts", Var::Row(&PART))],
            &[("items", Var::Row(&ITEM)), ("extras", Var::Row(&PART))],
            &[("words", Var::Text)],
            &[("items", Var::Row(&ITEM)), ("x0.terms", Var::Text)],
        ];
        let chosen = *self.tape.pick(choices);
        chosen.iter().enumerate().map(|(i, (list, var))| (format!("x{i}"), (*list).to_owned(), *var)).collect()
    }

    fn for_each(loops: &[(String, String, Var)]) -> String {
        if loops.is_empty() {
            return String::new();
        }
        format!("  for each {}\n", loops.iter().map(|(n, l, _)| format!("{n} in {l}")).collect::<Vec<_>>().join(", "))
    }

    fn scope_of(loops: &[(String, String, Var)], n_defs: usize) -> Scope {
        Scope { vars: loops.iter().map(|(n, _, v)| (n.clone(), *v)).collect(), n_defs }
    }

    /// The lines of a demand: condition, demand and what is said.
    fn demand(&mut self, scope: &Scope) -> String {
        let mut out = String::new();
        if self.tape.often(2) {
            out.push_str(&format!("  filing types {}\n", if self.tape.often(5) { "initial, closing" } else { "transfer" }));
        }
        if self.tape.often(5) {
            out.push_str(&format!("  when {}\n", self.condition(scope, 1)));
        }
        out.push_str(&format!("  require {}\n", self.condition(scope, 2)));
        if self.tape.often(4) {
            let at = self.path(scope, Ty::Day);
            let shown = self.path(scope, Ty::Kind);
            out.push_str(&format!(
                "  report at {at}\n    \"here `{{{shown}}}`, not after {{{at}}}\" zh \"此处为 {{{shown}}}，{{{at}}}\"\n"
            ));
        }
        out
    }

    fn weak(&mut self) -> &'static str {
        match self.tape.below(8) {
            6 => "  confidence low\n",
            7 => "  status unconfirmed\n",
            _ => "",
        }
    }

    fn exception(&mut self, label: &str, word: &str, scope: &Scope, depth: usize, over: &str) -> String {
        let condition = self.condition(scope, 1);
        let (weak, effective) = (self.weak(), self.effective());
        let mut out = format!("  {word} {label} \"{label}\" zh \"例外\" when {condition} {{\n  source {{S}}\n{over}{weak}{effective}");
        for i in 0..if depth > 0 { self.tape.below(3) } else { 0 } {
            out.push_str(&self.exception(&format!("{label}-{i}"), "unless", scope, depth - 1, ""));
        }
        out + "  }\n"
    }
}

/// A ruleset.
pub fn ruleset(tape: Tape) -> Ruleset {
    let mut m = Maker { tape };
    let source = |layer: &str| format!("source {layer}-notice \"notice\" zh \"通知\" {{\n  dated \"2020-01-01\"\n  read 2026-11-23\n}}\n");
    let mut cn = vec![source("cn")];
    // Counts run into years without a calendar, and over days off and make-up days.
    for (year, off, work) in [(2024, "2024-02-10 .. 2024-02-17, 2024-01-01", "2024-02-04"), (2025, "2024-12-31, 2025-01-01", "2025-01-26")]
    {
        cn.push(format!("calendar {year} \"{year}\" zh \"{year}年\" {{\n  source cn-notice\n  off {off}\n  work {work}\n}}\n"));
    }
    let params: &[(&str, &str, &[&str])] = &[
        ("limit", "integer", &["2", "0", "5"]),
        ("validity", "duration", &["1 month", "0 days", "1 year", "more than 1 month"]),
        ("cutoff", "date", &["2024-06-30", "2026-01-01", "2023-01-01"]),
        ("favourite", "kind", &["alpha", "beta", "gamma"]),
        ("kinds", "list of kind", &["[alpha, beta]", "[gamma]", "[]"]),
        ("terms", "list of text", &["[\"a\", \"金\"]", "[\"b1\"]", "[]"]),
    ];
    for (name, ty, values) in params {
        let mut ranges = vec![String::new()];
        if m.tape.often(2) {
            let (early, late) = m.range();
            ranges = vec![early, late];
        }
        let several = match *name {
            "limit" | "cutoff" => *m.tape.pick(&["", "", "  several layers lowest\n", "  several layers highest\n"]),
            _ => "",
        };
        for range in ranges {
            let (value, weak) = (*m.tape.pick(values), m.weak());
            cn.push(format!("parameter {name}: {ty} = {value} \"{name}\" zh \"参数\" {{\n  source cn-notice\n{weak}{range}{several}}}\n"));
        }
    }
    let n_defs = 3;
    for i in 0..n_defs {
        // Each may use those before it, whatever their order in the files.
        let condition = if i == 0 {
            m.condition(&Scope::bare(0), 2)
        } else {
            let scope = Scope::bare(0);
            let other = m.condition(&scope, 1);
            match m.tape.below(3) {
                0 => other,
                1 => format!("rule_{} and {other}", i - 1),
                _ => format!("{other} or not rule_{}", i - 1),
            }
        };
        cn.push(format!("define rule_{i} = {condition} \"definition\" zh \"定义\"\n"));
    }
    let amount = m.number(&Scope::bare(0), 2);
    cn.push(format!("define amount = {amount} \"amount\" zh \"数量\"\n"));
    let wanted = match m.tape.below(5) {
        0 | 1 => "[\"a\", \"b1\"]",
        2 => "terms",
        3 => "words else terms",
        _ => "wanted_too",
    };
    cn.push("define wanted_too = [\"ab\"] \"wanted\" zh \"所需\"\n".to_owned());
    cn.push(format!("define wanted = {wanted} \"wanted\" zh \"所需\"\n"));
    let (first, second) = (m.condition(&Scope::bare(0), 1), m.condition(&Scope::bare(0), 0));
    let rows = match m.tape.below(3) {
        0 => format!("  initial when {first}\n  transfer when {second}\n  otherwise closing\n"),
        1 => format!("  initial when {first}\n  closing when {second}\n  otherwise initial\n"),
        _ => "  initial when rule_0\n  transfer when not rule_0\n".to_owned(),
    };
    cn.push(format!("define filing_type = decide \"type\" zh \"类型\" {{\n{rows}}} as filing_kind\n"));
    cn.push("role filing-type is filing_type\n".to_owned());
    // Requirements.
    let n_rules = 2 + m.tape.below(3);
    let mut base_loops = Vec::new();
    for i in 0..n_rules {
        let loops = m.loops();
        let mut ranges = vec![String::new()];
        if m.tape.often(3) {
            let (early, late) = m.range();
            ranges = match m.tape.below(3) {
                0 => vec![early, late],
                1 => vec![early.replace("\n", "").replace(" by ", " ends by ") + if early.contains(" by ") { "\n" } else { " ends\n" }],
                _ => vec![late],
            };
        }
        for range in ranges {
            let needs: Vec<String> = (0..i).filter(|_| m.tape.often(2)).map(|j| format!("rule-{j}")).collect();
            let needs = if needs.is_empty() { String::new() } else { format!("  needs {}\n", needs.join(", ")) };
            let strength = *m.tape.pick(&["", "", "  should\n", "  note\n"]);
            let weak = m.weak();
            let demand = m.demand(&Maker::scope_of(&loops, n_defs));
            cn.push(format!(
                "requirement rule-{i} \"rule {i}\" zh \"规则\" {{\n  source cn-notice\n{weak}{strength}{range}{needs}{}{demand}}}\n",
                Maker::for_each(&loops)
            ));
        }
        base_loops.push(loops);
    }
    let demand = m.demand(&Scope::bare(n_defs));
    cn.push(format!("optional requirement offered \"offered\" zh \"可选\" {{\n  source cn-notice\n{demand}}}\n"));
    // What must be stated.
    for i in 0..m.tape.below(3) {
        let loops = m.loops();
        let scope = Maker::scope_of(&loops, n_defs);
        let paths: Vec<String> = scope.paths(|_| true).into_iter().map(|(path, _)| path).collect();
        let stated: Vec<String> = (0..1 + m.tape.below(3))
            .map(|_| format!("{}{}", m.tape.pick(&paths), if m.tape.often(2) { " may be empty" } else { "" }))
            .collect();
        let when = if m.tape.often(5) { format!("  when {}\n", m.condition(&scope, 1)) } else { String::new() };
        let strength = *m.tape.pick(&["", "  should\n"]);
        cn.push(format!(
            "facts facts-{i} \"facts {i}\" zh \"信息\" {{\n  source cn-notice\n{strength}{}{when}  state {}\n}}\n",
            Maker::for_each(&loops),
            stated.join(", ")
        ));
    }
    // What a region and a provider change; the provider goes over the region.
    let mut groups = vec![vocabulary(), cn];
    let mut taken: Vec<(String, String)> = Vec::new();
    for layer in ["ln", "ali"] {
        let mut out = vec![source(layer)];
        let over = |target: &str, taken: &[(String, String)]| {
            let ids: Vec<String> = taken.iter().filter(|(t, _)| t == target && layer == "ali").map(|(_, id)| format!("ln/{id}")).collect();
            if ids.is_empty() { String::new() } else { format!("  over {}\n", ids.join(", ")) }
        };
        let mut now: Vec<(String, String)> = Vec::new();
        for (name, _, values) in params {
            if !m.tape.often(3) {
                continue;
            }
            let (value, weak, effective) = (*m.tape.pick(values), m.weak(), m.effective());
            let id = format!("{layer}-{name}");
            // Conditions of values read facts only: parameters with such values may not be read by them.
            let when = if m.tape.often(3) {
                let scope = Scope::bare(0);
                match m.tape.below(2) {
                    0 => format!(" when {}", m.path(&scope, Ty::Flag)),
                    _ => format!(" when ({} is {})", m.path(&scope, Ty::Kind), m.kind()),
                }
            } else {
                String::new()
            };
            out.push(format!(
                "set {name} = {value}{when} as {id} \"other {name}\" zh \"另定\" {{\n  source {layer}-notice\n{}{weak}{effective}}}\n",
                over(name, &taken)
            ));
            now.push(((*name).to_owned(), id));
        }
        for (i, loops) in base_loops.iter().enumerate() {
            let target = format!("rule-{i}");
            let scope = Maker::scope_of(loops, n_defs);
            if m.tape.often(4) {
                let mut text = format!("amend {target} {{\n");
                for n in 0..1 + m.tape.below(2) {
                    let id = format!("{layer}-except-{i}-{n}");
                    text.push_str(
                        &m.exception(&id, "except", &scope, 2, &over(&target, &taken)).replace("{S}", &format!("{layer}-notice")),
                    );
                    now.push((target.clone(), id));
                }
                out.push(text + "}\n");
            }
            let mut waived = false;
            if m.tape.often(2) {
                let id = format!("{layer}-waive-{i}");
                let when = if m.tape.often(7) { format!("  when {}\n", m.condition(&scope, 1)) } else { String::new() };
                let (weak, effective) = (m.weak(), m.effective());
                out.push(format!(
                    "waive {target} as {id} \"waived\" zh \"豁免\" {{\n  source {layer}-notice\n{}{weak}{effective}{when}}}\n",
                    over(&target, &taken)
                ));
                now.push((target.clone(), id));
                waived = true;
            }
            if m.tape.often(2) {
                let id = format!("{layer}-replace-{i}");
                let claim = *m.tape.pick(&["stricter", "looser", "differently", "differently instead"]);
                let (weak, effective, demand) = (m.weak(), m.effective(), m.demand(&scope));
                // With a waiver of the same layer it has to be said which goes first.
                let own = if waived { format!("  over {layer}-waive-{i}\n") } else { String::new() };
                out.push(format!(
                    "replace {target} {claim} as {id} \"instead\" zh \"取代\" {{\n  source {layer}-notice\n{}{own}{weak}{effective}{demand}}}\n",
                    over(&target, &taken)
                ));
                now.push((target, id));
            }
        }
        // What the base only offers.
        if m.tape.often(4) {
            let (weak, effective, id) = (m.weak(), m.effective(), format!("{layer}-adopt"));
            let when = if m.tape.often(3) { format!("  when {}\n", m.condition(&Scope::bare(n_defs), 1)) } else { String::new() };
            out.push(format!(
                "adopt offered as {id} \"adopted\" zh \"采用\" {{\n  source {layer}-notice\n{}{weak}{effective}{when}}}\n",
                over("offered", &taken)
            ));
            now.push(("offered".to_owned(), id));
        }
        if m.tape.often(5) {
            let loops = m.loops();
            let demand = m.demand(&Maker::scope_of(&loops, n_defs));
            let needs = if m.tape.often(5) { "  needs cn/rule-0\n" } else { "" };
            out.push(format!(
                "requirement own-{layer} \"own rule\" zh \"自有规则\" {{\n  source {layer}-notice\n{needs}{}{demand}}}\n",
                Maker::for_each(&loops)
            ));
        }
        taken.extend(now);
        groups.push(out);
    }
    let heads = vec![
        None,
        Some("region cn \"mainland\" zh \"大陆\" {\n  authority \"ministry\" zh \"部\"\n}\n".to_owned()),
        Some(
            "region ln \"Liaoning\" zh \"辽宁\" extends cn {\n  authority \"ln\" zh \"辽\"\n  applies when filing.region is ln\n}\n"
                .to_owned(),
        ),
        Some("provider ali \"Ali\" zh \"阿里\" extends cn {\n  applies when filing.provider is \"ali\"\n}\n".to_owned()),
    ];
    Ruleset { heads, groups }
}

// ---- manifests

/// A value of a manifest.
#[derive(Clone, Debug)]
enum Node {
    Text(String),
    Number(i64),
    Flag(bool),
    Day(&'static str),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

/// A manifest in no format yet.
#[derive(Clone, Debug)]
pub struct Manifest {
    root: Vec<(String, Node)>,
}

fn record(tape: &mut Tape, shape: &Shape) -> Vec<(String, Node)> {
    let mut out = Vec::new();
    for field in shape.fields {
        let node = match tape.below(10) {
            8 | 9 => continue,
            7 if field.is_optional => Node::Text("none".to_owned()),
            _ => match field.ty {
                Ty::Kind => Node::Text((*tape.pick(KINDS)).to_owned()),
                Ty::Flag => Node::Flag(tape.below(2) == 1),
                Ty::Day => Node::Day(*tape.pick(DAYS)),
                Ty::Size | Ty::Fee => Node::Number(*tape.pick(SIZES)),
                Ty::Text => Node::Text((*tape.pick(TEXTS)).to_owned()),
                Ty::Words => Node::List((0..tape.below(4)).map(|_| Node::Text((*tape.pick(TEXTS)).to_owned())).collect()),
                Ty::Rows(inner) => Node::List((0..tape.below(4)).map(|_| Node::Table(record(tape, inner))).collect()),
                Ty::One(inner) => Node::Table(record(tape, inner)),
            },
        };
        out.push((field.name.to_owned(), node));
    }
    out
}

/// A manifest.
pub fn manifest(mut tape: Tape) -> Manifest {
    let mut filing = vec![("region".to_owned(), Node::Text((*tape.pick(&["ln", "zj"])).to_owned()))];
    match tape.below(3) {
        0 => filing.push(("provider".to_owned(), Node::Text("ali".to_owned()))),
        1 => filing.push(("provider".to_owned(), Node::Text("none".to_owned()))),
        _ => {}
    }
    match tape.below(3) {
        0 => {}
        1 => filing.push(("received_on".to_owned(), Node::Text("none".to_owned()))),
        _ => filing.push(("received_on".to_owned(), Node::Day(*tape.pick(DAYS)))),
    }
    let mut root = vec![("filing".to_owned(), Node::Table(filing))];
    root.extend(record(&mut tape, &ROOT));
    Manifest { root }
}

/// A day to check for.
pub fn day(tape: &mut Tape) -> filingc::value::Date {
    let text = *tape.pick(DAYS);
    filingc::value::parse_date(text).expect("days are written as dates")
}

impl Manifest {
    /// As TOML, in the order it was made up.
    pub fn toml(&self) -> String {
        self.shuffled(&mut Tape::new(Vec::new()))
    }

    /// As TOML with keys and tables in another order, and tables written in several ways.
    pub fn shuffled(&self, tape: &mut Tape) -> String {
        let mut out = String::new();
        table(&mut out, "", &self.root, tape);
        out
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let pairs = |root: &[(String, Node)]| json(&Node::Table(root.to_vec()));
        pairs(&self.root)
    }
}

/// The pairs of a table, then the tables inside under headers of their own.
fn table(out: &mut String, path: &str, pairs: &[(String, Node)], tape: &mut Tape) {
    let mut pairs = pairs.to_vec();
    tape.shuffle(&mut pairs);
    let full = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let mut later = Vec::new();
    for (key, node) in &pairs {
        let has_header = matches!(node, Node::Table(_)) || matches!(node, Node::List(l) if matches!(l.first(), Some(Node::Table(_))));
        match node {
            _ if has_header && !tape.often(3) => later.push((key, node)),
            Node::Table(inner) if !inner.is_empty() && tape.often(5) => {
                for (k, n) in inner {
                    out.push_str(&format!("{key}.{k} = {}\n", inline(n)));
                }
            }
            node => out.push_str(&format!("{key} = {}\n", inline(node))),
        }
    }
    for (key, node) in later {
        match node {
            Node::Table(inner) => {
                out.push_str(&format!("[{}]\n", full(key)));
                table(out, &full(key), inner, tape);
            }
            Node::List(items) => {
                for item in items {
                    let Node::Table(inner) = item else { continue };
                    out.push_str(&format!("[[{}]]\n", full(key)));
                    table(out, &full(key), inner, tape);
                }
            }
            _ => {}
        }
    }
}

fn inline(node: &Node) -> String {
    match node {
        Node::Text(t) => format!("\"{t}\""),
        Node::Number(n) => n.to_string(),
        Node::Flag(b) => b.to_string(),
        Node::Day(d) => (*d).to_owned(),
        Node::List(l) => format!("[{}]", l.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Node::Table(pairs) => format!("{{ {} }}", pairs.iter().map(|(k, n)| format!("{k} = {}", inline(n))).collect::<Vec<_>>().join(", ")),
    }
}

fn json(node: &Node) -> String {
    match node {
        Node::Day(d) => format!("\"{d}\""),
        Node::List(l) => format!("[{}]", l.iter().map(json).collect::<Vec<_>>().join(", ")),
        Node::Table(pairs) => format!("{{{}}}", pairs.iter().map(|(k, n)| format!("\"{k}\": {}", json(n))).collect::<Vec<_>>().join(", ")),
        plain => inline(plain),
    }
}
