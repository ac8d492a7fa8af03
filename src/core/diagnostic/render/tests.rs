use super::*;
use crate::diagnostic::{CitedSource, Code, Diagnostic, Language, Note, say};
use crate::source::{SourceKind, SourceMap, Span};

fn full(list: &[Diagnostic], sources: &SourceMap, language: Language) -> String {
    let mut page = Page::new(Screen::of(sources), false);
    super::full(&mut page, list, sources, language);
    page.finish().into_string()
}

/// What is shown of a manifest with something to say at a place, and with the parts between `«` and `»` private.
fn check(marked: &str, at: &str) -> String {
    let mut sources = SourceMap::default();
    let text = marked.replace(['«', '»'], "");
    let id = sources.add("m.toml", text.clone(), SourceKind::Manifest);
    for value in marked.split('«').skip(1).filter_map(|rest| rest.split('»').next()) {
        let start = text.find(value).expect("the value is there");
        sources.keep_private(Span::new(id, start..start + value.len()), value);
    }
    let start = text.find(at).expect("the place is there");
    let message = say!("found {text}", "实为 {text}");
    let d = Diagnostic::new(Code::UnknownKey, message.clone()).primary(Span::new(id, start..start + at.len()), message);
    full(&[d], &sources, Language::En)
}

#[test]
fn long_numbers_are_masked_in_excerpts_and_messages() {
    for number in [
        "110201199912310014",
        "11020119991231001",
        "1102011999123100145",
        "110201 19991231 0014",
        "110201-19991231-001X",
        "ID110201199912310014",
    ] {
        let out = check(&format!("number = \"{number}\"\n"), "number");
        assert_eq!(out.matches("110201**").count(), 3, "{out}");
        assert!(!out.contains(number) && !out.contains("1231"), "{out}");
    }
    let out = check("number = \"１１０２０１１９９９１２３１００１４\"\n", "number");
    assert!(out.contains("１１０２０１****") && !out.contains("１２３１"), "{out}");
    assert!(check("code = \"91110000000000000E\"\n", "code").contains("91110000000000000E"));
}

#[test]
fn private_values_are_masked_however_they_are_written() {
    for value in ["13800138000", "138 0013 8000x", "E1234", "中国护照一二三四"] {
        let out = check(&format!("a = \"«{value}»\"\n"), "a");
        assert!(!out.contains(value), "{out}");
        assert!(out.contains("**"), "{out}");
    }
    // Only the value itself is, not what contains it.
    assert!(check("a = \"«8000»\" # 18000\n", "a").contains("18000"));
}

#[test]
fn a_label_stands_under_its_value_though_it_is_masked_or_holds_what_nobody_sees() {
    let out = check("a = \"１１０２０１１９９９１２３１００１４\u{202e}\", b = \"x\"\n", "b = ");
    let line = out.lines().find(|l| l.contains("b = ") && l.starts_with('1')).expect("the line is shown").to_owned();
    let under = out.lines().find(|l| l.contains("^^^^")).expect("it is underlined");
    let width = |t: &str| unicode_width::UnicodeWidthStr::width(t);
    assert_eq!(width(&line[..line.find("b = ").expect("it is there")]), width(&under[..under.find("^^^^").expect("it is there")]), "{out}");
    assert!(out.contains("m.toml:1:28"), "the column is that of the source: {out}");
}

#[test]
fn a_very_long_line_is_clipped_around_the_span() {
    let mut sources = SourceMap::default();
    let text = format!("{}bad{}", "x".repeat(500_000), "y".repeat(500_000));
    let id = sources.add("m.toml", text, SourceKind::Manifest);
    let d = Diagnostic::new(Code::UnknownKey, say!("unknown key", "未知键")).primary(Span::new(id, 500_000..500_003), say!("here", "此处"));
    let out = full(&[d], &sources, Language::En);
    assert!(out.contains("…"), "{out}");
    assert!(out.lines().all(|l| l.chars().count() < 250), "{out}");
    assert!(out.contains("m.toml:1:500001"), "{out}");
}

#[test]
fn nothing_that_is_shown_is_obeyed_by_a_terminal() {
    let evil = "\u{1b}[31mred\u{202e}\u{200b}\u{2028}\u{9b}\r\u{7}";
    let shown = r"\u{1b}[31mred\u{202e}\u{200b}\u{2028}\u{9b}\u{d}\u{7}";
    let out = check(&format!("a = \"{evil}\"\n"), "a");
    assert!(out.chars().all(|c| crate::source::hidden(c).is_none()), "{out:?}");
    assert_eq!(out.matches(shown).count(), 3, "{out}");
    let mut page = Page::new(Screen::default(), true);
    page.line(format!("a\nverdict: ready{evil}"));
    page.parts(&[(Style::Red, evil)]);
    let out = page.finish().into_string();
    assert_eq!(out, format!("a\\u{{a}}verdict: ready{shown}\n\u{1b}[31m{shown}\u{1b}[0m\n"));
}

#[test]
fn json_keeps_what_nobody_sees_as_escapes() {
    let text = "a\u{1b}\u{202e}\u{9b}\n\"\\é𠮷\u{e0041}";
    let out = document(&[text], &Screen::default()).expect("it can be written").into_string();
    assert!(out.lines().all(|l| l.chars().all(|c| crate::source::hidden(c).is_none())), "{out:?}");
    assert_eq!(serde_json::from_str::<Vec<String>>(&out).expect("it is JSON"), [text]);
    let out = document(&serde_json::json!({ "path": "/110201199912310014", "text": "110201199912310014" }), &Screen::default());
    let out = out.expect("it can be written").into_string();
    assert!(out.contains("/110201199912310014\"") && out.contains("\"110201**********14\""), "{out}");
}

#[test]
fn a_huge_value_is_quoted_cut_with_its_length() {
    assert_eq!(quoted("short"), "short");
    let cut = quoted(&"x".repeat(30_000_000)).into_owned();
    assert_eq!(cut, format!("{}… (200/30000000)", "x".repeat(200)));
    let mut page = Page::new(Screen::default(), false);
    page.line("y".repeat(3_000_000));
    assert!(page.finish().as_str().ends_with("y… (2000/3000000)\n"));
}

#[test]
fn chinese_output_has_no_english_severity() {
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", "a = 1\n".to_owned(), SourceKind::Manifest);
    let d = Diagnostic::new(Code::UnknownKey, say!("unknown key", "未知键"))
        .primary(Span::new(id, 0..1), say!("here", "此处"))
        .help(say!("do", "做"));
    let out = full(&[d], &sources, Language::Zh);
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
        note_lines(&d, Language::En).concat(),
        ["note: blocks are counted", "source: Measures, item 4, read 2026-11-20", "blocks 2 requirements: cn/a, …"]
    );
    assert_eq!(
        note_lines(&d, Language::Zh).concat(),
        ["注：阻断 也要计算", "来源：办法，item 4，2026-11-20 查阅", "阻断 2 条规则：cn/a, …"]
    );
}
