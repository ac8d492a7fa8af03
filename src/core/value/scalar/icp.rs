//! ICP filing numbers of entities and services, and licence numbers.

use std::ops::Range;

use super::Format;
use super::fault::{Fault, FaultKind, Inspection};
use super::text::{Clean, n_digits, number, shown};
use crate::diagnostic::say;
use crate::value::data;

/// **Source:** numbers in public source code, and the footer of Tencent Cloud's documentation, read 2026-11-23.
pub(super) static ENTITY_NUMBER: Format = Format { clean: Clean::CODE, inspect: entity_number, slips: b"" };

/// **Source:** Huawei Cloud ICP knowledge base (type letters, common counter), read 2026-11-23.
pub(super) static SERVICE_NUMBER: Format = Format { clean: Clean::CODE, inspect: service_number, slips: b"" };

/// **Source:** footers of public pages, among them Tencent Cloud's documentation, read 2026-11-23.
pub(super) static LICENCE_NUMBER: Format = Format { clean: Clean::CODE, inspect: licence_number, slips: b"" };

/// An entity number or licence number, with or without the serial of a service.
pub(super) static ANY_NUMBER: Format = Format { clean: Clean::CODE, inspect: any_number, slips: b"" };

// The filing system began in 2005; the Telecommunications Regulations, on which licences rest, are of 2000.
const FIRST_FILING_YEAR: i16 = 2005;
const FIRST_LICENCE_YEAR: i16 = 2000;
// In this year the serials outgrew the form with two digits for the year: both forms occur.
const CHANGE_YEAR: i16 = 2020;
const CLASSES: [&str; 5] = ["A1", "A2", "B1", "B2", "D3"];

fn entity_number(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0 };
    reader.entity(i)?;
    if reader.rest().starts_with('-') {
        return Err(i.fault(FaultKind::Shape, reader.to_end(), || {
            say!("the serial of a service does not belong to the entity number", "主体备案号不含服务序号")
        }));
    }
    reader.end(i)
}

fn licence_number(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0 };
    reader.licence(i)?;
    reader.end(i)
}

fn service_number(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0 };
    reader.base(i)?;
    if reader.rest().is_empty() {
        return Err(i.fault(FaultKind::Shape, text.len()..text.len(), || {
            say!("serial of the service missing: expected `-1` or the like at the end", "缺少服务序号：末尾应有 -1 之类的序号")
        }));
    }
    reader.serial(i)
}

fn any_number(text: &str, i: &mut Inspection) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0 };
    reader.base(i)?;
    if reader.rest().is_empty() { Ok(()) } else { reader.serial(i) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn to_end(&self) -> Range<usize> {
        self.at..self.text.len()
    }

    fn take(&mut self, expected: &str) -> bool {
        let is_there = self.rest().starts_with(expected);
        if is_there {
            self.at += expected.len();
        }
        is_there
    }

    fn digits(&mut self) -> (Range<usize>, &'a str) {
        let start = self.at;
        self.at += n_digits(self.rest());
        (start..self.at, &self.text[start..self.at])
    }

    fn end(&self, i: &Inspection) -> Result<(), Fault> {
        if self.rest().is_empty() {
            return Ok(());
        }
        Err(i
            .fault(FaultKind::Shape, self.to_end(), || {
                let found = shown(self.rest());
                say!("`{found}` after the end of the number", "号码之后有多余内容 `{found}`")
            })
            .candidate(i, || self.text[..self.at].to_owned()))
    }

    // Takes `expected`, or says that it is missing and offers the text with it.
    fn expect(&mut self, expected: &str, i: &Inspection) -> Result<(), Fault> {
        if self.take(expected) {
            return Ok(());
        }
        let end = self.at + self.rest().chars().next().map_or(0, char::len_utf8);
        let with = |rest: &str| [&self.text[..self.at], expected, rest].concat();
        let rest = self.rest().trim_start();
        Err(i
            .fault(FaultKind::Shape, self.at..end, || match self.rest().get(..end - self.at).map(shown) {
                Some(c) if !c.is_empty() => say!("expected `{expected}`, found `{c}`", "应为 `{expected}`，实为 `{c}`"),
                _ => say!("expected `{expected}` at the end", "末尾缺少 `{expected}`"),
            })
            .candidate(i, || with(rest)))
    }

    fn base(&mut self, i: &mut Inspection) -> Result<(), Fault> {
        let after_plate = self.text.char_indices().nth(1).map_or("", |(at, _)| &self.text[at..]);
        let is_entity = after_plate.starts_with("ICP") && !after_plate.starts_with("ICP证") || self.text.contains('备');
        if is_entity { self.entity(i) } else { self.licence(i) }
    }

    fn plate(&mut self, i: &mut Inspection) -> Result<(), Fault> {
        let Some(c) = self.rest().chars().next() else {
            return Err(i.fault(FaultKind::Length, 0..0, || say!("number missing", "缺少号码")));
        };
        let range = self.at..self.at + c.len_utf8();
        let Some((region, is_alias)) = data::region_of_icp(c) else {
            return Err(i.fault(FaultKind::Prefix, range, || {
                let c = shown(c.encode_utf8(&mut [0; 4]));
                say!("no authority issues numbers that begin with `{c}`", "没有管理局签发以 `{c}` 开头的号码")
            }));
        };
        self.at = range.end;
        if is_alias {
            let (usual, en, zh) = (region.icp, region.name_en, region.name);
            let fault = i
                .fault(FaultKind::Alias, range.clone(), || {
                    say!("expected `{usual}` in ICP numbers of {en}, found `{c}`", "{zh}的 ICP 备案号以 `{usual}` 开头，实为 `{c}`")
                })
                .candidate(i, || [&self.text[..range.start], usual.encode_utf8(&mut [0; 4]), &self.text[range.end..]].concat());
            i.odd(fault)?;
        }
        Ok(())
    }

    // 京ICP备05000000号, 京ICP备2020000000号
    fn entity(&mut self, i: &mut Inspection) -> Result<(), Fault> {
        self.plate(i)?;
        self.expect("ICP", i)?;
        self.expect("备", i)?;
        let (range, digits) = self.digits();
        let today = i.today.year();
        let (n_year, year) = match digits.len() {
            8 => (2, 2000 + number(&digits.as_bytes()[..2]) as i16),
            10 => (4, number(&digits.as_bytes()[..4]) as i16),
            found => {
                return Err(i.fault(FaultKind::Length, range, || {
                    say!("8 or 10 digits expected, {found} found", "应为 8 位或 10 位数字，实为 {found} 位")
                }));
            }
        };
        let year_range = range.start..range.start + n_year;
        if year > today {
            return Err(future(i, year_range, year));
        }
        if year < FIRST_FILING_YEAR {
            return Err(i.fault(FaultKind::Year, year_range, || {
                say!("year {year} is before the filing system began in 2005", "年份 {year} 早于 2005 年备案系统启用")
            }));
        }
        if n_year == 2 && year > CHANGE_YEAR {
            let fault = i.fault(FaultKind::Year, year_range, || {
                say!("year {year} written with two digits, four are used since 2020", "{year} 年的号码应使用四位年份")
            });
            i.odd(fault)?;
        } else if n_year == 4 && year < CHANGE_YEAR {
            let fault = i.fault(FaultKind::Year, year_range, || {
                say!("year {year} written with four digits, two were used until 2020", "{year} 年的号码应使用两位年份")
            });
            i.odd(fault)?;
        }
        self.expect("号", i)
    }

    // 京ICP证030000号, 浙B2-20080000, 合字A1.B1-20180000, B2-20070000
    fn licence(&mut self, i: &mut Inspection) -> Result<(), Fault> {
        // ICP证合字B2-20070004号 and the like hang in old footers.
        let is_framed = self.take("ICP证");
        let is_class = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
        if !self.take("合字") && !is_class(self.rest()) {
            self.plate(i)?;
            if self.take("ICP证") {
                return self.provincial(i);
            }
        }
        let classes = self.at;
        let is_hyphenated = self.classes(i)?;
        let end_of_classes = self.at;
        self.expect("-", i)?;
        let (range, digits) = self.digits();
        if digits.len() != 8 {
            let found = digits.len();
            return Err(i.fault(FaultKind::Length, range, || say!("8 digits expected, {found} found", "应为 8 位数字，实为 {found} 位")));
        }
        let year = number(&digits.as_bytes()[..4]) as i16;
        self.licence_year(range.start..range.start + 4, year, i)?;
        let is_closed = is_framed && self.take("号");
        if is_framed || is_hyphenated {
            let start = if is_framed { "ICP证".len() } else { 0 };
            let end = if is_closed { self.at - "号".len() } else { self.at };
            let class = self.text[classes..end_of_classes].replacen('-', "", 1);
            // A further figure is the subclass, which the usual form leaves out.
            let class = class.split('-').next().unwrap_or("");
            let value = [&self.text[start..classes], class, &self.text[end_of_classes..end], self.rest()].concat();
            let fault = i
                .fault(FaultKind::Shape, 0..self.at, || {
                    say!("unusual form of a licence number, expected `{value}`", "许可证编号写法不规范，应为 `{value}`")
                })
                .candidate(i, || value.clone());
            i.odd(fault)?;
        }
        Ok(())
    }

    // Classes of services, `B2` or `B1.B2`; whether they are written like `B-2-4`.
    fn classes(&mut self, i: &Inspection) -> Result<bool, Fault> {
        let bytes = self.rest().as_bytes();
        if let [b'A'..=b'Z', b'-', b'0'..=b'9', ..] = bytes {
            let class = [&bytes[..1], &bytes[2..3]].concat();
            if !CLASSES.iter().any(|c| c.as_bytes() == class) {
                return Err(unknown_class(i, self.at..self.at + 3, &self.rest()[..3]));
            }
            let is_subclass = matches!(bytes.get(3..6), Some([b'-', b'0'..=b'9', b'-']));
            self.at += if is_subclass { 5 } else { 3 };
            return Ok(true);
        }
        loop {
            let end = self.rest().char_indices().nth(2).map_or(self.rest().len(), |(at, _)| at);
            let class = &self.rest()[..end];
            if !CLASSES.contains(&class) {
                return Err(unknown_class(i, self.at..self.at + end, class));
            }
            self.at += end;
            if !self.take(".") {
                return Ok(false);
            }
        }
    }

    fn provincial(&mut self, i: &mut Inspection) -> Result<(), Fault> {
        let (range, digits) = self.digits();
        if digits.len() != 6 {
            let found = digits.len();
            return Err(i.fault(FaultKind::Length, range, || say!("6 digits expected, {found} found", "应为 6 位数字，实为 {found} 位")));
        }
        let year = 2000 + number(&digits.as_bytes()[..2]) as i16;
        self.licence_year(range.start..range.start + 2, year, i)?;
        self.expect("号", i)
    }

    fn licence_year(&self, range: Range<usize>, year: i16, i: &Inspection) -> Result<(), Fault> {
        if year > i.today.year() {
            return Err(future(i, range, year));
        }
        if year < FIRST_LICENCE_YEAR {
            return Err(i.fault(FaultKind::Year, range, || {
                say!("year {year} is before the first licences of 2000", "年份 {year} 早于 2000 年首批许可证")
            }));
        }
        Ok(())
    }

    // -1, -2A, -3X, -4K
    fn serial(&mut self, i: &Inspection) -> Result<(), Fault> {
        self.expect("-", i)?;
        let (range, digits) = self.digits();
        if digits.is_empty() || digits.starts_with('0') {
            let trimmed = digits.trim_start_matches('0');
            let rest = self.rest();
            return Err(i
                .fault(FaultKind::Serial, range.clone(), || {
                    say!(
                        "serial of a service expected, 1 or more without leading zeros, found `{digits}`",
                        "服务序号应从 1 起且无前导零，实为 `{digits}`"
                    )
                })
                .candidate(i, || [&self.text[..range.start], trimmed, rest].concat()));
        }
        match self.rest() {
            "" | "A" | "X" | "K" => Ok(()),
            found => Err(i.fault(FaultKind::Category, self.to_end(), || {
                let found = shown(found);
                say!("expected nothing, `A`, `X` or `K` after the serial, found `{found}`", "序号后应为空、`A`、`X` 或 `K`，实为 `{found}`")
            })),
        }
    }
}

fn future(i: &Inspection, range: Range<usize>, year: i16) -> Fault {
    i.fault(FaultKind::Year, range, || say!("year {year} is in the future", "年份 {year} 在将来"))
}

fn unknown_class(i: &Inspection, range: Range<usize>, class: &str) -> Fault {
    i.fault(FaultKind::Category, range, || {
        let (listed, class) = (CLASSES.join(", "), shown(class));
        say!("class of service expected ({listed}), found `{class}`", "应为业务种类（{listed}），实为 `{class}`")
    })
}
