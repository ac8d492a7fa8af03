//! What stands beside the text: the value that a parameter has in this region today.

use super::hover::holds;
use super::index::{Given, Kind};
use super::server::{Answer, Server};
use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};

/// Longest value that is shown, in characters.
const LONGEST: usize = 40;

pub(super) fn hints(server: &mut Server<'_>, params: InlayHintParams) -> Answer<Option<Vec<InlayHint>>> {
    let Some((_, doc, Some(ruleset), parsed)) = server.rules(&params.text_document.uri) else { return Ok(None) };
    let symbols = &ruleset.index.symbols;
    let layer = super::rules::layer(&parsed.file).unwrap_or("");
    let (chain, today) = (symbols.chain(layer), server.host.today());
    let shown = doc.text.bytes(params.range, server.encoding);
    let mut list = Vec::new();
    for o in parsed.names.iter().filter(|o| o.entity.kind == Kind::Parameter && !o.is_declaration) {
        let (start, end) = (o.start as usize, o.end as usize);
        // A `set` says the value itself.
        let is_set = doc.text.as_str()[end..].trim_start().starts_with('=');
        if start < shown.start || shown.end < end || is_set {
            continue;
        }
        let of = |layer: &&str| {
            let is_it = |g: &&Given| g.layer == **layer && holds(g, today) && !g.is_partial;
            symbols.given.get(&o.entity)?.iter().rfind(is_it)
        };
        let Some(given) = chain.iter().find_map(of) else { continue };
        let value = ruleset.sources.slice(given.value);
        let value = match value.char_indices().nth(LONGEST) {
            Some((cut, _)) => format!("{}…", &value[..cut]),
            None => value.to_owned(),
        };
        list.push(InlayHint {
            position: doc.text.position(end, server.encoding),
            label: InlayHintLabel::String(format!("= {value}")),
            kind: Some(InlayHintKind::PARAMETER),
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        });
    }
    Ok(Some(list))
}
