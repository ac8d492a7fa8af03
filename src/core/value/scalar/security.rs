//! Public security filing numbers.

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, n_digits, number, shown};
use crate::diagnostic::say;
use crate::value::data;

/// **Source:** numbers in public source code, read 2026-11-23.
pub(super) static NUMBER: Format = Format { clean: Clean::WIDE, inspect: filing_number, slips: b"" };

// 京公网安备 11010102000000号
fn filing_number(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    const WORDS: &str = "公网安备";
    let Some(plate) = text.chars().next() else {
        return Err(i.fault(FaultKind::Length, 0..0, || say!("number missing", "缺少号码")));
    };
    let Some((region, is_alias)) = data::region_of_psb(plate) else {
        return Err(i.fault(FaultKind::Prefix, 0..plate.len_utf8(), || {
            let plate = shown(plate.encode_utf8(&mut [0; 4]));
            say!("no region's numbers begin with `{plate}`", "没有地区的号码以 `{plate}` 开头")
        }));
    };
    let after_plate = &text[plate.len_utf8()..];
    let Some(after_words) = after_plate.trim_start().strip_prefix(WORDS) else {
        return Err(i.fault(FaultKind::Shape, plate.len_utf8()..text.len(), || {
            say!("expected `{WORDS}` after `{plate}`", "`{plate}` 后应为 `{WORDS}`")
        }));
    };
    let body = after_words.trim_start();
    let start = text.len() - body.len();
    let n = n_digits(body);
    let (digits, rest) = body.split_at(n);
    if n != 14 {
        return Err(i.fault(FaultKind::Length, start..start + n, || match n {
            10..=13 => say!("{n} digits as in older numbers, 14 expected", "{n} 位为旧版号码，应为 14 位数字"),
            _ => say!("14 digits expected, {n} found", "应为 14 位数字，实为 {n} 位"),
        }));
    }
    let canonical = || format!("{plate}{WORDS} {digits}号");
    if rest.trim_start() != "号" {
        return Err(i
            .fault(FaultKind::Shape, start + n..text.len(), || say!("expected `号` at the end", "末尾应为 `号`"))
            .candidate(i, canonical));
    }
    let prefix = number(&digits.as_bytes()[..2]);
    if prefix != u32::from(region.prefix) {
        return Err(i.fault(FaultKind::Division, start..start + 2, || {
            let (own, en, zh) = (region.prefix, region.name_en, region.name);
            say!("expected `{own}` as in {en}, found `{prefix:02}`", "{zh}的号码应以 `{own}` 开头，实为 `{prefix:02}`")
        }));
    }
    if is_alias {
        let (usual, en, zh) = (region.psb, region.name_en, region.name);
        let fault = i
            .fault(FaultKind::Alias, 0..plate.len_utf8(), || {
                say!(
                    "expected `{usual}` in public security numbers of {en}, found `{plate}`",
                    "{zh}的公安备案号以 `{usual}` 开头，实为 `{plate}`"
                )
            })
            .candidate(i, || format!("{usual}{WORDS} {digits}号"));
        i.odd(fault)?;
    }
    if &digits[6..8] != "02" {
        // Every number seen has 02 there, but nobody says why.
        let fault = i.fault(FaultKind::Serial, start + 6..start + 8, || {
            let found = &digits[6..8];
            say!("expected `02` as digits 7 and 8, found `{found}`", "第 7、8 位应为 `02`，实为 `{found}`")
        });
        i.odd(fault)?;
    }
    let is_canonical =
        after_words.len() == body.len() + 1 && after_words.starts_with(' ') && after_plate.starts_with(WORDS) && rest == "号";
    if is_canonical { Ok(()) } else { i.rewrite(canonical) }
}
