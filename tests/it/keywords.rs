//! Chinese keywords: a rule file can be written with them and says the same. Rules that are expected not to be in force.

use crate::diff::{difference, lines};
use crate::support::{Ran, bundled_rules, compile, lines as said, root, run_with};
use filingc::diagnostic::Language;
use filingc::syntax::{Expected, expected, format, keywords};
use filingc::{Diagnostics, Severity, SourceId};

fn written(text: &str, language: Language) -> String {
    let mut problems = Diagnostics::new();
    let form = format(SourceId(0), text, Some(language), &mut problems);
    form.unwrap_or_else(|_| panic!("{:?}", problems.into_sorted()))
}

#[test]
fn a_region_in_chinese_and_back_is_the_same_file_and_the_same_ruleset() {
    let rules = bundled_rules();
    let mut converted = rules.clone();
    let at = rules.iter().position(|(name, _)| name.ends_with("zhejiang.filing")).expect("the region has a file");
    converted[at].1 = written(&rules[at].1, Language::Zh);
    assert!(converted[at].1.contains("\n地区 zj \"Zhejiang\" 中文 \"浙江\" 扩展 cn {\n") || converted[at].1.starts_with("地区 zj "));
    assert_eq!(written(&converted[at].1, Language::En), rules[at].1);
    let found = difference(&rules, &converted).expect("both compile");
    assert_eq!(lines(&found), Vec::<String>::new());
}

#[test]
fn the_whole_rulebook_in_chinese_compiles_to_the_same_and_goes_back() {
    let rules = bundled_rules();
    let converted: Vec<(String, String)> = rules.iter().map(|(n, t)| (n.clone(), written(t, Language::Zh))).collect();
    let (_, problems, sources) = compile(&converted);
    assert!(problems.is_empty(), "{}", said(&problems, &sources));
    let found = difference(&rules, &converted).expect("both compile");
    assert_eq!(lines(&found), Vec::<String>::new());
    for ((name, before), (_, after)) in rules.iter().zip(&converted) {
        assert_eq!(&written(after, Language::En), before, "{name}");
        assert_eq!(&written(after, Language::Zh), after, "{name}: the form is stable");
    }
}

const CHINESE: &str = r#"部分 之 cn
// 注释保持原样。
来源 notice "a notice" 中文 "通知" { 查阅 2026-11-23 }

要求 named "the entity has a name" 中文 "填写主办者名称" {
  来源 notice
  对 每一 d 在 domain
  当 d.name 为 已填 且 并非 (entity.name 包含 任一 之 ["甲", "乙"])
  须 entity.name 匹配 /[^ ]+/
}
"#;

#[test]
fn comments_layout_and_lengths_of_time_are_kept() {
    let en = written(CHINESE, Language::En);
    assert!(en.contains("\n// 注释保持原样。\n") && en.contains("for each d in domain\n"), "{en}");
    assert!(en.contains("when d.name is given and not (entity.name contains any of [\"甲\", \"乙\"])"), "{en}");
    assert_eq!(written(&en, Language::Zh), CHINESE);
    let lengths =
        "parameter a: business_days = 20 business days\nparameter b: duration = 1 month\nparameter c: duration = more than 3 days\n";
    let zh = written(lengths, Language::Zh);
    assert_eq!(zh, "参数 a: business_days = 20 工作日\n参数 b: duration = 1 个月\n参数 c: duration = 超 过 3 日\n");
    assert_eq!(written(&zh, Language::En), lengths);
}

#[test]
fn a_mixture_is_told_once_with_what_to_write() {
    let mixed = CHINESE.replace("  须 ", "  require ").replace("来源 notice\n", "source notice\n");
    let (_, problems, sources) = compile(&[("a.filing".to_owned(), mixed.clone())]);
    let found: Vec<_> = problems.iter().filter(|d| d.code.text() == "F1015").collect();
    assert_eq!(found.len(), 1, "{}", said(&problems, &sources));
    assert_eq!(found[0].severity, Severity::Warning);
    let edits: Vec<&str> = found[0].fixes[0].edits.iter().map(|e| e.replacement.as_str()).collect();
    assert_eq!(edits, ["来源", "须"]);
    let (_, problems, sources) = compile(&[("a.filing".to_owned(), written(&mixed, Language::Zh))]);
    assert!(problems.iter().all(|d| d.code.text() != "F1015"), "{}", said(&problems, &sources));
}

#[test]
fn messages_say_the_words_of_the_file() {
    let wrong = CHINESE.replace("  须 ", "  需 ");
    let (_, problems, sources) = compile(&[("a.filing".to_owned(), wrong)]);
    let text = said(&problems, &sources);
    assert!(text.contains("`需`") && !text.contains("`require`"), "{text}");
    let labels: Vec<&str> = problems.iter().flat_map(|d| &d.labels).map(|l| l.message.zh.as_str()).collect();
    assert!(labels.iter().any(|l| l.contains("`须`")), "{labels:?}");
    let (_, problems, sources) = compile(&[("a.filing".to_owned(), "部分 之 cn\n\n要 x \"x\" {\n}\n".to_owned())]);
    assert!(said(&problems, &sources).contains("`要`"), "{}", said(&problems, &sources));
}

#[test]
fn what_may_be_written_next_is_offered_in_the_language_of_the_file() {
    let at = CHINESE.find("  当 ").expect("the line is there") + "  ".len();
    let Expected { keywords, .. } = expected(&CHINESE[..at], at).expect("a line is expected");
    for word in ["当", "须", "阶段", "备案 类型"] {
        assert!(keywords.iter().any(|k| k == word), "{word}: {keywords:?}");
    }
    assert!(!keywords.iter().any(|k| k == "when" || k == "来源 notice"), "{keywords:?}");
}

#[test]
fn fmt_converts_files_and_refuses_what_it_cannot_read() {
    let Ran { out, code, err } = run_with("keywords/fmt", &[("a.filing", CHINESE)], &["fmt", "--keywords", "en", "a.filing"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("keywords/fmt/a.filing");
    assert_eq!(std::fs::read_to_string(file).expect("the file is readable"), written(CHINESE, Language::En));
    let Ran { out, code, .. } = run_with("keywords/check", &[("a.filing", CHINESE)], &["fmt", "--keywords", "zh", "--check", "a.filing"]);
    assert_eq!(code, 0, "{out}");
    let broken = CHINESE.replace("{\n  来源", "\n  来源");
    let Ran { err, code, .. } = run_with("keywords/broken", &[("a.filing", &broken)], &["fmt", "--keywords", "en", "a.filing"]);
    assert_eq!(code, 2);
    assert!(err.contains("error[F1001]") || err.contains("error[F1004]"), "{err}");
}

/// A region with a rule that begins in 2027, and cases about it.
fn pilot(expectations: &str) -> String {
    format!(
        r#"
requirement pilot "the entity takes part in the pilot" zh "参加试点" {{
  source ln-notice
  effective 2027-01-01 ..
  require entity.name is given
}}
{expectations}"#
    )
}

fn tried(folder: &str, expectations: &str) -> Ran {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("the file is readable");
    let rules: Vec<(String, String)> = bundled_rules();
    let mut files: Vec<(&str, &str)> = rules
        .iter()
        .filter(|(name, _)| {
            let name = name.strip_prefix("regions/").unwrap_or(name);
            !name.starts_with("cases/") && (!name.contains('/') || name.starts_with("national/") || name.starts_with("providers/"))
        })
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let manifest = read("examples/c01-company-complete.toml");
    let data = crate::support::files(&root().join("regions/data"), &["toml"]);
    let data: Vec<(String, String)> = data
        .iter()
        .map(|p| (format!("regions/data/{}", p.file_name().expect("a name").display()), std::fs::read_to_string(p).expect("readable")))
        .collect();
    files.extend(data.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let own = format!("part of zj\n\nsource ln-notice \"a notice\" zh \"通知\" {{ read 2026-11-23 }}\n{}", pilot(expectations));
    files.push(("regions/pilot.filing", &own));
    files.push(("regions/a.toml", &manifest));
    run_with(folder, &files, &["test", "pilot", "--rules", "regions"])
}

#[test]
fn a_rule_that_has_not_begun_is_expected_not_to_be_in_force() {
    let case = |day: &str, expect: &str| format!("case \"pilot\" {{\n  manifest \"a.toml\"\n  on {day}\n  expect {expect}\n}}\n");
    let Ran { out, err, code } = tried("keywords/absent", &case("2026-11-23", "not in force zj/pilot"));
    assert_eq!(code, 0, "{out}{err}");
    let Ran { out, err, code } = tried("keywords/present", &case("2027-01-04", "not in force zj/pilot"));
    assert_eq!(code, 1, "{out}{err}");
    let text = out + &err;
    assert!(text.contains("expected zj/pilot to be not in force, found it in force: satisfied"), "{text}");
    let Ran { out, err, code } = tried("keywords/satisfied", &case("2026-11-23", "satisfied zj/pilot"));
    assert_eq!(code, 1, "{out}{err}");
    assert!((out.clone() + &err).contains("write `expect not in force zj/pilot`"), "{out}{err}");
    let Ran { out, err, code } = tried("keywords/misspelt", &case("2026-11-23", "not in force zj/pilto"));
    assert_eq!(code, 2, "{out}{err}");
    assert!((out.clone() + &err).contains("error[F2005]") && (out.clone() + &err).contains("zj/pilot"), "{out}{err}");
}

/// The table of the language reference.
#[test]
fn the_language_reference_lists_every_keyword() {
    let table: String = keywords::all().iter().map(|k| format!("| `{}` | `{}` |\n", k.en, k.zh)).collect::<String>()
        + &keywords::units().iter().map(|[one, several, zh]| format!("| `{one}`, `{several}` | `{zh}` |\n")).collect::<String>();
    for (page, head) in
        [("docs/language.md", "| English | Chinese |\n|---|---|\n"), ("docs/language.zh.md", "| 英文 | 中文 |\n|---|---|\n")]
    {
        let text = std::fs::read_to_string(root().join(page)).expect("the page is readable");
        let start = text.find(head).unwrap_or_else(|| panic!("{page} has the table")) + head.len();
        let end = text[start..].find("\n\n").map_or(text.len(), |n| start + n + 1);
        crate::support::assert_page(page, &format!("{}{table}{}", &text[..start], &text[end..]));
    }
}
