//! Domain names and their parts.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use jiff::civil::Date;

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, shown, stray};
use crate::diagnostic::say;

/// **Source:** UTS 46 as in crate idna, and the ICANN section of the Public Suffix List as in crate psl, read 2026-11-23.
pub(super) static DOMAIN: Format = Format { clean: Clean::WIDE, inspect: domain, slips: b"" };

// 政务.cn and 公益.cn, under which names are registered like under com.cn, but which the Public Suffix List lacks.
const UNLISTED_SUFFIXES: [&str; 2] = ["xn--zfr164b.cn", "xn--55qw42g.cn"];
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

fn domain(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let range = host_range(text);
    let bare = &text[range.clone()];
    if is_ip(text) || is_ip(bare) {
        return Err(i.fault(FaultKind::Shape, range, || say!("an IP address, not a domain name", "此为 IP 地址，不是域名")));
    }
    let name = host(text, range, i)?;
    if name == text { Ok(()) } else { i.rewrite(|| name.into_owned()) }
}

fn is_ip(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok() || text.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok()
}

// A name without what belongs to an address on the web: scheme, port, path, final dot.
fn host_range(text: &str) -> Range<usize> {
    let start = text.find("://").map_or(0, |at| at + 3);
    let mut end = text[start..].find(['/', '?', '#']).map_or(text.len(), |n| start + n);
    if let Some((name, port)) = text[start..end].rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
    {
        end = start + name.len();
    }
    if text[start..end].ends_with('.') && end - start > 1 {
        end -= 1;
    }
    start..end
}

/// The ASCII form of the name in a part of a text that can be registered under a public suffix.
pub(super) fn host<'a>(text: &'a str, range: Range<usize>, i: &mut Inspection) -> Result<Cow<'a, str>, Fault> {
    let name = ascii(text, range.clone(), i)?;
    match public_suffix(&name) {
        Some(suffix) if suffix.len() == name.len() => Err(i.fault(FaultKind::Suffix, range, || {
            let name = shown(&name);
            say!("`{name}` is a public suffix, a name in front of it is missing", "`{name}` 是公共后缀，缺少前面的名称")
        })),
        Some(_) => Ok(name),
        None => {
            let last = last_label(&text[range.clone()]);
            Err(i.fault(FaultKind::Suffix, range.end - last.len()..range.end, || {
                let last = shown(last);
                say!("no names are registered directly under `{last}`", "`{last}` 下不能直接注册域名")
            }))
        }
    }
}

fn last_label(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or("")
}

// The ASCII form of a name with at least two labels, whatever its suffix.
fn ascii<'a>(text: &'a str, range: Range<usize>, i: &mut Inspection) -> Result<Cow<'a, str>, Fault> {
    let name = &text[range.clone()];
    if name.is_empty() {
        return Err(i.fault(FaultKind::Length, range, || say!("domain name missing", "缺少域名")));
    }
    let mut start = range.start;
    let mut is_plain = true;
    for label in name.split('.') {
        let at = start..start + label.len();
        start = at.end + 1;
        if label.is_empty() {
            // The dot beside the hole, so that there is something to underline.
            let dot = at.start.saturating_sub(1).max(range.start)..(at.end + 1).min(range.end);
            return Err(i.fault(FaultKind::Shape, dot, || say!("empty label between dots", "点号之间缺少内容")));
        }
        is_plain &= plain_label(text, label, at, i)?;
    }
    if !name.contains('.') {
        return Err(i.fault(FaultKind::Shape, range, || say!("expected a dot and a top-level domain", "缺少点号和顶级域")));
    }
    let result = if is_plain {
        lower(name, i)?
    } else {
        // Only the long way can tell about other scripts.
        i.rewrite(String::new)?;
        i.rewritten = None;
        internationalised(text, name, range.start, i)?
    };
    if result.len() > LONGEST_NAME {
        let n = result.len();
        return Err(i.fault(FaultKind::Length, range, || {
            say!("{n} characters in ASCII form, at most {LONGEST_NAME} fit", "ASCII 形式为 {n} 个字符，最多 {LONGEST_NAME} 个")
        }));
    }
    Ok(result)
}

fn lower<'a>(name: &'a str, i: &mut Inspection) -> Result<Cow<'a, str>, Fault> {
    if !name.bytes().any(|b| b.is_ascii_uppercase()) {
        return Ok(Cow::Borrowed(name));
    }
    if i.is_quick() {
        i.rewrite(String::new)?;
    }
    Ok(Cow::Owned(name.to_ascii_lowercase()))
}

// Whether a label needs no more than letters, digits and hyphens in their places.
fn plain_label(text: &str, label: &str, at: Range<usize>, i: &Inspection) -> Result<bool, Fault> {
    if let Some((n, c)) = label.char_indices().find(|(_, c)| c.is_ascii() && !c.is_ascii_alphanumeric() && *c != '-') {
        return Err(stray(i, text, at.start + n, c));
    }
    if label.starts_with('-') || label.ends_with('-') {
        let hyphen = if label.starts_with('-') { at.start..at.start + 1 } else { at.end - 1..at.end };
        return Err(i.fault(FaultKind::Shape, hyphen, || {
            let label = shown(label);
            say!("label `{label}` begins or ends with a hyphen", "`{label}` 以连字符开头或结尾")
        }));
    }
    let is_encoded = label.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("xn--"));
    if !is_encoded && label.is_ascii() && label.get(2..4) == Some("--") {
        return Err(i.fault(FaultKind::Shape, at.start + 2..at.start + 4, || {
            let label = shown(label);
            say!("label `{label}` has two hyphens as third and fourth character", "`{label}` 的第三、四位为连字符")
        }));
    }
    if label.is_ascii() && label.len() > LONGEST_LABEL {
        let n = label.len();
        return Err(i.fault(FaultKind::Length, at, || {
            say!("label of {n} characters, at most {LONGEST_LABEL} fit", "标签有 {n} 个字符，最多 {LONGEST_LABEL} 个")
        }));
    }
    Ok(!is_encoded && label.is_ascii())
}

fn internationalised(text: &str, name: &str, start: usize, i: &mut Inspection) -> Result<Cow<'static, str>, Fault> {
    let Ok(result) = idna::domain_to_ascii_strict(name) else {
        let mut at = start;
        for label in name.split('.') {
            if idna::domain_to_ascii_strict(label).is_err() {
                return Err(not_encodable(i, at..at + label.len(), label));
            }
            at += label.len() + 1;
        }
        return Err(not_encodable(i, start..start + name.len(), name));
    };
    let is_familiar = |c: char| c.is_ascii() || is_han(c);
    let (unicode, _) = idna::domain_to_unicode(&result);
    let mut at = start;
    for ((label, part), encoded) in name.split('.').zip(unicode.split('.')).zip(result.split('.')) {
        if !part.chars().all(is_familiar) {
            let fault = i.fault(FaultKind::Homograph, at..at + label.len(), || {
                let (unicode, encoded) = (shown(part), shown(encoded));
                say!(
                    "label `{unicode}` has letters that may look like others, its ASCII form is `{encoded}`",
                    "`{unicode}` 含有易混淆的字母，其 ASCII 形式为 `{encoded}`"
                )
            });
            i.odd(fault)?;
        }
        at = (at + label.len() + 1).min(text.len());
    }
    Ok(Cow::Owned(result))
}

fn not_encodable(i: &Inspection, range: Range<usize>, label: &str) -> Fault {
    i.fault(FaultKind::Shape, range, || {
        let label = shown(label);
        say!("`{label}` is not a valid internationalised name", "`{label}` 不是有效的国际化域名")
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '々' | '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

// The suffix of a name in ASCII form under which anybody may register; rules of private owners, as for github.io, do not count.
fn public_suffix(name: &str) -> Option<&str> {
    let unlisted = UNLISTED_SUFFIXES.iter().find(|s| name.strip_suffix(**s).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if let Some(suffix) = unlisted {
        return name.get(name.len() - suffix.len()..);
    }
    let mut name = name;
    loop {
        let found = psl::suffix(name.as_bytes())?;
        let suffix = name.get(name.len().checked_sub(found.as_bytes().len())?..)?;
        match found.typ()? {
            psl::Type::Icann => return Some(suffix),
            psl::Type::Private => name = suffix.split_once('.')?.1,
        }
    }
}

// A name in ASCII form, however it was written; its suffix is not looked at.
fn read(domain: &str) -> Option<String> {
    let cleaned = Clean::WIDE.read(domain);
    let range = host_range(&cleaned.text);
    if is_ip(&cleaned.text[range.clone()]) {
        return None;
    }
    // A lone label has no suffix of its own but may be one: 中国.
    if !cleaned.text[range.clone()].contains('.') {
        return idna::domain_to_ascii_strict(&cleaned.text[range]).ok();
    }
    ascii(&cleaned.text, range, &mut Inspection::thorough(Date::ZERO)).ok().map(Cow::into_owned)
}

fn split(name: &str) -> Option<(&str, &str)> {
    let suffix = public_suffix(name)?;
    let front = name.strip_suffix(suffix)?.strip_suffix('.')?;
    Some((last_label(front), suffix))
}

/// The part of a domain name that is registered, in ASCII form: `b.com.cn` of `a.b.com.cn`.
pub fn registrable(domain: &str) -> Option<String> {
    let name = read(domain)?;
    let (label, suffix) = split(&name)?;
    Some(format!("{label}.{suffix}"))
}

/// The public suffix of a domain name, in ASCII form: `com.cn` of `a.b.com.cn`.
pub fn suffix(domain: &str) -> Option<String> {
    public_suffix(&read(domain)?).map(str::to_owned)
}

/// The label in front of the public suffix, in ASCII form: `b` of `a.b.com.cn`.
pub fn label(domain: &str) -> Option<String> {
    split(&read(domain)?).map(|(label, _)| label.to_owned())
}

/// The last label of a domain name, in ASCII form: `cn` of `a.b.com.cn`.
pub fn top_level(domain: &str) -> Option<String> {
    read(domain).map(|name| last_label(&name).to_owned())
}
