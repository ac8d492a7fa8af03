//! Numbers of organisations: credit code, organisation code, registration number.

use std::ops::Range;

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, digit, exact, number, stray};
use crate::diagnostic::say;
use crate::value::data::{self, Division};

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// **Source:** GB 32100-2015 with Amendment 1 of 2016, tables as explained at osuse.cn and ddrv.cn, read 2026-11-23.
pub(super) static CREDIT_CODE: Format = Format { clean: Clean::GROUPED, inspect: credit_code, slips: ALPHABET };

/// **Source:** GB 11714-1997, confirmed on a public credit code, read 2026-11-23.
pub(super) static ORGANISATION_CODE: Format = Format { clean: Clean::CODE, inspect: organisation_code, slips: b"" };

/// **Source:** GS 15-2006, text of the coding rule at haowendang.cn, read 2026-11-23.
pub(super) static REGISTRATION_NUMBER: Format = Format { clean: Clean::GROUPED, inspect: registration_number, slips: b"0123456789" };

// Registering authority and the categories it gives out.
const CATEGORIES: &[(u8, &[u8])] = &[
    (b'1', b"1239"),
    (b'2', b"19"),
    (b'3', b"123459"),
    (b'4', b"19"),
    (b'5', b"1239"),
    (b'6', b"129"),
    (b'7', b"129"),
    (b'8', b"19"),
    (b'9', b"123"),
    (b'A', b"19"),
    // Representative offices of overseas NGOs, registered by the police.
    (b'G', b"1"),
    (b'N', b"1239"),
    (b'Y', b"1"),
];

fn credit_code(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    if text.len() == 15 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(i.fault(FaultKind::Outdated, 0..15, || {
            say!(
                "a 15-digit registration number, the credit code of 18 characters is expected",
                "此为 15 位工商注册号，应为 18 位统一社会信用代码"
            )
        }));
    }
    let bytes = exact(i, text, 18, |_, c| c.is_ascii() && ALPHABET.contains(&(c as u8)))?;
    let Some((_, categories)) = CATEGORIES.iter().find(|(authority, _)| *authority == bytes[0]) else {
        return Err(i.fault(FaultKind::Category, 0..1, || {
            let found = &text[..1];
            say!("no registering authority has the code `{found}`", "不存在登记管理部门代码 `{found}`")
        }));
    };
    if !categories.contains(&bytes[1]) {
        return Err(i.fault(FaultKind::Category, 1..2, || {
            let (authority, found) = (&text[..1], &text[1..2]);
            say!("registering authority `{authority}` has no category `{found}`", "登记管理部门 `{authority}` 没有机构类别 `{found}`")
        }));
    }
    let code = registering_office(bytes, 2..8, i)?;
    let (expected, found) = (credit_check(bytes), char::from(bytes[17]));
    if expected != found {
        return Err(mismatch(i, 17..18, expected, found));
    }
    if code != NATIONAL && data::division(code) == Division::Unknown {
        let fault = i.fault(FaultKind::Division, 2..8, || {
            say!(
                "division code `{code}` is neither among the current nor among the former ones",
                "行政区划代码 `{code}` 不在现行和曾用代码中"
            )
        });
        i.odd(fault)?;
    }
    let (expected, found) = (organisation_check(&bytes[8..16]), char::from(bytes[16]));
    if expected != found {
        // Codes older than the credit code were taken over as they were.
        let fault = i.fault(FaultKind::Check, 16..17, || {
            say!(
                "check character of the organisation code inside does not match: expected `{expected}`, found `{found}`",
                "其中组织机构代码的校验码不符：应为 `{expected}`，实为 `{found}`"
            )
        });
        i.odd(fault)?;
    }
    Ok(())
}

fn organisation_code(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = text.as_bytes();
    if bytes.len() == 10 && bytes[8] == b'-' && text.is_ascii() {
        let joined = [&text[..8], &text[9..]].concat();
        organisation_parts(&joined, 1, i)?;
        return i.rewrite(|| joined);
    }
    organisation_parts(text, 0, i)
}

// `shift` is how far the check character stands behind its place in `text`.
fn organisation_parts(text: &str, shift: usize, i: &Inspection) -> Result<(), Fault> {
    let bytes = exact(i, text, 9, |_, c| c.is_ascii_digit() || c.is_ascii_uppercase())?;
    let range = 8 + shift..9 + shift;
    let found = char::from(bytes[8]);
    if !found.is_ascii_digit() && found != 'X' {
        return Err(Fault { range, ..stray(i, text, 8, found) });
    }
    match organisation_check(&bytes[..8]) {
        expected if expected == found => Ok(()),
        expected => Err(mismatch(i, range, expected, found)),
    }
}

fn registration_number(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = exact(i, text, 15, |_, c| c.is_ascii_digit())?;
    let code = registering_office(bytes, 0..6, i)?;
    let (expected, found) = (registration_check(&bytes[..14]), char::from(bytes[14]));
    if expected != found {
        return Err(mismatch(i, 14..15, expected, found));
    }
    if code != NATIONAL && data::division(code) == Division::Unknown {
        let fault = i.fault(FaultKind::Division, 0..6, || {
            say!(
                "division code `{code}` is neither among the current nor among the former ones",
                "行政区划代码 `{code}` 不在现行和曾用代码中"
            )
        });
        i.odd(fault)?;
    }
    Ok(())
}

const NATIONAL: u32 = 100_000;

fn registering_office(bytes: &[u8], range: Range<usize>, i: &Inspection) -> Result<u32, Fault> {
    let digits = &bytes[range.clone()];
    let shown = || String::from_utf8_lossy(digits).into_owned();
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(i.fault(FaultKind::Division, range, || {
            let found = shown();
            say!("six digits of a division expected, found `{found}`", "应为六位行政区划代码，实为 `{found}`")
        }));
    }
    let code = number(digits);
    let prefix = u8::try_from(code / 10_000).unwrap_or(0);
    if code == NATIONAL || data::province(prefix).is_some() {
        return Ok(code);
    }
    Err(i.fault(FaultKind::Division, range.start..range.start + 2, || {
        say!("no province has the code `{prefix:02}`", "不存在省级代码 `{prefix:02}`")
    }))
}

fn mismatch(i: &Inspection, range: Range<usize>, expected: char, found: char) -> Fault {
    i.fault(FaultKind::Check, range, || {
        say!("check character does not match: expected `{expected}`, found `{found}`", "校验码不符：应为 `{expected}`，实为 `{found}`")
    })
}

/// Whether 18 bytes are of the alphabet of credit codes and pass its check.
pub(super) fn is_credit_code(bytes: &[u8]) -> bool {
    bytes.len() == 18 && bytes.iter().all(|b| ALPHABET.contains(b)) && credit_check(bytes) == char::from(bytes[17])
}

fn credit_check(bytes: &[u8]) -> char {
    let value = |b: &u8| ALPHABET.iter().position(|a| a == b).unwrap_or(0);
    let mut weight = 1;
    let mut sum = 0;
    for b in bytes.iter().take(17) {
        sum += weight * value(b);
        weight = weight * 3 % 31;
    }
    // The outer remainder matters: without it every code that ends in 0 would be refused.
    char::from(ALPHABET[(31 - sum % 31) % 31])
}

fn organisation_check(body: &[u8]) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let value = |b: u8| if b.is_ascii_uppercase() { u32::from(b - b'A') + 10 } else { digit(b) };
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(b, w)| value(*b) * w).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).unwrap_or('0'),
    }
}

/// ISO 7064 MOD 11,10.
fn registration_check(body: &[u8]) -> char {
    let product = body.iter().fold(10, |p, b| match (p + digit(*b)) % 10 {
        0 => 20 % 11,
        s => s * 2 % 11,
    });
    char::from_digit((11 - product) % 10, 10).unwrap_or('0')
}
