use super::*;
use crate::diagnostic::{Code, Diagnostic, Language, say};
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
