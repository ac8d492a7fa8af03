//! Why bytes are no rulebook that can be used, in words.

use super::Broken;
use crate::diagnostic::{Bilingual, Code, Diagnostic, say};

impl Broken {
    /// The message about a rulebook of this name.
    pub fn diagnostic(&self, name: &str) -> Diagnostic {
        let (en, zh) = match self {
            Broken::NotAPack => ("is no stored rulebook".to_owned(), "不是已编译的规则文件".to_owned()),
            Broken::Version { found, expected } => (
                format!("is a stored rulebook of form {found}; this program reads form {expected}"),
                format!("是第 {found} 版格式的已编译规则文件，本程序只能读取第 {expected} 版"),
            ),
            Broken::Damaged => {
                ("is damaged: it is cut off, or was changed after it was written".to_owned(), "已损坏：内容不完整或被改动过".to_owned())
            }
            Broken::TooLarge => ("is too large to be stored: more than 4 GiB".to_owned(), "过大，无法存储：超过 4 GiB".to_owned()),
        };
        Diagnostic::new(Code::BrokenPack, Bilingual::new(format!("{name} {en}"), format!("{name} {zh}")))
            .help(say!("build it again: `filingc build RULES -o FILE`", "重新生成：`filingc build 规则目录 -o 文件`"))
    }
}
