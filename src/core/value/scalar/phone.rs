//! Telephone numbers of the mainland.

use std::ops::Range;

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, digit, exact, n_digits, stray};
use crate::diagnostic::say;
use crate::value::data;

/// **Source:** libphonenumber 9.0.43, number metadata, read 2026-11-23.
pub(super) static MOBILE: Format = Format { clean: Clean::PERSONAL, inspect: mobile, slips: b"" };

/// **Source:** libphonenumber 9.0.43, number metadata and geocoding, read 2026-11-23.
pub(super) static LANDLINE: Format = Format { clean: Clean::WIDE, inspect: landline, slips: b"" };

const MOBILE_LENGTH: usize = 11;

fn mobile(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let country = ["+86", "0086", "86"].into_iter().find(|c| text.starts_with(c) && text.len() > MOBILE_LENGTH);
    let start = country.map_or(0, str::len);
    let number = &text[start..];
    if number.len() == 13 && n_digits(number) == 13 && number.starts_with('1') {
        return Err(i.fault(FaultKind::Length, start..text.len(), || {
            say!("13 digits are a number of machines and data cards, 11 digits expected", "13 位号码为物联网或数据卡号码，应为 11 位")
        }));
    }
    let bytes = exact(i, number, MOBILE_LENGTH, |_, c| c.is_ascii_digit())
        .map_err(|f| Fault { range: f.range.start + start..f.range.end + start, ..f })?;
    let (kind, is_odd, digits) = match bytes[..3] {
        [b'1', b'0', b'6'] | [b'1', b'4', b'0' | b'1' | b'4' | b'6' | b'8' | b'9'] => (FaultKind::Unassigned, true, 3),
        [b'1', b'6', b'1'] if bytes[3] == b'0' => return strip(i, start, number),
        [b'1', b'4', b'2' | b'3'] | [b'1', b'5', b'4'] | [b'1', b'6', b'1' | b'4'] | [b'1', b'7', b'9'] | [b'1', b'9', b'4'] => {
            (FaultKind::Unassigned, false, 3)
        }
        // 1740 is for satellite telephones as far as 17405; the rest of 174 has no listed use.
        [b'1', b'7', b'4'] if bytes[3] != b'0' || bytes[4] > b'5' => (FaultKind::Unassigned, true, 4),
        [b'1', b'3'..=b'9', _] if !(bytes[1] == b'6' && matches!(bytes[2], b'0' | b'3' | b'8' | b'9')) => return strip(i, start, number),
        [b'1', b'6', _] => (FaultKind::Unassigned, true, 3),
        _ => (FaultKind::Prefix, false, 2),
    };
    let fault = i.fault(kind, start..start + digits, || {
        let found = &number[..digits];
        match (kind, is_odd) {
            (FaultKind::Prefix, _) => say!("no mobile number begins with `{found}`", "没有以 `{found}` 开头的手机号码"),
            (_, true) => say!("range `{found}` is not known to be given to persons", "号段 `{found}` 未见分配给个人用户"),
            _ => say!("range `{found}` is not assigned", "号段 `{found}` 未分配"),
        }
    });
    if !is_odd {
        return Err(fault);
    }
    i.odd(fault)?;
    strip(i, start, number)
}

fn strip(i: &mut Inspection, start: usize, number: &str) -> Result<(), Fault> {
    if start == 0 { Ok(()) } else { i.rewrite(|| number.to_owned()) }
}

// Digits of a number with their places, groups kept apart. On the stack, since most numbers are fine and need no memory.
struct Digits {
    bytes: [u8; Digits::MOST],
    places: [usize; Digits::MOST],
    n: usize,
    group_ends: [usize; Digits::MOST],
    n_groups: usize,
}

impl Digits {
    const MOST: usize = 24;

    fn read(text: &str, from: usize, i: &Inspection) -> Result<Self, Fault> {
        let mut digits = Digits { bytes: [0; Self::MOST], places: [0; Self::MOST], n: 0, group_ends: [0; Self::MOST], n_groups: 0 };
        for (at, c) in text.char_indices().skip_while(|(at, _)| *at < from) {
            if c.is_ascii_digit() {
                if digits.n == Self::MOST {
                    return Err(i.fault(FaultKind::Length, from..text.len(), || {
                        say!("more digits than any telephone number has", "位数超过任何电话号码")
                    }));
                }
                digits.bytes[digits.n] = c as u8;
                digits.places[digits.n] = at;
                digits.n += 1;
            } else if matches!(c, ' ' | '-' | '(' | ')' | '/' | '转') {
                digits.close();
            } else {
                return Err(stray(i, text, at, c));
            }
        }
        digits.close();
        Ok(digits)
    }

    fn close(&mut self) {
        let last = self.n_groups.checked_sub(1).map_or(0, |g| self.group_ends[g]);
        if self.n > last {
            self.group_ends[self.n_groups] = self.n;
            self.n_groups += 1;
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.n]).unwrap_or("")
    }

    fn range(&self, digits: Range<usize>) -> Range<usize> {
        match (self.places.get(digits.start), digits.end.checked_sub(1).and_then(|last| self.places.get(last))) {
            (Some(start), Some(last)) if !digits.is_empty() => *start..*last + 1,
            _ => 0..0,
        }
    }
}

fn landline(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let country = ["+86", "0086"].into_iter().find(|c| text.starts_with(c)).map_or(0, str::len);
    let digits = Digits::read(text, country, i)?;
    let all = digits.text();
    if country == 0 {
        refuse_other_numbers(&digits, i)?;
    }
    // Abroad the area code is written without its 0.
    let implied = usize::from(country > 0 && !all.starts_with('0'));
    let mut code = [b'0'; 4];
    for (to, from) in code[implied..].iter_mut().zip(all.bytes()) {
        *to = from;
    }
    let n_code = if matches!(code[1], b'1' | b'2') { 3 } else { 4 };
    let code = std::str::from_utf8(&code[..n_code]).unwrap_or("");
    let n_code = n_code - implied;
    if all.len() < n_code + 3 {
        return Err(length(i, 0..text.len(), &[7, 8], all.len().saturating_sub(n_code)));
    }
    if let Some(retired) = data::retired_area_code(code) {
        return Err(i.fault(FaultKind::Retired, digits.range(0..n_code), || {
            let (was, now) = (retired.was, retired.now.join(", "));
            say!("area code `{code}` ({was}) was replaced by {now}", "区号 `{code}`（{was}）已并入 {now}")
        }));
    }
    let area = data::area_code(code);
    if area.is_none() {
        let fault =
            i.fault(FaultKind::Unassigned, digits.range(0..n_code), || say!("area code `{code}` is not known", "未知的区号 `{code}`"));
        // All codes of three digits are known; among those of four a new one may turn up.
        if code.len() == 3 || code.starts_with("00") {
            return Err(fault);
        }
        i.odd(fault)?;
    }
    let admitted = area.map_or(&[7, 8][..], |a| a.digits);
    let Some(n_subscriber) = subscriber(&digits, n_code, admitted) else {
        return Err(length(i, digits.range(n_code..digits.n), admitted, all.len() - n_code));
    };
    let (number, extension) = all[n_code..].split_at(n_subscriber);
    if !matches!(digit(number.as_bytes()[0]), 2..=8) {
        return Err(i.fault(FaultKind::Prefix, digits.range(n_code..n_code + 1), || {
            let found = &number[..1];
            say!("no subscriber number begins with `{found}`", "没有以 `{found}` 开头的本地号码")
        }));
    }
    let mut left = text;
    let mut parts = [code, "-", number, "-", extension].into_iter().take(if extension.is_empty() { 3 } else { 5 });
    let is_canonical = parts.all(|p| left.strip_prefix(p).inspect(|rest| left = rest).is_some()) && left.is_empty();
    if is_canonical {
        return Ok(());
    }
    i.rewrite(|| if extension.is_empty() { format!("{code}-{number}") } else { format!("{code}-{number}-{extension}") })
}

// Length of the subscriber number: all digits behind the area code, or all groups but the last one, which then is the extension.
fn subscriber(digits: &Digits, n_code: usize, admitted: &[u8]) -> Option<usize> {
    let is_admitted = |n: usize| admitted.iter().any(|a| usize::from(*a) == n);
    let whole = digits.n - n_code;
    if is_admitted(whole) {
        return Some(whole);
    }
    let border = *digits.group_ends.get(digits.n_groups.checked_sub(2)?)?;
    let n = border.checked_sub(n_code).filter(|n| is_admitted(*n))?;
    (digits.n - border <= 6).then_some(n)
}

fn refuse_other_numbers(digits: &Digits, i: &Inspection) -> Result<(), Fault> {
    let all = digits.text();
    let whole = digits.range(0..digits.n);
    let is_service = matches!(all.len(), 10 | 11) && (all.starts_with("400") || all.starts_with("800"))
        || matches!(all.len(), 5..=8) && (all.starts_with("95") || all.starts_with("96"))
        || matches!(all.len(), 3..=6) && all.starts_with('1');
    if is_service {
        return Err(i.fault(FaultKind::Service, whole, || say!("a service number, not a landline", "此为服务号码，不是固定电话")));
    }
    if all.len() == MOBILE_LENGTH && all.starts_with('1') {
        return Err(i.fault(FaultKind::Prefix, whole, || say!("a mobile number, not a landline", "此为手机号码，不是固定电话")));
    }
    if !all.starts_with('0') {
        return Err(i.fault(FaultKind::Shape, whole, || say!("area code missing: expected `0` at the start", "缺少区号：开头应为 0")));
    }
    Ok(())
}

fn length(i: &Inspection, range: Range<usize>, admitted: &[u8], found: usize) -> Fault {
    i.fault(FaultKind::Length, range, || {
        let join = |word: &str| admitted.iter().map(u8::to_string).collect::<Vec<_>>().join(word);
        let (en, zh) = (join(" or "), join(" 或 "));
        say!("{en} digits expected after the area code, {found} found", "区号后应为 {zh} 位数字，实为 {found} 位")
    })
}
