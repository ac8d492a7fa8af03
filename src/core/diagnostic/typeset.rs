//! How Chinese is set: a blank stands where it meets Latin letters, digits or a name in backticks.

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '`'
}

/// Joins parts of a Chinese sentence. What stands inside a part is left as it is: it may be quoted.
pub fn chinese(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts {
        if let (Some(before), Some(after)) = (out.chars().next_back(), part.chars().next())
            && (is_chinese(before) && is_latin(after) || is_latin(before) && is_chinese(after))
        {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::chinese;

    #[test]
    fn a_blank_parts_chinese_from_latin_and_only_that() {
        assert_eq!(chinese(&["此处为", "2026-09-21"]), "此处为 2026-09-21");
        assert_eq!(chinese(&["应", "不晚于", "2026-09-22 10:00:00", "，实为", "3 个月"]), "应不晚于 2026-09-22 10:00:00，实为 3 个月");
        assert_eq!(chinese(&["实为", "个人"]), "实为个人");
        assert_eq!(chinese(&["实为", "“a”"]), "实为“a”");
        assert_eq!(chinese(&["应为 ", "`a`", "或", "`b`", ""]), "应为 `a` 或 `b`");
    }
}
