//! Characters that a reader does not see, or that move the text around them: a terminal obeys them, a reviewer overlooks them.

/// What a hidden character is called in English and Chinese; `None` for one that shows, and for tab and line break.
///
/// Variation selectors are left out: they choose between forms of a character, also in personal names.
///
/// **Source:** Unicode Standard Annex 9 (bidirectional algorithm) and chapter 23 (special areas and format characters), version 16.0.
pub fn hidden(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\t' | '\n' => return None,
        '\u{1b}' => ("escape", "转义控制符"),
        '\r' => ("carriage return", "回车符"),
        '\u{61c}' => ("Arabic letter mark", "阿拉伯字母标记"),
        '\u{200e}' => ("left-to-right mark", "从左到右标记"),
        '\u{200f}' => ("right-to-left mark", "从右到左标记"),
        '\u{202a}' => ("left-to-right embedding", "从左到右嵌入"),
        '\u{202b}' => ("right-to-left embedding", "从右到左嵌入"),
        '\u{202c}' => ("pop directional formatting", "方向格式结束"),
        '\u{202d}' => ("left-to-right override", "从左到右覆盖"),
        '\u{202e}' => ("right-to-left override", "从右到左覆盖"),
        '\u{2066}' => ("left-to-right isolate", "从左到右隔离"),
        '\u{2067}' => ("right-to-left isolate", "从右到左隔离"),
        '\u{2068}' => ("first strong isolate", "首强隔离"),
        '\u{2069}' => ("pop directional isolate", "方向隔离结束"),
        '\u{ad}' => ("soft hyphen", "软连字符"),
        '\u{34f}' => ("combining grapheme joiner", "组合字形连接符"),
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => ("Hangul filler", "谚文填充符"),
        '\u{180e}' => ("Mongolian vowel separator", "蒙古文元音分隔符"),
        '\u{200b}' => ("zero width space", "零宽空格"),
        '\u{200c}' => ("zero width non-joiner", "零宽非连接符"),
        '\u{200d}' => ("zero width joiner", "零宽连接符"),
        '\u{2060}' => ("word joiner", "单词连接符"),
        '\u{2061}'..='\u{2064}' => ("invisible operator", "不可见运算符"),
        '\u{206a}'..='\u{206f}' => ("deprecated format character", "已弃用的格式字符"),
        '\u{feff}' => ("zero width no-break space", "零宽不换行空格"),
        '\u{fff9}'..='\u{fffb}' => ("interlinear annotation character", "行间注释符"),
        '\u{e0000}'..='\u{e007f}' => ("tag character", "标签字符"),
        '\u{2028}' => ("line separator", "行分隔符"),
        '\u{2029}' => ("paragraph separator", "段分隔符"),
        c if c.is_control() => ("control character", "控制字符"),
        _ => return None,
    })
}

/// A hidden character as it is written where it is to be seen: `\u{202e}`.
pub fn written(c: char) -> String {
    format!("\\u{{{:x}}}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_is_not_hidden() {
        for c in "a Ｚ0９，。网é𠮷\u{fe0f}\u{e0100}🏳\t\n".chars() {
            assert_eq!(hidden(c), None, "{c:?}");
        }
        for c in "\u{0}\u{7}\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{200b}\u{200f}\u{2028}\u{202e}\u{2066}\u{feff}\u{e0041}".chars() {
            assert!(hidden(c).is_some(), "{c:?}");
        }
        assert_eq!(written('\u{202e}'), "\\u{202e}");
    }
}
