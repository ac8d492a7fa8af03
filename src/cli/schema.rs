//! `filingc schema`: the JSON Schema of manifests.

use super::output::{Written, no_form};
use super::{Global, graph, load, output};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::render::{self, Screen};
use crate::picture::{Kind, Model, Scope};
use crate::scaffold::{self, Narrowed};
use crate::source::SourceMap;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Only manifests for this region: fields that none of its rules reads are not offered.
    #[arg(long)]
    region: Option<String>,
}

pub(super) fn run(args: &SchemaArgs, global: &Global) -> u8 {
    let language = global.language();
    let mut sources = SourceMap::default();
    let text = match &args.region {
        None => {
            let Some((book, _)) = load::rulebook(global, global.rules.as_deref(), &mut sources) else { return 2 };
            printed(&scaffold::json_schema(&book.index.schema, None))
        }
        Some(region) => {
            let Some((book, _)) = load::rulebook(global, global.rules.as_deref(), &mut sources) else { return 2 };
            let Some(program) = load::program(global, &book) else { return 2 };
            let program = &*program;
            let layers = match graph::layers_of(program, region) {
                Ok(layers) => layers,
                Err(d) => {
                    let mut problems = Diagnostics::new();
                    problems.report(*d);
                    output::problems(global, &problems.into_sorted(), &sources, language);
                    return 2;
                }
            };
            let own = layers.iter().map(|l| &program.layers[*l]).find(|l| l.extends.is_some() && !l.is_provider);
            let Some(own) = own.or(layers.iter().next().map(|l| &program.layers[*l])) else { return 2 };
            // Any provider may file there.
            let all = layers.iter().copied().chain((0..program.layers.len()).filter(|l| program.layers[*l].is_provider)).collect();
            let model = Model::build(program, &Scope { layers: Some(all), on: None });
            let read = model.nodes.iter().filter(|n| n.kind == Kind::Field).map(|n| n.id.clone()).collect();
            let mut required = scaffold::unavoidable(program, &layers);
            required.extend(program.schema.roles.region.as_ref().map(|(place, _)| place.path()));
            // A path is required together with the tables it stands in.
            for path in required.clone() {
                required.extend(path.match_indices('.').map(|(at, _)| path[..at].to_owned()));
            }
            let narrowed = Narrowed { region: own.id.clone(), title: own.title.clone(), read, required };
            printed(&scaffold::json_schema(&program.schema, Some(&narrowed)))
        }
    };
    if output::result(global, text) { 0 } else { 2 }
}

fn printed(schema: &impl serde::Serialize) -> Written {
    render::document(schema, &Screen::default()).map_err(|e| no_form("JSON", e))
}
