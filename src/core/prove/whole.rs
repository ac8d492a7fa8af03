//! A filing of which everything may vary.

use super::candidates::{Collector, Maker};
use super::facts::{Place, places};
use super::space::{Reads, Space};
use crate::eval::Active;
use crate::manifest::Document;
use crate::pack::View;
use crate::value::{Date, FieldType, Schema, Value};

/// A space in which every fact that the rules in force read may vary, also be missing; lists of records have up to as many items as they have.
/// Facts that `is_fixed` names stay as they are.
pub fn free(view: View<'_>, active: &Active, schema: &Schema, document: Document, on: Date, is_fixed: &dyn Fn(&Place) -> bool) -> Space {
    let places = places(schema, &document);
    let mut space = Space::new(document);
    let mut reads = Reads::default();
    let mut slots = std::collections::BTreeSet::new();
    for i in 0..active.rules.len() {
        slots.extend(super::encode::reads_of_rule(view, active, &space, &mut reads, i));
    }
    let mut collector = Collector::new(view, active, &space, &mut reads);
    (0..active.rules.len()).for_each(|i| collector.rule(i));
    let hints = collector.hints;
    let maker = Maker { view, schema, places: &places, hints: &hints, on };
    for place in slots.iter().filter_map(|s| places.get(*s)).filter(|p| !is_fixed(p)) {
        let now = space.document.slots[place.slot as usize];
        let mut found = maker.candidates(place, &mut space.document);
        let is_unusable = space.document.is_unusable(place.slot);
        if !is_unusable && !place.is_key {
            found.values.push(Value::Unknown);
        }
        if let (FieldType::List { .. }, Value::Rows { start, length }) = (&place.ty, now) {
            found.values = (0..=length).map(|n| Value::Rows { start, length: n }).chain([Value::Unknown]).collect();
            found.values.extend(place.is_optional.then_some(Value::None));
        }
        let values = found.values;
        space.vary(place.slot, &values, found.is_exact);
    }
    space
}
