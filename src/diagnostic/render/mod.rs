//! temporary
use super::*;
use crate::source::SourceMap;
pub fn full(d: &[Diagnostic], s: &SourceMap, l: Language, _: bool) -> String { concise(d, s, l) }
pub fn concise(d: &[Diagnostic], s: &SourceMap, l: Language) -> String {
    let mut o = String::new();
    for x in d {
        if let Some(label) = x.labels.first() {
            let f = s.get(label.span.source);
            let lc = f.line_column(label.span.start as usize);
            o.push_str(&format!("{}:{}:{}: ", f.name, lc.line, lc.column));
        }
        o.push_str(&format!("{:?}[{}] {}", x.severity, x.code.text(), x.message.get(l)));
        for y in x.labels.iter() { o.push_str(&format!(" | {}", y.message.get(l))); }
        for y in x.help.iter() { o.push_str(&format!(" | help: {}", y.get(l))); }
        o.push('\n');
    }
    o
}
#[derive(serde::Serialize)]
pub struct JsonDiagnostic { pub code: String }
pub fn diagnostics_json(d: &[Diagnostic], _: &SourceMap) -> Vec<JsonDiagnostic> { d.iter().map(|x| JsonDiagnostic { code: x.code.text() }).collect() }
