//! Diagnostics as workflow commands, which GitHub shows beside the lines they are about.

use crate::diagnostic::render::{self, Screen, Shown};
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::source::SourceMap;

/// Diagnostics, one workflow command each.
pub(super) fn github(diagnostics: &[Diagnostic], sources: &SourceMap, language: Language) -> Shown {
    let screen = Screen::of(sources);
    let mut out = String::new();
    for d in diagnostics {
        let command = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        out.push_str(&format!("::{command} "));
        if let Some(label) = d.labels.first() {
            let file = sources.get(label.span.source);
            let (start, end) = (file.line_column(label.span.start as usize), file.line_column(label.span.end as usize));
            // Programs look for the file by its name, so it is not masked.
            let name = property(&render::escaped(&file.name.replace('\\', "/")));
            out.push_str(&format!("file={name},line={},endLine={},col={}", start.line, end.line, start.column));
            // A column of the end means nothing when it stands in another line.
            if start.line == end.line {
                out.push_str(&format!(",endColumn={}", end.column));
            }
            out.push(',');
        }
        out.push_str(&format!("title={}::{}\n", property(&screen.text(&d.code.text())), data(&text(d, &screen, language))));
    }
    Shown::document(out)
}

/// The message with what is said at its places, notes and help, one line each.
pub(super) fn text(d: &Diagnostic, screen: &Screen, language: Language) -> String {
    let mut lines = vec![screen.text(d.message.get(language))];
    let primary = d.labels.iter().filter(|l| l.is_primary && !l.message.get(language).is_empty());
    lines.extend(primary.map(|l| screen.text(l.message.get(language))));
    lines.extend(render::note_lines(d, language).iter().flatten().map(|n| screen.text(n)));
    lines.join("\n")
}

/// The text of a command: `%` and line breaks would end it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property: `:` and `,` would end it as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, say};
    use crate::source::{SourceKind, Span};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let mut sources = SourceMap::default();
        let id = sources.add("a,b:c/50%.toml", "x = 1\n", SourceKind::Other);
        let d = Diagnostic::new(Code::WrongType, say!("100% :: wrong\nin two lines", "错"))
            .primary(Span::new(id, 4..5), say!("here", "此处"))
            .help(say!("mend: it, now", "修正"));
        assert_eq!(
            github(&[d], &sources, Language::En).as_str(),
            "::error file=a%2Cb%3Ac/50%25.toml,line=1,endLine=1,col=5,endColumn=6,title=F5004::\
             100%25 :: wrong\\u{a}in two lines%0Ahere%0Ahelp: mend: it, now\n"
        );
    }

    #[test]
    fn a_message_without_a_place_has_no_file() {
        let d = Diagnostic::new(Code::NoManifests, say!("no manifest", "没有清单"));
        assert_eq!(github(&[d], &SourceMap::default(), Language::Zh).as_str(), "::error title=F7003::没有清单\n");
    }
}
