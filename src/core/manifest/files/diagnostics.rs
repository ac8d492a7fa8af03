//! What is said of the files that a manifest names.

use super::content::Damage;
use super::{Named, Outside};
use crate::diagnostic::{Bilingual, Code, Diagnostic, Severity, say};
use crate::source::Span;

fn here(named: &Named, code: Code, message: Bilingual) -> Diagnostic {
    Diagnostic::new(code, message).primary(named.span, Bilingual::default()).arg("path", &named.path)
}

#[cold]
pub(super) fn unreadable(named: &Named, why: &Bilingual) -> Diagnostic {
    let (name, Bilingual { en, zh }) = (&named.path, why);
    here(named, Code::MaterialDamaged, say!("`{name}` cannot be read: {en}", "无法读取 `{name}`：{zh}"))
}

#[cold]
pub(super) fn damaged(named: &Named, damage: Damage) -> Diagnostic {
    let name = &named.path;
    let (en, zh) = match damage {
        Damage::Empty => ("it is empty", "文件为空"),
        Damage::OtherType => ("its content is of no such type", "内容不是该类型"),
        Damage::NoEnd => ("its end is missing", "文件不完整"),
        Damage::Header => ("its header cannot be read", "文件头无法读取"),
    };
    here(named, Code::MaterialDamaged, say!("`{name}` cannot be opened: {en}", "`{name}` 无法打开：{zh}"))
        .help(say!("save or scan it again", "重新保存或扫描"))
}

#[cold]
pub(super) fn outside(named: &Named, why: Outside, is_required: bool) -> Diagnostic {
    let name = &named.path;
    let (en, zh) = match why {
        Outside::Absolute => ("its path does not begin in the folder of the manifest", "路径不是从清单所在文件夹开始的"),
        Outside::Network => ("its path leads to another machine", "路径指向另一台机器"),
        Outside::Up => ("its path leads out of the folder of the manifest", "路径超出清单所在文件夹"),
        Outside::Link => ("a link on its path leads out of the folder of the manifest", "路径中的链接指向清单所在文件夹之外"),
    };
    let mut d = Diagnostic::new(Code::MaterialOutside, say!("`{name}` is not looked at: {en}", "未查看 `{name}`：{zh}"))
        .primary(named.span, say!("named here", "此处指明"))
        .note(say!("a manifest opens no other files of whoever checks it", "清单不得打开检查者的其他文件"))
        .help(say!(
            "put the file beside the manifest, or allow its folder with `--allow-outside DIR`",
            "将文件放在清单旁，或用 `--allow-outside DIR` 允许其所在文件夹"
        ))
        .arg("path", name);
    if is_required {
        d.severity = Severity::Error;
        return d;
    }
    d.note(say!("what the manifest says of this one counts", "该文件以清单所述为准"))
}

#[cold]
pub(super) fn missing(named: &Named) -> Diagnostic {
    let name = &named.path;
    Diagnostic::new(Code::MaterialMissing, say!("`{name}` is not on this disk", "本机没有 `{name}`"))
        .primary(named.span, say!("named here", "此处指明"))
        .help(say!("put the file beside the manifest, or name the place where it is", "将文件放在清单旁，或改为其所在路径"))
        .arg("path", name)
}

#[cold]
pub(super) fn absent(first: &Named, rest: &[Named]) -> Diagnostic {
    let n = rest.len() + 1;
    let message = match n {
        1 => say!("a document that is named is not on this disk: what the manifest says of it counts", "所列文件不在本机，以清单所述为准"),
        _ => say!(
            "{n} documents that are named are not on this disk: what the manifest says of them counts",
            "所列 {n} 个文件不在本机，以清单所述为准"
        ),
    };
    let mut d = Diagnostic::new(Code::MaterialAbsent, message).primary(first.span, Bilingual::default());
    for named in rest {
        d = d.secondary(named.span, Bilingual::default());
    }
    d.help(say!("`--require-files` makes this an error", "加 `--require-files` 则视为错误"))
}

fn differs(named: &Named, at: Span, message: Bilingual) -> Diagnostic {
    Diagnostic::new(Code::MaterialDiffers, message).primary(at, Bilingual::default()).arg("path", &named.path)
}

#[cold]
pub(super) fn other_size(named: &Named, at: Span, kb: i64, said: i64) -> Diagnostic {
    let name = &named.path;
    differs(named, at, say!("`{name}` has {kb} KB, the manifest says {said}", "`{name}` 为 {kb} KB，清单写为 {said} KB"))
}

#[cold]
pub(super) fn other_format(named: &Named, at: Span, format: &str, said: &str) -> Diagnostic {
    let name = &named.path;
    differs(named, at, say!("`{name}` is a {format} file, the manifest says {said}", "`{name}` 是 {format} 文件，清单写为 {said}"))
}

#[cold]
pub(super) fn other_ending(named: &Named, format: &str, ending: &str) -> Diagnostic {
    let name = &named.path;
    let message = say!("`{name}` is a {format} file, its name ends in {ending}", "`{name}` 是 {format} 文件，扩展名为 {ending}");
    differs(named, named.span, message)
}
