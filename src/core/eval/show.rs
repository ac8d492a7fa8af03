//! Values as people read them.

use super::machine::Machine;
use crate::diagnostic::render::quoted;
use crate::diagnostic::{Bilingual, Language};
use crate::pack::{Details, Node};
use crate::value::{EnumId, Schema, Value};

impl Machine<'_> {
    /// A value in one language; `of` is its enum where it has one.
    pub(super) fn show(&mut self, value: Value, of: Option<EnumId>, schema: &Schema, language: Language) -> String {
        let zh = language == Language::Zh;
        match value {
            Value::Unknown => if zh { "未填写" } else { "not stated" }.to_owned(),
            Value::None => if zh { "无" } else { "none" }.to_owned(),
            Value::Bool(b) => match (b, zh) {
                (true, true) => "是",
                (false, true) => "否",
                (true, false) => "yes",
                (false, false) => "no",
            }
            .to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Decimal(n) => {
                let text = format!("{}{}.{:06}", if n < 0 { "-" } else { "" }, n.unsigned_abs() / 1_000_000, n.unsigned_abs() % 1_000_000);
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            Value::Date(d) => d.to_string(),
            Value::DateTime(d) => d.to_string().replace('T', " "),
            Value::Text(t) => quoted(self.str(t)).into_owned(),
            Value::Enum(v) => match of.map(|id| schema.enumeration(id)).and_then(|e| e.values.get(v as usize)) {
                Some(shape) if zh && !shape.title.zh.is_empty() => shape.title.zh.clone(),
                Some(shape) if !shape.title.en.is_empty() => shape.title.en.clone(),
                Some(shape) => shape.name.clone(),
                None => quoted(of.and_then(|id| self.document.unlisted.text(id, v)).unwrap_or("?")).into_owned(),
            },
            Value::Duration(d) => {
                let mut parts = Vec::new();
                let mut part = |n: i32, en: &str, zh_unit: &str| {
                    if n != 0 {
                        parts.push(if zh { format!("{n} {zh_unit}") } else { format!("{n} {en}{}", if n.abs() == 1 { "" } else { "s" }) });
                    }
                };
                part(d.months, "month", "个月");
                part(d.days, "day", "天");
                part(d.hours, "hour", "小时");
                let length = match (parts.is_empty(), zh) {
                    (true, true) => "0 天".to_owned(),
                    (true, false) => "0 days".to_owned(),
                    (false, _) => parts.join(" "),
                };
                match (d.is_more, zh) {
                    (false, _) => length,
                    (true, true) => format!("超过 {length}"),
                    (true, false) => format!("more than {length}"),
                }
            }
            Value::BusinessDays(n) => {
                if zh {
                    format!("{n} 个工作日")
                } else {
                    format!("{n} business days")
                }
            }
            Value::Money(m) => {
                let cents = m.cents();
                let whole = (cents / 100).abs().to_string();
                let mut grouped = String::new();
                for (i, c) in whole.chars().enumerate() {
                    if i > 0 && (whole.len() - i) % 3 == 0 {
                        grouped.push(',');
                    }
                    grouped.push(c);
                }
                let fraction = if cents % 100 == 0 { String::new() } else { format!(".{:02}", (cents % 100).abs()) };
                format!("{} {}{grouped}{fraction}", m.currency_code(), if cents < 0 { "-" } else { "" })
            }
            Value::Present => if zh { "已提供" } else { "given" }.to_owned(),
            Value::List { start, length } => {
                let shown: Vec<String> =
                    (start..start + length.min(8)).map(|s| self.show(self.document.slots[s as usize], of, schema, language)).collect();
                let mut text = shown.join(if zh { "、" } else { ", " });
                if length > 8 {
                    text.push('…');
                }
                if length == 0 { if zh { "无" } else { "none" }.to_owned() } else { text }
            }
            Value::Rows { length, .. } => {
                if zh {
                    format!("{length} 项")
                } else {
                    format!("{length} items")
                }
            }
        }
    }

    /// The value of a node in both languages; constant lists item by item.
    pub(super) fn show_node(&mut self, node: u32, details: &Details, schema: &Schema) -> Bilingual {
        let of = details.enumeration(node);
        let is_list = match self.lowered.nodes.at(node) {
            Node::Const(_) | Node::Param(_) | Node::List(_) => true,
            Node::Def(_) => self.value(node) == Value::Present,
            _ => false,
        };
        if is_list {
            let items = self.items(node);
            if !matches!(items, super::machine::Items::Unknown) {
                let n = self.n_items(items);
                let mut side = |language| {
                    let mut texts: Vec<String> = Vec::new();
                    for i in 0..n.min(8) {
                        let value = self.nth(items, i);
                        texts.push(self.show(value, of, schema, language));
                    }
                    let mut text = texts.join(if language == Language::Zh { "、" } else { ", " });
                    if n > 8 {
                        text.push('…');
                    }
                    text
                };
                return Bilingual { en: side(Language::En), zh: side(Language::Zh) };
            }
        }
        let value = self.value(node);
        Bilingual { en: self.show(value, of, schema, Language::En), zh: self.show(value, of, schema, Language::Zh) }
    }
}
