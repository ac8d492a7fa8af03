//! Identity numbers of 18 characters, and the older permanent residence card of 15.

use std::ops::Range;

use jiff::civil::{Date, date};

use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, digit, exact, number};
use super::{Format, organisation};
use crate::diagnostic::say;
use crate::value::data::{self, Division};

const DIGITS_AND_X: &[u8] = b"0123456789X";

/// **Source:** GB 11643-1999, as quoted in jackyliu16/RustContest, read 2026-11-23.
pub(super) static RESIDENT: Format = Format { clean: Clean::PERSONAL, inspect: resident, slips: DIGITS_AND_X };

/// **Source:** number rules of the residence permit for Hong Kong, Macao and Taiwan residents (cidian.kuaisou.com), read 2026-11-23.
pub(super) static RESIDENCE_PERMIT: Format = Format { clean: Clean::PERSONAL, inspect: residence_permit, slips: DIGITS_AND_X };

/// **Source:** machine-readable rules of the 2023 permanent residence card (eastcoms.com), read 2026-11-23.
pub(super) static FOREIGNER_2023: Format = Format { clean: Clean::PERSONAL, inspect: foreigner_2023, slips: DIGITS_AND_X };

/// **Source:** machine-readable rules of the 2023 permanent residence card (eastcoms.com), on the older one, read 2026-11-23.
pub(super) static FOREIGNER_2017: Format = Format { clean: Clean::WIDE, inspect: foreigner_2017, slips: b"" };

const LENGTH: usize = 18;
const BIRTH: Range<usize> = 6..14;

fn resident(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    if text.len() == 15 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(i.fault(FaultKind::Outdated, 0..15, || {
            say!("the 15-digit form is no longer a valid document, 18 characters expected", "15 位号码已不是有效证件，应为 18 位")
        }));
    }
    let bytes = eighteen(text, i)?;
    match bytes[0] {
        b'8' => {
            return Err(i.fault(FaultKind::Prefix, 0..6, || {
                say!(
                    "the first six digits of a residence permit for Hong Kong, Macao or Taiwan residents, not of a resident identity number",
                    "前六位属于港澳台居民居住证，不是公民身份号码"
                )
            }));
        }
        b'9' if u8::try_from(number(&bytes[1..3])).ok().and_then(data::region).is_some() => {
            return Err(i.fault(FaultKind::Prefix, 0..1, || {
                say!(
                    "the first digit of a foreigner's permanent residence card, not of a resident identity number",
                    "首位属于外国人永久居留身份证，不是公民身份号码"
                )
            }));
        }
        _ => {}
    }
    mainland(bytes, 0..2, i)?;
    tail(bytes, i)?;
    let code = number(&bytes[..6]);
    if matches!(data::division(code), Division::Unknown) {
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

fn residence_permit(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = eighteen(text, i)?;
    if !matches!(&bytes[..6], b"810000" | b"820000" | b"830000") {
        return Err(i.fault(FaultKind::Prefix, 0..6, || {
            let found = &text[..6];
            say!(
                "expected `810000`, `820000` or `830000` at the start, found `{found}`",
                "开头应为 810000、820000 或 830000，实为 `{found}`"
            )
        }));
    }
    tail(bytes, i)
}

fn foreigner_2023(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = eighteen(text, i)?;
    if bytes[0] != b'9' {
        return Err(i.fault(FaultKind::Prefix, 0..1, || {
            let found = &text[..1];
            say!("expected `9` at the start, found `{found}`", "首位应为 9，实为 `{found}`")
        }));
    }
    mainland(bytes, 1..3, i)?;
    if bytes[3..6] == *b"000" {
        return Err(i.fault(FaultKind::Category, 3..6, || say!("nationality `000` does not exist", "国籍代码 000 不存在")));
    }
    tail(bytes, i)
}

fn foreigner_2017(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = match exact(i, text, 15, |at, c| if at < 3 { c.is_ascii_uppercase() } else { c.is_ascii_digit() }) {
        Ok(bytes) => bytes,
        Err(fault) if fault.kind == FaultKind::Alphabet => return Err(fault.candidate(i, || text.to_ascii_uppercase())),
        Err(fault) => return Err(fault),
    };
    mainland(bytes, 3..5, i)?;
    let (year, month, day) = (number(&bytes[7..9]) as i16, number(&bytes[9..11]) as i8, number(&bytes[11..13]) as i8);
    if Date::new(1900 + year, month, day).is_err() && Date::new(2000 + year, month, day).is_err() {
        return Err(no_such_day(i, 7..13, &text[7..13]));
    }
    let sum: u32 = bytes[..14].iter().zip([7, 3, 1].into_iter().cycle()).map(|(b, w)| w * letter_value(*b)).sum();
    let (expected, found) = (sum % 10, digit(bytes[14]));
    if expected != found {
        // The rule was confirmed on one specimen only.
        let fault = i.fault(FaultKind::Check, 14..15, || {
            say!("check digit does not match: expected `{expected}`, found `{found}`", "校验码不符：应为 `{expected}`，实为 `{found}`")
        });
        i.odd(fault)?;
    }
    Ok(())
}

fn letter_value(byte: u8) -> u32 {
    if byte.is_ascii_uppercase() { u32::from(byte - b'A') + 10 } else { digit(byte) }
}

fn eighteen<'a>(text: &'a str, i: &Inspection) -> Result<&'a [u8], Fault> {
    exact(i, text, LENGTH, |at, c| c.is_ascii_digit() || at == LENGTH - 1 && c == 'X')
}

fn mainland(bytes: &[u8], range: Range<usize>, i: &Inspection) -> Result<(), Fault> {
    let prefix = number(&bytes[range.clone()]);
    match u8::try_from(prefix).ok().and_then(data::region) {
        Some(_) => Ok(()),
        None => Err(i.fault(FaultKind::Division, range, || say!("no province has the code `{prefix:02}`", "不存在省级代码 `{prefix:02}`"))),
    }
}

// Birth date, order number and check character, which the three forms of 18 characters share.
fn tail(bytes: &[u8], i: &Inspection) -> Result<(), Fault> {
    let digits = &bytes[BIRTH];
    let Some(birth) = ymd(digits) else {
        return Err(no_such_day(i, BIRTH, &String::from_utf8_lossy(digits)));
    };
    if birth < date(1900, 1, 1) {
        return Err(i.fault(FaultKind::Date, BIRTH, || say!("birth date {birth} is before 1900", "出生日期 {birth} 早于 1900 年")));
    }
    if birth > i.today {
        return Err(i.fault(FaultKind::Date, BIRTH, || say!("birth date {birth} is in the future", "出生日期 {birth} 在将来")));
    }
    if bytes[14..17] == *b"000" {
        return Err(i.fault(FaultKind::Serial, 14..17, || say!("order number `000` is not given out", "顺序码 000 不会被使用")));
    }
    let (expected, found) = (check_character(bytes), char::from(bytes[17]));
    if expected != found {
        return Err(i.fault(FaultKind::Check, 17..18, || {
            say!("check character does not match: expected `{expected}`, found `{found}`", "校验码不符：应为 `{expected}`，实为 `{found}`")
        }));
    }
    Ok(())
}

fn no_such_day(i: &Inspection, range: Range<usize>, found: &str) -> Fault {
    i.fault(FaultKind::Date, range, || say!("`{found}` is not a day of the calendar", "`{found}` 不是有效日期"))
}

fn ymd(digits: &[u8]) -> Option<Date> {
    Date::new(number(&digits[..4]) as i16, number(&digits[4..6]) as i8, number(&digits[6..8]) as i8).ok()
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
fn check_character(bytes: &[u8]) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHARACTERS: &[u8; 11] = b"10X98765432";
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(b, w)| digit(*b) * w).sum();
    char::from(CHARACTERS[sum as usize % 11])
}

// The bytes of a number of 18 characters with a real birth date and a matching check character.
fn identity(text: &str) -> Option<(&[u8], Date)> {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == LENGTH && bytes[..17].iter().all(u8::is_ascii_digit);
    let birth = ymd(bytes.get(BIRTH)?).filter(|_| is_shaped)?;
    (check_character(bytes) == char::from(bytes[17])).then_some((bytes, birth))
}

/// The day of birth in a resident identity number, a residence permit or a permanent residence card of 18 characters, in normal form.
pub fn birth_date(id: &str) -> Option<Date> {
    identity(id).map(|(_, birth)| birth)
}

/// `"male"` or `"female"` from the order number of such an identity number.
pub fn sex(id: &str) -> Option<&'static str> {
    identity(id).map(|(bytes, _)| if digit(bytes[16]) % 2 == 1 { "male" } else { "female" })
}

/// Whether a text has the shape of an identity number of 18 characters and must be masked wherever it is printed.
///
/// Generous on purpose, since what is mistyped is still confidential: blanks, hyphens, full-width digits, two wrong letters and one
/// character too few or too many are overlooked where a birth date shows.
pub fn looks_like_identity(text: &str) -> bool {
    let cleaned = Clean::GROUPED.read(text);
    let bytes = cleaned.text.as_bytes();
    if !cleaned.text.is_ascii() || !(17..=19).contains(&bytes.len()) {
        return false;
    }
    let (last, body) = (bytes[bytes.len() - 1], &bytes[..bytes.len() - 1]);
    let n_letters = body.iter().filter(|b| !b.is_ascii_digit()).count();
    if n_letters == 0 && bytes.len() == LENGTH && (last.is_ascii_digit() || last == b'X') {
        return shows_birth(bytes, 6) || !organisation::is_credit_code(bytes);
    }
    n_letters <= 2 && bytes.iter().all(u8::is_ascii_alphanumeric) && (5..=7).any(|at| shows_birth(bytes, at))
}

fn shows_birth(bytes: &[u8], at: usize) -> bool {
    let part = |range: Range<usize>| bytes.get(range).filter(|p| p.iter().all(u8::is_ascii_digit)).map(number);
    matches!(part(at..at + 2), Some(18..=20))
        && matches!(part(at + 4..at + 6), Some(1..=12))
        && matches!(part(at + 6..at + 8), Some(1..=31))
}
