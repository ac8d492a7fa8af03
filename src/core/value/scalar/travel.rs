//! Documents for travelling: passports and permits. They have no check character.

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, exact, n_digits, stray};
use crate::diagnostic::say;

/// **Source:** overview of passport series (ywbk.net) and second letter of electronic passports (beatwenan.com), read 2026-11-23.
pub(super) static PASSPORT: Format = Format { clean: Clean::CODE, inspect: passport, slips: b"" };

/// **Source:** number rules of the Ministry of Public Security, reprint at lhoil.com, read 2026-11-23.
pub(super) static HOME_RETURN: Format = Format { clean: Clean::WIDE, inspect: home_return, slips: b"" };

/// **Source:** pattern in an Alibaba Cloud developer article, read 2026-11-23.
pub(super) static TAIWAN: Format = Format { clean: Clean::WIDE, inspect: taiwan, slips: b"" };

fn passport(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii_digit() && !c.is_ascii_uppercase()) {
        return Err(stray(i, text, at, c));
    }
    let letters = text.len() - text.trim_start_matches(|c: char| c.is_ascii_uppercase()).len();
    let digits = n_digits(&text[letters..]);
    if let Some(c) = text[letters + digits..].chars().next() {
        return Err(stray(i, text, letters + digits, c));
    }
    let is_length = match &text[..letters] {
        "" if digits == 9 => {
            if text.starts_with("14") || text.starts_with("15") {
                return Ok(());
            }
            return Err(i.fault(FaultKind::Prefix, 0..2, || {
                let found = &text[..2];
                say!("expected a letter, `14` or `15` at the start, found `{found}`", "开头应为字母、14 或 15，实为 `{found}`")
            }));
        }
        "D" | "S" | "P" => matches!(digits, 7 | 8),
        "E" | "G" => digits == 8,
        "DE" | "SE" | "PE" => digits == 7,
        "EI" | "EO" => {
            return Err(i.fault(FaultKind::Alphabet, 1..2, || {
                let c = &text[1..2];
                say!("`{c}` is not used as second letter", "第二位不使用字母 `{c}`")
            }));
        }
        series if letters == 2 && series.starts_with('E') => digits == 7,
        series => {
            if !(1..=2).contains(&letters) || !matches!(text.len(), 8 | 9) {
                return Err(length(i, text));
            }
            // New series appear without notice.
            let fault =
                i.fault(FaultKind::Prefix, 0..letters, || say!("passport series `{series}` is not known", "未知的护照系列 `{series}`"));
            return i.odd(fault);
        }
    };
    if is_length { Ok(()) } else { Err(length(i, text)) }
}

fn length(i: &Inspection, text: &str) -> Fault {
    i.fault(FaultKind::Length, 0..text.len(), || {
        let found = text.len();
        say!(
            "one or two letters and seven or eight digits expected, {found} characters found",
            "应为一至两个字母加七至八位数字，实为 {found} 位"
        )
    })
}

fn home_return(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    match text.chars().next() {
        Some('C') => {
            return Err(i.fault(FaultKind::Prefix, 0..1, || {
                say!(
                    "`C` begins the permit of mainland residents for Hong Kong and Macao, `H` or `M` expected",
                    "`C` 开头的是往来港澳通行证，应为 `H` 或 `M`"
                )
            }));
        }
        Some('H' | 'M') | None => {}
        Some(c) => {
            let fault = i.fault(FaultKind::Prefix, 0..c.len_utf8(), || {
                say!("expected `H` or `M` at the start, found `{c}`", "开头应为 `H` 或 `M`，实为 `{c}`")
            });
            return Err(fault.candidate(i, || text.to_ascii_uppercase()));
        }
    }
    // Cards before 2013 printed the number of the reissue in two more digits.
    let n = if text.len() == 11 { 11 } else { 9 };
    exact(i, text, n, |at, c| at == 0 || c.is_ascii_digit()).map(|_| ())
}

fn taiwan(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    if text.len() == 10 && n_digits(text) == 10 {
        let fault = i.fault(FaultKind::Outdated, 0..10, || {
            say!("the 10-digit form of older booklets, cards have 8 digits", "此为旧版本式通行证的 10 位号码，卡式证为 8 位")
        });
        return i.odd(fault);
    }
    exact(i, text, 8, |_, c| c.is_ascii_digit()).map(|_| ())
}
