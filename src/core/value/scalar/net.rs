//! Addresses on the net: IP, web, e-mail.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, shown, stray};
use super::{Format, domain};
use crate::diagnostic::{Bilingual, say};

/// An address of which only the form is asked; one that is not public is suspicious.
pub(super) static IP_ADDRESS: Format = Format { clean: Clean::WIDE, inspect: ip_address, slips: b"" };

/// An address that a server on the open net can have.
///
/// **Source:** IANA special-purpose address registries as listed in RFC 6890 and later, read 2026-11-23.
pub(super) static PUBLIC_IP: Format = Format { clean: Clean::WIDE, inspect: public_ip, slips: b"" };

/// An http or https address, or a host with or without a path.
///
/// **Source:** RFC 3986, sections 2 and 3, read 2026-11-23.
pub(super) static URL: Format = Format { clean: Clean::WIDE, inspect: url, slips: b"" };

/// One e-mail address.
///
/// **Source:** RFC 5322, section 3.4.1, as in crate email_address, read 2026-11-23.
pub(super) static EMAIL: Format = Format { clean: Clean::WIDE, inspect: email, slips: b"" };

fn ip_address(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let address = parse_ip(text, i)?;
    if let Some(purpose) = purpose(address) {
        let fault = not_public(i, 0..text.len(), purpose);
        i.odd(fault)?;
    }
    canonical_ip(text, address, i)
}

fn public_ip(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let address = parse_ip(text, i)?;
    match purpose(address) {
        Some(purpose) => Err(not_public(i, 0..text.len(), purpose)),
        None => canonical_ip(text, address, i),
    }
}

fn parse_ip(text: &str, i: &Inspection) -> Result<IpAddr, Fault> {
    text.parse().map_err(|_| {
        let bare = text.split(['/', '%', ',', ';', ' ']).next().unwrap_or("");
        let bare = bare.rsplit_once(':').filter(|(host, _)| host.parse::<Ipv4Addr>().is_ok()).map_or(bare, |(host, _)| host);
        i.fault(FaultKind::Shape, 0..text.len(), || {
            let text = shown(text);
            say!("one IPv4 or IPv6 address expected, found `{text}`", "应为一个 IPv4 或 IPv6 地址，实为 `{text}`")
        })
        .candidate(i, || bare.to_owned())
    })
}

fn not_public(i: &Inspection, range: Range<usize>, (en, zh): (&str, &str)) -> Fault {
    i.fault(FaultKind::Private, range, || say!("not a public address: {en}", "不是公网地址：{zh}"))
}

fn canonical_ip(text: &str, address: IpAddr, i: &mut Inspection) -> Result<(), Fault> {
    let mut left = Left(text);
    if write!(left, "{address}").is_ok() && left.0.is_empty() {
        return Ok(());
    }
    i.rewrite(|| address.to_string())
}

// What is left of a text after the parts that were written to it: compares without building the other text.
struct Left<'a>(&'a str);

impl std::fmt::Write for Left<'_> {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(std::fmt::Error)?;
        Ok(())
    }
}

/// Whether an address is neither private nor reserved; `None` when the text is no address.
pub fn is_public_ip(ip: &str) -> Option<bool> {
    ip.trim().parse().ok().map(|address| purpose(address).is_none())
}

// What an address that is not for the open net is for.
fn purpose(address: IpAddr) -> Option<(&'static str, &'static str)> {
    match address {
        IpAddr::V4(v4) => purpose_v4(v4),
        IpAddr::V6(v6) => purpose_v6(v6),
    }
}

fn purpose_v4(address: Ipv4Addr) -> Option<(&'static str, &'static str)> {
    Some(match address.octets() {
        [0, ..] => ("unspecified", "未指定地址"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => ("private network", "私有网络"),
        [127, ..] => ("loopback", "环回地址"),
        [169, 254, ..] => ("link-local", "链路本地地址"),
        [100, 64..=127, ..] => ("shared by carriers", "运营商共享地址"),
        [198, 18..=19, ..] => ("benchmarking", "基准测试地址"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => ("documentation", "文档示例地址"),
        [192, 0, 0, _] => ("protocol assignments", "协议专用地址"),
        [224..=239, ..] => ("multicast", "组播地址"),
        [255, 255, 255, 255] => ("broadcast", "广播地址"),
        [240..=255, ..] => ("reserved", "保留地址"),
        _ => return None,
    })
}

fn purpose_v6(address: Ipv6Addr) -> Option<(&'static str, &'static str)> {
    if let Some(v4) = address.to_ipv4_mapped() {
        return purpose_v4(v4);
    }
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => ("unspecified", "未指定地址"),
        [0, 0, 0, 0, 0, 0, 0, 1] => ("loopback", "环回地址"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => ("documentation", "文档示例地址"),
        [0xfc00..=0xfdff, ..] => ("private network", "私有网络"),
        [0xfe80..=0xfebf, ..] => ("link-local", "链路本地地址"),
        [0xff00..=0xffff, ..] => ("multicast", "组播地址"),
        // All unicast addresses that are given out lie in 2000::/3.
        [0x2000..=0x3fff, ..] => return None,
        _ => ("reserved", "保留地址"),
    })
}

fn url(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let (scheme, start) = match text.find("://") {
        Some(at) if text[..at].eq_ignore_ascii_case("http") => ("http://", at + 3),
        Some(at) if text[..at].eq_ignore_ascii_case("https") => ("https://", at + 3),
        Some(at) if text[..at].bytes().all(|b| b.is_ascii_alphanumeric()) => {
            return Err(i.fault(FaultKind::Prefix, 0..at, || {
                let found = &text[..at];
                say!("expected `http` or `https`, found `{found}`", "应为 http 或 https，实为 `{found}`")
            }));
        }
        _ => ("", 0),
    };
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |n| start + n);
    if let Some(at) = text[start..end].rfind('@') {
        return Err(i.fault(FaultKind::Shape, start..start + at + 1, || say!("user name in a web address", "网址中不能含用户名")));
    }
    let host_end = port(text, start..end, i)?;
    tail(text, end, i)?;
    let host = match text[start..host_end].parse::<Ipv4Addr>() {
        Ok(address) => {
            if let Some(purpose) = purpose_v4(address) {
                let fault = not_public(i, start..host_end, purpose);
                i.odd(fault)?;
            }
            Cow::Borrowed(&text[start..host_end])
        }
        Err(_) => domain::host(text, start..host_end, i)?,
    };
    if text.starts_with(scheme) && host == text[start..host_end] {
        return Ok(());
    }
    i.rewrite(|| [scheme, &host, &text[host_end..]].concat())
}

// The end of the host: where a port follows, or the end of the authority.
fn port(text: &str, authority: Range<usize>, i: &Inspection) -> Result<usize, Fault> {
    let Some(colon) = text[authority.clone()].rfind(':').map(|n| authority.start + n) else {
        return Ok(authority.end);
    };
    let port = &text[colon + 1..authority.end];
    let is_number = !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    if is_number && port.parse::<u16>().is_ok_and(|n| n > 0) {
        return Ok(colon);
    }
    Err(i.fault(FaultKind::Shape, colon..authority.end, || {
        let port = shown(port);
        say!("port from 1 to 65535 expected, found `{port}`", "应为 1 至 65535 的端口，实为 `{port}`")
    }))
}

// Path, query and fragment.
fn tail(text: &str, start: usize, i: &Inspection) -> Result<(), Fault> {
    let mut is_fragment = false;
    for (n, c) in text[start..].char_indices() {
        let at = start + n;
        let is_used = match c {
            '#' => !std::mem::replace(&mut is_fragment, true),
            '%' => text.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())),
            c => c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?".contains(c),
        };
        if is_used {
            continue;
        }
        if c == '%' {
            return Err(
                i.fault(FaultKind::Shape, at..at + 1, || say!("expected two hexadecimal digits after `%`", "`%` 后应为两位十六进制数"))
            );
        }
        return Err(stray(i, text, at, c).candidate(i, || encoded(text, start)));
    }
    Ok(())
}

// The text with everything outside of ASCII from `start` on in percent form.
fn encoded(text: &str, start: usize) -> String {
    let mut out = text[..start].to_owned();
    for b in text[start..].bytes() {
        if b.is_ascii() && b != b' ' {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

fn email(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    const LONGEST: usize = 254;
    let shape = |i: &Inspection, range: Range<usize>, message: fn() -> Bilingual| Err(i.fault(FaultKind::Shape, range, message));
    let Some(at) = text.find('@') else {
        return shape(i, 0..text.len(), || say!("e-mail address without `@`", "电子邮箱缺少 `@`"));
    };
    if text[at + 1..].contains('@') {
        return shape(i, 0..text.len(), || say!("one address expected, found several", "应为一个邮箱地址，实为多个"));
    }
    let local = &text[..at];
    if local.is_empty() {
        return shape(i, 0..at + 1, || say!("name before `@` missing", "`@` 前缺少用户名"));
    }
    if let Some((at, c)) = local.char_indices().find(|(_, c)| !c.is_ascii_graphic() || matches!(c, '"' | ',' | ';' | '<' | '>')) {
        return Err(stray(i, text, at, c));
    }
    if !email_address::EmailAddress::is_valid_local_part(local) {
        return shape(i, 0..at, || say!("name before `@` is not a valid one", "`@` 前的用户名无效"));
    }
    let name = domain::host(text, at + 1..text.len(), i)?;
    if at + 1 + name.len() > LONGEST {
        return Err(i.fault(FaultKind::Length, 0..text.len(), || say!("at most {LONGEST} characters expected", "最多 {LONGEST} 个字符")));
    }
    if name == text[at + 1..] {
        return Ok(());
    }
    i.rewrite(|| [local, "@", &name].concat())
}
