//! Notes and help in words.

use crate::diagnostic::{Bilingual, CitedSource, Diagnostic, Doubt, Language, Note, say};

/// What a note says, without a heading.
pub fn note_words(note: &Note) -> Bilingual {
    match note {
        Note::Plain(text) => text.clone(),
        Note::Basis(basis) => Bilingual::new(format!("source: {}", basis.en), format!("来源：{}", basis.get(Language::Zh))),
        Note::Source(source) => cited(source),
        Note::Weak { doubt, last_seen } => weak(*doubt, last_seen.as_ref()),
        Note::Reading { text, by } => {
            let titles = |language, separator| by.iter().map(|t| t.get(language)).collect::<Vec<_>>().join(separator);
            let (en, zh) = match by.is_empty() {
                true => (String::new(), String::new()),
                false => (format!(" ({})", titles(Language::En, "; ")), format!("（{}）", titles(Language::Zh, "；"))),
            };
            Bilingual::new(format!("another reading: {}{en}", text.en), format!("另一种说法：{}{zh}", text.get(Language::Zh)))
        }
        Note::Blocks { rules, count } => {
            let list = rules.join(", ");
            let more = if *count > rules.len() { ", …" } else { "" };
            let word = if *count == 1 { "requirement" } else { "requirements" };
            say!("blocks {count} {word}: {list}{more}", "阻断 {count} 条规则：{list}{more}")
        }
        Note::Lines { title, lines } => {
            let block = lines.join("\n");
            Bilingual::new(format!("{}:\n{block}", title.en), format!("{}：\n{block}", title.get(Language::Zh)))
        }
        Note::AlsoAt { items, count } => {
            let is_cut = *count > items.len();
            let more = if is_cut { format!(", … ({count} in all)") } else { String::new() };
            let zh_more = if is_cut { format!("……（共 {count} 处）") } else { String::new() };
            let (en, zh) = (items.join(", "), items.join("、"));
            say!("the same at {en}{more}", "同样的问题：{zh}{zh_more}")
        }
    }
}

fn weak(doubt: Doubt, seen: Option<&Bilingual>) -> Bilingual {
    let (en, zh) = seen.map_or(("?", "?"), |s| (s.get(Language::En), s.get(Language::Zh)));
    match doubt {
        Doubt::Low => Bilingual::new(
            format!("confidence is low, last seen {en}: this rule decides the verdict only with `--strict`"),
            format!("可信度低，最近见于 {zh}：仅在使用 `--strict` 时决定结论"),
        ),
        Doubt::Unconfirmed => Bilingual::new(
            format!("unconfirmed, last seen {en}: this rule decides the verdict only with `--strict`"),
            format!("未经确认，最近见于 {zh}：仅在使用 `--strict` 时决定结论"),
        ),
        Doubt::Medium => Bilingual::new(format!("confidence: medium, last seen {en}"), format!("可信度：中，最近见于 {zh}")),
    }
}

fn cited(source: &CitedSource) -> Bilingual {
    let (en, zh) = (&source.title.en, source.title.get(Language::Zh));
    let mut text = say!("source: {en}", "来源：{zh}");
    if let Some(item) = &source.item {
        text.en.push_str(&format!(", {item}"));
        text.zh.push_str(&format!("，{item}"));
    }
    if let Some(dated) = &source.dated {
        text.en.push_str(&format!(" ({})", dated.en));
        text.zh.push_str(&format!("（{}）", dated.get(Language::Zh)));
    }
    if let Some(read) = &source.read {
        text.en.push_str(&format!(", read {read}"));
        text.zh.push_str(&format!("，{read} 查阅"));
    }
    text
}

/// Whether a note says by itself what it is.
fn is_headed(note: &Note) -> bool {
    matches!(note, Note::Basis(_) | Note::Source(_) | Note::Blocks { .. })
}

/// Notes, then help, each with what it is in front; only lines to write take more than one line. Not screened.
pub fn note_lines(d: &Diagnostic, language: Language) -> Vec<Vec<String>> {
    let (note, help) = match language {
        Language::En => ("note: ", "help: "),
        Language::Zh => ("注：", "帮助："),
    };
    let notes = d.notes.iter().map(|n| match n {
        Note::Lines { title, lines } => {
            let colon = if language == Language::Zh { "：" } else { ":" };
            let mut block = vec![format!("{help}{}{colon}", title.get(language))];
            block.extend(lines.iter().map(|line| format!("  {line}")));
            block
        }
        n => {
            let head = if is_headed(n) { "" } else { note };
            vec![format!("{head}{}", note_words(n).get(language))]
        }
    });
    notes.chain(d.help.iter().map(|t| vec![format!("{help}{}", t.get(language))])).collect()
}
