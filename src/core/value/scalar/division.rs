//! Division codes and postal codes.

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, exact, number};
use crate::diagnostic::say;
use crate::value::data::{self, Division};

/// **Source:** GB/T 2260-2007 with Amendment 1, as kept by mumuy/data_location, read 2026-11-23.
pub(super) static CODE: Format = Format { clean: Clean::WIDE, inspect: code, slips: b"" };

/// **Source:** postal codes counted over the districts of a public division data set, read 2026-11-23.
pub(super) static POSTAL_CODE: Format = Format { clean: Clean::WIDE, inspect: postal_code, slips: b"" };

fn code(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = exact(i, text, 6, |_, c| c.is_ascii_digit())?;
    let code = number(bytes);
    if u8::try_from(code / 10_000).ok().and_then(data::province).is_none() {
        return Err(i.fault(FaultKind::Division, 0..2, || {
            let prefix = &text[..2];
            say!("no province has the code `{prefix}`", "不存在省级代码 `{prefix}`")
        }));
    }
    let fault = match data::division(code) {
        Division::Province | Division::Prefecture | Division::County => return Ok(()),
        Division::Former => {
            i.fault(FaultKind::Retired, 0..6, || say!("division code `{text}` was withdrawn", "行政区划代码 `{text}` 已撤销"))
        }
        Division::Placeholder => i.fault(FaultKind::Division, 2..6, || {
            say!("division code `{text}` groups counties and names no place", "行政区划代码 `{text}` 仅用于归类，不代表具体地区")
        }),
        Division::Unknown => {
            i.fault(FaultKind::Division, 2..6, || say!("division code `{text}` is not listed", "行政区划代码 `{text}` 未列出"))
        }
    };
    i.odd(fault)
}

fn postal_code(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let bytes = exact(i, text, 6, |_, c| c.is_ascii_digit())?;
    let prefix = number(&bytes[..2]);
    match u8::try_from(prefix).ok().and_then(data::region_of_postal) {
        Some(_) => Ok(()),
        None => {
            Err(i
                .fault(FaultKind::Prefix, 0..2, || say!("no postal code begins with `{prefix:02}`", "没有以 `{prefix:02}` 开头的邮政编码")))
        }
    }
}
