use super::*;
use crate::diagnostic::{CitedSource, Code, Diagnostic, Language, Note, say};
use crate::source::{SourceKind, SourceMap, Span};

fn check(text: &str, range: std::ops::Range<usize>) -> String {
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", text.to_owned(), SourceKind::Manifest);
    let d = Diagnostic::new(Code::UnknownKey, say!("unknown key", "未知键")).primary(Span::new(id, range), say!("here", "此处"));
    full(&[d], &sources, Language::En, false)
}

#[test]
fn identity_numbers_are_masked_in_excerpts_and_messages() {
    let out = check("number = \"110201199912310014\"\n", 0..6);
    assert!(out.contains("110201**********14"), "{out}");
    assert!(!out.contains("110201199912310014"), "{out}");
    assert_eq!(safe::message("id 11020119991231009X!"), "id 110201**********9X!");
}

#[test]
fn a_very_long_line_is_clipped_around_the_span() {
    let text = format!("{}bad{}", "x".repeat(500_000), "y".repeat(500_000));
    let out = check(&text, 500_000..500_003);
    assert!(out.contains("…"), "{out}");
    assert!(out.lines().all(|l| l.chars().count() < 250), "{out}");
    assert!(out.contains("m.toml:1:500001"), "{out}");
}

#[test]
fn escape_sequences_never_reach_the_terminal() {
    let out = check("a = \"\u{1b}[31mred\u{202e}\"\n", 0..1);
    assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
}

#[test]
fn chinese_output_has_no_english_severity() {
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", "a = 1\n".to_owned(), SourceKind::Manifest);
    let d = Diagnostic::new(Code::UnknownKey, say!("unknown key", "未知键"))
        .primary(Span::new(id, 0..1), say!("here", "此处"))
        .help(say!("do", "做"));
    let out = full(&[d], &sources, Language::Zh, false);
    assert!(out.starts_with("错误[F5003]: 未知键") && out.contains("帮助：做") && !out.contains("error"), "{out}");
}

#[test]
fn what_a_note_is_decides_its_heading_and_not_its_first_word() {
    let cited = CitedSource {
        title: say!("Measures", "办法"),
        item: Some("item 4".to_owned()),
        read: Some("2026-11-20".to_owned()),
        ..Default::default()
    };
    let d = Diagnostic::new(Code::UnknownKey, say!("unknown key", "未知键"))
        .note(say!("blocks are counted", "阻断 也要计算"))
        .note(Note::Source(cited))
        .note(Note::Blocks { rules: vec!["cn/a".to_owned()], count: 2 });
    assert_eq!(
        note_lines(&d, Language::En),
        ["note: blocks are counted", "source: Measures, item 4, read 2026-11-20", "blocks 2 requirements: cn/a, …"]
    );
    assert_eq!(note_lines(&d, Language::Zh), ["注：阻断 也要计算", "来源：办法，item 4，2026-11-20 查阅", "阻断 2 条规则：cn/a, …"]);
}
