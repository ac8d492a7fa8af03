//! A page of a code or a lint in one language.
//!
//! A page is written once, in both languages: the English text, the examples, and below `## 中文` the Chinese text with `### 为什么`. A reader
//! sees one language and the examples, which belong to both.

use super::Language;

/// The lines of a page below its title, in one language. A page that has no Chinese part is shown as it is.
pub fn lines_in(page: &'static str, language: Language) -> Vec<&'static str> {
    let (english, chinese) = page.split_once("\n## 中文\n").unwrap_or((page, ""));
    match (language, chinese.split_once("\n### 为什么\n")) {
        (Language::Zh, Some((meaning, why))) => {
            let mut out = vec![""];
            out.extend(meaning.trim().lines());
            for (heading, section) in [("## 错误写法", "## Wrong"), ("## 正确写法", "## Right")] {
                out.extend(["", heading]);
                out.extend(examples(english, section));
            }
            out.extend(["", "## 为什么", ""]);
            out.extend(why.trim().lines());
            out
        }
        (Language::Zh, None) => page.lines().skip(1).collect(),
        (Language::En, _) => english.trim_end().lines().skip(1).collect(),
    }
}

/// The fenced blocks of a section, an empty line before each.
fn examples(page: &'static str, heading: &str) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut is_open = false;
    for line in page.lines().skip_while(|l| *l != heading).skip(1) {
        let is_fence = line.starts_with("```");
        if !is_open && line.starts_with("## ") {
            break;
        }
        if is_fence && !is_open {
            out.push("");
        }
        if is_fence || is_open {
            out.push(line);
        }
        is_open ^= is_fence;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# F1: title\n\nIt means.\n\n## Wrong\n\n```text\n## a\n```\n\n## Right\n\n```text\nb\n```\n\nor else\n\n```sh\nc\n```\n\n\
        ## Why\n\nSo.\n\n## 中文\n\n意思。\n\n### 为什么\n\n原因。\n";

    #[test]
    fn english_ends_before_the_chinese_part() {
        assert_eq!(lines_in(PAGE, Language::En).last(), Some(&"So."));
        assert_eq!(lines_in(PAGE, Language::En)[..3], ["", "It means.", ""]);
    }

    #[test]
    fn chinese_has_its_own_words_and_the_examples() {
        let expected =
            "\n意思。\n\n## 错误写法\n\n```text\n## a\n```\n\n## 正确写法\n\n```text\nb\n```\n\n```sh\nc\n```\n\n## 为什么\n\n原因。";
        assert_eq!(lines_in(PAGE, Language::Zh).join("\n"), expected);
    }

    #[test]
    fn nothing_is_lost_of_a_page_without_a_chinese_part() {
        assert_eq!(lines_in("# F1: title\n\nIt means.\n", Language::Zh), ["", "It means."]);
    }
}
