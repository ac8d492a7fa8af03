//! What is claimed of all filings is true of all filings: conditions, tables, sums and sameness, as `check`, `lint`, `test` and `diff` tell it.

use crate::support::{Ran, run_with};

/// Rules with their own vocabulary in front.
fn rules(fields: &str, declarations: &str) -> String {
    format!(
        "enum kind {{ firm \"firm\" zh \"公司\"  shop \"shop\" zh \"店铺\"  person \"person\" zh \"个人\" }}\n\
         manifest {{ {fields} }}\n\
         region cn \"China\" zh \"中国\" {{ authority \"Ministry\" zh \"部\" }}\n\
         source s \"s\" zh \"源\" {{ read 2026-11-01 }}\n{declarations}\n"
    )
}

fn requirement(id: &str, lines: &str) -> String {
    format!("requirement {id} \"{id}\" zh \"规则\" {{ source s  {lines} }}\n")
}

/// What the program says of rules without a filing.
fn linted(folder: &str, text: &str) -> Ran {
    run_with(&format!("proofs-{folder}"), &[("r.filing", text)], &["lint", "r.filing", "--output-format", "concise"])
}

/// The errors among what is said, one line each.
fn errors(ran: &Ran) -> Vec<&str> {
    ran.out.lines().chain(ran.err.lines()).filter(|l| l.contains(": error[")).collect()
}

/// What a check of one filing says.
fn checked(folder: &str, text: &str, manifest: &str) -> Ran {
    let files = [("r.filing", text), ("m.toml", manifest)];
    run_with(&format!("proofs-{folder}"), &files, &["check", "m.toml", "--rules", "r.filing", "--output-format", "concise", "--no-cache"])
}

#[test]
fn a_sum_of_constants_that_is_too_large_is_an_error_where_it_stands() {
    for (value, ty) in [
        ("9223372036854775807 + 1", "integer"),
        ("0 - 9223372036854775807 - 2", "integer"),
        ("9_000_000_000_000 + 999_000_000_000", "decimal"),
        ("1_000_000_000_000.5 + 9_000_000_000_000", "decimal"),
        ("2000000000 days + 2000000000 days", "duration"),
        ("178000000 years + 1000000 years", "duration"),
        ("2147483647 business days + 1 business day", "business_days"),
        ("2026-01-01 + 9000 years", "date"),
        ("2026-01-01 - 12026 years", "date"),
    ] {
        let text = rules("n: integer \"n\" zh \"数\"", &format!("parameter big: {ty} = {value} \"big\" zh \"大\" {{ source s }}"));
        let ran = linted("sums", &text);
        let found = errors(&ran);
        let place = format!("r.filing:5:{}: error[F1006]", "parameter big:  = ".len() + ty.len() + 1);
        assert!(matches!(found[..], [line] if line.contains(&place) && line.contains("too large")), "{value}: {}{}", ran.err, ran.out);
        assert_eq!(ran.code, 2, "{value}");
    }
    let text = rules("n: integer \"n\" zh \"数\"", "parameter big: decimal = 99_000_000_000_000 \"big\" zh \"大\" { source s }");
    let ran = linted("literal", &text);
    assert!(matches!(errors(&ran)[..], [line] if line.contains(":5:26: error[F1006] number too large")), "{}{}", ran.err, ran.out);
}

#[test]
fn a_sum_of_constants_has_the_value_it_has_for_filings() {
    // The largest whole number is reached, in two ways, and nothing is above it.
    let text = rules(
        "n: integer \"n\" zh \"数\"  d: date \"d\" zh \"日\"  x: decimal \"x\" zh \"小数\"",
        &format!(
            "parameter most: integer = 9223372036854775806 + 1 \"most\" zh \"最大\" {{ source s }}\n\
             parameter last: date = 2026-01-31 + 1 month \"last\" zh \"末日\" {{ source s }}\n\
             parameter half: decimal = 1 - 0.25 - 0.25 \"half\" zh \"半\" {{ source s }}\n{}{}{}",
            requirement("number", "require n is most and n is 9223372036854775807"),
            requirement("day", "require d is last and d is 2026-02-28"),
            requirement("fraction", "require x is half and x is 0.5")
        ),
    );
    let ran = checked("values", &text, "n = 9223372036854775807\nd = 2026-02-28\nx = 0.5\n");
    assert_eq!((ran.code, ran.out.contains("ready")), (0, true), "{}{}", ran.out, ran.err);
    let ran = checked("values", &text, "n = 9223372036854775806\nd = 2026-03-01\nx = 0.500001\n");
    assert_eq!((ran.code, ran.out.matches("cn/").count()), (1, 3), "{}{}", ran.out, ran.err);
}

#[test]
fn a_condition_with_a_sum_that_is_too_large_is_told_beside_the_rest() {
    let text = rules(
        "n: integer \"n\" zh \"数\"",
        &(requirement("one", "require n < 9223372036854775807 + 1") + &requirement("two", "require n < 1 + (2 - 9223372036854775807 - 4)")),
    );
    let ran = linted("conditions", &text);
    let found = errors(&ran);
    assert_eq!(found.len(), 2, "{}{}", ran.out, ran.err);
    assert!(found.iter().all(|l| l.contains("F1006")) && found[0].contains("r.filing:5:55: "), "{found:?}");
}

#[test]
fn a_sum_that_is_too_large_in_one_filing_is_undetermined_there() {
    let text = rules(
        "n: integer \"n\" zh \"数\"",
        &format!(
            "parameter step: integer = 9223372036854775807 \"step\" zh \"步\" {{ source s }}\n{}",
            requirement("near", "require n - step < 5 and n + step > 5")
        ),
    );
    let outcome = |n: &str| checked("overflow", &text, &format!("n = {n}\n"));
    assert_eq!(outcome("0").code, 0, "{}", outcome("0").out);
    for n in ["1", "-2"] {
        let ran = outcome(n);
        assert!(ran.code == 1 && ran.out.contains("0 violated, 1 undetermined"), "{n}: {}", ran.out);
    }
}

#[test]
fn the_days_of_steps_that_come_before_are_added_once() {
    // Forty layers of two steps: two to the forty ways lead from the first to the last.
    let mut text = rules("a: date \"a\" zh \"日\"", "");
    let step = |id: &str, lines: &str| format!("step {id} \"{id}\" zh \"步骤\" {{ actor filer  {lines}  source s }}\n");
    text += &step("first", "takes 1 .. 1 business days");
    let mut before = "first".to_owned();
    for n in 0..40 {
        for side in ["a", "b"] {
            text += &step(&format!("{side}{n}"), &format!("after {before}  takes 1 .. 2 business days"));
        }
        before = format!("a{n}, b{n}");
    }
    let last = |days: u32| format!("{text}{}", step("last", &format!("after {before}  deadline within {days} business days of first")));
    let ran = linted("layers", &last(39));
    assert!(matches!(errors(&ran)[..], [line] if line.contains("[F4030]")), "{}{}", ran.out, ran.err);
    let ran = linted("layers", &last(40));
    assert_eq!(errors(&ran), Vec::<&str>::new());
}

/// The program on two rulesets of one vocabulary.
fn diffed(folder: &str, old: &str, new: &str) -> Ran {
    let fields = "tags: list of text? \"tags\" zh \"标签\"  other: list of text? \"other\" zh \"其他\"  kind: kind \"kind\" zh \"类别\"  n: integer \"n\" zh \"数\"";
    let files = [("old.filing", &*rules(fields, old)), ("new.filing", &*rules(fields, new))];
    run_with(&format!("proofs-{folder}"), &files, &["diff", "old.filing", "new.filing", "--output-format", "concise"])
}

/// Declarations with a list in them.
type Text = Box<dyn Fn(&str) -> String>;

fn parameter(list: &str) -> String {
    format!("parameter p: list of text = {list} \"p\" zh \"参数\" {{ source s }}\n")
}

fn one(demand: &str) -> String {
    requirement("r", &format!("require {demand}"))
}

#[test]
fn a_list_in_another_order_is_another_list_where_order_counts() {
    let (xy, yx, xxy) = ("[\"x\", \"y\"]", "[\"y\", \"x\"]", "[\"x\", \"x\", \"y\"]");
    let counts: Vec<Text> = vec![
        Box::new(|l| one(&format!("tags is {l}"))),
        Box::new(|l| one(&format!("kind is shop and not ({l} is tags)"))),
        Box::new(|l| one(&format!("(tags else {l}) is other"))),
        Box::new(|l| parameter(l) + &one("tags is p")),
        Box::new(|l| format!("{}define d = p \"d\" zh \"定义\"\n{}", parameter(l), one("other is (tags else d)"))),
        Box::new(|l| format!("define d = {l} \"d\" zh \"定义\"\n{}", one("tags is d"))),
    ];
    for (i, text) in counts.iter().enumerate() {
        for other in [yx, xxy] {
            let ran = diffed("ordered", &text(xy), &text(other));
            assert_eq!((ran.code, ran.out.contains(", 1 changed, ")), (1, true), "{i} {other}: {}{}", ran.out, ran.err);
        }
    }
    let does_not: Vec<Text> = vec![
        Box::new(|l| one(&format!("not (tags is missing) and \"x\" in {l}"))),
        Box::new(|l| one(&format!("tags contains any of {l}"))),
        Box::new(|l| one(&format!("(tags else {l}) contains any of {l}"))),
        Box::new(|l| parameter(l) + &one("\"x\" in p and tags contains any of p")),
        Box::new(|l| format!("define d = {l} \"d\" zh \"定义\"\n{}", one("\"x\" in d"))),
    ];
    for (i, text) in does_not.iter().enumerate() {
        for other in [yx, xxy] {
            let ran = diffed("unordered", &text(xy), &text(other));
            assert_eq!((ran.code, ran.out.trim()), (0, "the rules mean the same"), "{i} {other}: {}", ran.err);
        }
    }
}

#[test]
fn a_parameter_stays_what_it_is_where_only_its_reader_changes() {
    let text = |demand: &str| parameter("[\"y\", \"x\"]") + &requirement("r", &format!("require {demand}"));
    let ran = diffed("reader", &text("tags is p"), &text("\"x\" in p"));
    assert_eq!(
        (ran.code, ran.out.contains("changed requirement cn/r: demand"), ran.out.contains("parameter p")),
        (1, true, false),
        "{}",
        ran.out
    );
}

#[test]
fn a_difference_calls_types_as_rules_do() {
    let old = "manifest { a: date \"a\" zh \"甲\" }\nregion cn \"China\" zh \"中国\" { authority \"a\" zh \"部\" }\nsource s \"s\" zh \"源\" { read 2026-11-01 }\n";
    let new = format!(
        "{old}parameter n: business_days = 3 business days \"n\" zh \"数\" {{ source s }}\nparameter d: domain_name = \"a.cn\" \"d\" zh \"域名\" {{ source s }}\n"
    );
    let was = new.replace("business_days = 3 business days", "integer = 3").replace("domain_name", "url");
    let files = [("old.filing", &*was), ("new.filing", &*new)];
    let ran = run_with("proofs-types", &files, &["diff", "old.filing", "new.filing"]);
    assert!(ran.out.contains("business_days") && ran.out.contains("domain_name"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("businessdays") && !ran.out.contains("domainname"), "{}", ran.out);
}

#[test]
fn definitions_that_use_each_other_twice_are_walked_once() {
    // Two to the sixty ways lead through these definitions.
    let mut text = rules("name: text? \"name\" zh \"名称\"  size: integer? \"size\" zh \"规模\"  kind: kind \"kind\" zh \"类别\"", "");
    text += "define a0 = name is given \"a\" zh \"甲\"\ndefine b0 = size > 3 \"b\" zh \"乙\"\ndefine c0 = name is given \"c\" zh \"丙\"\n";
    for n in 1..=60 {
        let m = n - 1;
        text += &format!("define a{n} = a{m} and a{m} \"a\" zh \"甲\"\n");
        text += &format!("define b{n} = (b{m} and a{m}) or (a{m} and size > {n}) \"b\" zh \"乙\"\n");
        text += &format!("define c{n} = (c{m} and not b{m}) or (b{m} and not c{m}) \"c\" zh \"丙\"\n");
    }
    text += &requirement(
        "one",
        "stage prepare  when a60  require name is \"a\" and (b60 or kind is shop)  report at name \"{name}\" zh \"{name}\"",
    );
    text += &requirement("two", "stage prepare  require not c60 or kind is firm  report \"m {name}\" zh \"信 {name}\"");
    text += "case \"c\" { manifest \"m.toml\"  on 2026-11-23  expect violated cn/one }\n";
    let files = [("r.filing", &*text), ("m.toml", "name = \"b\"\nsize = 7\nkind = \"firm\"\n")];
    for arguments in [
        &["lint", "r.filing"][..],
        &["check", "m.toml", "--rules", "r.filing", "--no-cache"],
        &["plan", "m.toml", "--rules", "r.filing", "--no-cache"],
        &["test", "--rules", "r.filing", "--coverage"],
        &["test", "--rules", "r.filing", "--mutate"],
        &["diff", "r.filing", "r.filing"],
        &["rules", "--rules", "r.filing", "--output-format", "json"],
        &["explain", "cn/one", "--rules", "r.filing"],
        &["graph", "--rules", "r.filing", "--around", "cn/one"],
        &["schema", "--rules", "r.filing"],
    ] {
        let since = std::time::Instant::now();
        let ran = run_with("proofs-twice", &files, arguments);
        assert!(ran.code <= 1, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(since.elapsed().as_secs() < 30, "{arguments:?}");
    }
    // What is found is the same as in rules without definitions.
    let ran = run_with("proofs-twice", &files, &["lint", "r.filing", "--output-format", "concise"]);
    assert!(!ran.out.contains("constant-condition"), "{}", ran.out);
    let refuted = text.clone() + &requirement("three", "stage prepare  when a60  require name is given");
    let ran = linted("twice-refuted", &refuted);
    assert!(ran.out.contains("[constant-condition] requirement that cannot be violated"), "{}", ran.out);
}

#[test]
fn a_long_chain_of_definitions_needs_no_stack() {
    let mut text = rules("name: text \"name\" zh \"名称\"  size: integer \"size\" zh \"规模\"", "define d0 = size > 0 \"d\" zh \"定义\"");
    for n in 1..1500 {
        text += &format!("define d{n} = d{} or size > {n} \"d\" zh \"定义\"\n", n - 1);
    }
    text += &requirement("one", "stage prepare  require d1499 and name is given");
    let ran = linted("chain", &text);
    assert!(ran.code <= 1 && errors(&ran).is_empty(), "{}{}", ran.out, ran.err);
}

/// Whether rules compile.
fn compiles(text: &str) -> Result<(), String> {
    let (_, diagnostics, sources) = crate::support::compile(&[("r.filing".to_owned(), text.to_owned())]);
    let errors: Vec<_> = diagnostics.into_iter().filter(|d| d.severity == filingc::Severity::Error).collect();
    if errors.is_empty() { Ok(()) } else { Err(crate::support::lines(&errors, &sources)) }
}

#[test]
fn a_condition_that_a_filing_can_meet_is_none_that_never_holds() {
    let fields = "on: boolean? \"on\" zh \"开\"  kind: kind? \"kind\" zh \"类别\"  n: integer \"n\" zh \"数\"";
    let text = |when: &str| rules(fields, &requirement("r", &format!("stage prepare  when {when}  require n > 3")));
    for (when, manifest) in [
        ("not (on is true) and not (on is false)", "on = \"none\"\nn = 1\n"),
        ("not (kind is firm) and not (kind is shop) and not (kind is person)", "kind = \"none\"\nn = 1\n"),
        ("on is none and not (on is false)", "on = \"none\"\nn = 1\n"),
    ] {
        assert_eq!(compiles(&text(when)), Ok(()), "{when}");
        let ran = checked("can", &text(when), manifest);
        assert!(ran.out.contains("1 violated"), "{when}: {}{}", ran.out, ran.err);
        assert!(!linted("can", &text(when)).out.contains("constant-condition"), "{when}");
    }
    for when in ["on and not on", "on is true and on is false", "kind is firm and kind is shop", "kind in [firm, shop] and kind is person"]
    {
        let errors = compiles(&text(when)).expect_err(when);
        assert!(errors.contains("error[F3008] condition that can never hold"), "{when}: {errors}");
    }
}

#[test]
fn a_table_is_decided_however_many_facts_it_reads() {
    let facts = |n: usize, separator: &str| (0..n).map(|i| format!("f{i}")).collect::<Vec<_>>().join(separator);
    let fields: String = (0..60).map(|i| format!("f{i}: boolean \"f\" zh \"是否\"  ")).collect();
    let table = |rows: &str| rules(&fields, &format!("define table = decide \"t\" zh \"表\" {{ {rows} }} as kind"));
    let all = facts(60, " and ");
    let any = facts(60, " or ");
    for complete in [
        format!("firm when {all}  shop when not ({all})"),
        format!("firm when {all}  shop when {any}  person when not ({any})"),
        format!("firm when not ({any})  shop when {all}  person when ({any}) and not ({all})"),
        format!("firm when {all}  otherwise shop"),
    ] {
        assert_eq!(compiles(&table(&complete)), Ok(()), "{complete}");
    }
    let gap = compiles(&table(&format!("firm when {all}  shop when not ({any})"))).expect_err("a gap");
    assert!(gap.contains("error[F4006] no row of the table applies when `f0` is yes, `f1` is no,"), "{gap}");
    let dead = compiles(&table(&format!("firm when {any}  shop when {all}  otherwise person"))).expect_err("a dead row");
    assert!(dead.contains("error[F4007]") && !dead.contains("F4006"), "{dead}");
    let dead = compiles(&table(&format!("firm when {all}  shop when not ({all})  otherwise person"))).expect_err("a dead row");
    assert!(dead.contains("error[F4007]"), "{dead}");
}

#[test]
fn a_table_over_numbers_days_and_texts_is_complete_where_its_rows_leave_nothing_out() {
    let fields = "n: integer \"n\" zh \"数\"  x: decimal \"x\" zh \"小数\"  d: date \"d\" zh \"日\"  e: date \"e\" zh \"日\"  t: text \"t\" zh \"文\" \
                  o: integer? \"o\" zh \"可无\"  k: kind \"k\" zh \"类别\"  l: list of text \"l\" zh \"列\"";
    let table = |rows: &str| compiles(&rules(fields, &format!("define table = decide \"t\" zh \"表\" {{ {rows} }} as kind")));
    for complete in [
        "firm when n < 5  shop when n >= 5",
        "firm when n < 5  shop when n > 4",
        "firm when n < 5  shop when n > 5  person when n is 5",
        "firm when x < 0.5  shop when x >= 0.5",
        "firm when d <= 2026-01-31  shop when d >= 2026-02-01",
        "firm when d < e  shop when e < d  person when d is e",
        "firm when d < e  shop when d >= e",
        "firm when k is firm  shop when k is shop  person when k is person",
        "firm when t in [\"a\", \"b\"]  shop when t not in [\"b\", \"a\"]",
        "firm when o is given and o > 3  shop when o is given and o <= 3  person when o is missing",
        "firm when length(t) > 3  shop when length(t) < 4",
        "firm when count of l > 0  shop when count of l is 0",
        "firm when (o else 0) > 3  shop when (o else 0) <= 3",
    ] {
        assert_eq!(table(complete), Ok(()), "{complete}");
    }
    for (gap, example) in [
        ("firm when n < 5  shop when n > 5", "when `n` is 5"),
        ("firm when x < 0.5  shop when x > 0.5", "when `x` is 0.5"),
        ("firm when d <= 2026-01-31  shop when d > 2026-02-01", "when `d` is 2026-02-01"),
        ("firm when o > 3  shop when o <= 3", "when `o` is none"),
        ("firm when d < e  shop when d > e", "when `d` is `e`"),
        ("firm when k is firm  shop when k is shop", "when `k` is person"),
        ("firm when t is \"a\"  shop when t is \"b\"", "when `t` is another one"),
        ("firm when n > 3 and o is missing  shop when n <= 3", "when `n` is 4, `o` is given"),
    ] {
        let errors = table(gap).expect_err(gap);
        assert!(errors.contains("error[F4006]") && errors.contains(example), "{gap}: {errors}");
    }
}

#[test]
fn what_takes_too_long_to_decide_is_not_refused() {
    // Eleven letters into ten boxes, each in one and no two in one: there is no such filing, and no short proof of it.
    let name = |letter: usize, hole: usize| format!("f{letter}x{hole}");
    let fields: String = (0..11).flat_map(|p| (0..10).map(move |h| format!("{}: boolean \"f\" zh \"是否\"  ", name(p, h)))).collect();
    let some = |p: usize| (0..10).map(|h| name(p, h)).collect::<Vec<_>>().join(" or ");
    let each = (0..11).map(|p| format!("({})", some(p))).collect::<Vec<_>>().join(" and ");
    let two = (0..10).flat_map(|h| (0..11).flat_map(move |p| (0..p).map(move |q| format!("({} and {})", name(p, h), name(q, h)))));
    let two = two.collect::<Vec<_>>().join(" or ");
    let text = rules(&fields, &format!("define table = decide \"t\" zh \"表\" {{ firm when not ({each})  shop when {two} }} as kind"));
    assert_eq!(compiles(&text), Ok(()));
}
