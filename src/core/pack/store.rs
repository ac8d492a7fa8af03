//! A rulebook as bytes: written once, read in place.
//!
//! Header: 8 bytes that name the form, its version, the checksum of all that follows, the hash of the texts the rules were compiled from, and
//! where each section lies. Numbers are little endian.

use super::bytes::Bytes;
use super::details::{Details, LayerIndex, Packed};
use super::lower::{Lowering, lower};
use super::lowered::*;
use super::rows::{Row, Table, bytes_of};
use super::view::View;
use crate::hir::Program;
use crate::manifest::Document;
use crate::source::{SourceKind, SourceMap};
use crate::value::{Calendar, Date, EnumId, Schema, Shelf, Value};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The first bytes of a stored rulebook.
const MAGIC: &[u8; 8] = b"filingc\n";
/// The number of the form. It moves with every change of the compiler, so that nothing is ever read as something else.
const FORM: u32 = number(env!("FILINGC_FORM"));

const fn number(text: &str) -> u32 {
    let (bytes, mut at, mut n) = (text.as_bytes(), 0, 0u32);
    while at < bytes.len() {
        n = n * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    n
}
const CHECKSUM: Range<usize> = 16..48;
const HASH: Range<usize> = 48..80;
const DIRECTORY: usize = 80;

macro_rules! sections {
    ($($name:ident)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Section { $($name),* }

        const N_SECTIONS: usize = [$(Section::$name),*].len();
    };
}
sections! {
    Head Index Text Nodes Operands Constants Patterns Loops Params Values Defs Rules Versions Changes Exceptions Waivers Confirmations Layers
    StepLayers FieldNodes Enums VersionEnds VersionEntries ChangeEnds ChangeEntries FieldEnds FieldEntries LoopEnds LoopEntries ParamEnds
    ParamEntries StepEnds StepEntries LawEnds LawEntries SourceEnds SourceEntries Axes Turns Years DaysOff DaysWorked EnumEnds EnumEntries
    RecordEnds RecordEntries LayerEnds LayerEntries Program
}

super::rows::row! {
    /// Numbers that stand alone.
    Head {
        /// The definition that derives the filing type, or `NONE`.
        filing_type: u32,
        /// The enum of filing types, or `NONE`.
        filing_types: u32,
        /// Most loop variables at one time.
        n_variables: u32,
    }
}

/// Which texts go into the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// All of them: whoever has the bytes can show excerpts.
    Inside,
    /// Only their names: the host brings the texts.
    Outside,
}

/// Why bytes are no rulebook that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// They do not begin like one.
    NotAPack,
    /// They are of another version of the form.
    Version {
        /// The version of the bytes.
        found: u32,
        /// The version this program reads.
        expected: u32,
    },
    /// They are cut off, or were changed after they were written.
    Damaged,
    /// The rules do not fit into the form.
    TooLarge,
}

/// A rulebook, ready to be asked. Shared by all threads.
#[derive(Debug)]
pub struct Pack {
    bytes: Bytes,
    tables: [Range<usize>; N_SECTIONS],
    pub(super) filing_type: u32,
    pub(super) n_variables: u32,
    pub(super) origins: Vec<u32>,
    /// The enum of filing types.
    pub filing_types: Option<EnumId>,
    /// The shape of manifests, and what is shown of layers.
    pub index: LayerIndex,
    /// What findings show.
    pub details: Details,
    sources: Packed<(String, String)>,
    patterns: OnceLock<Vec<OnceLock<Option<regex_lite::Regex>>>>,
    calendar: OnceLock<Calendar>,
}

impl Pack {
    /// Stores a program without errors; `sources` holds the texts it was compiled from, first to last.
    ///
    /// # Errors
    /// `Broken::TooLarge` for rules of more than 4 GiB.
    pub fn new(program: &Program, sources: &SourceMap, texts: Texts) -> Result<Self, Broken> {
        let whole = postcard::to_allocvec(program).map_err(|_| Broken::TooLarge)?;
        Self::made(program, super::fold::fold(&whole), sources, texts)
    }

    /// Lowers a program that is run at once and not stored: the program itself is left out.
    ///
    /// # Errors
    /// As `new`.
    pub fn to_run(program: &Program, sources: &SourceMap) -> Result<Self, Broken> {
        Self::made(program, Vec::new(), sources, Texts::Outside)
    }

    fn made(program: &Program, folded: Vec<u8>, sources: &SourceMap, texts: Texts) -> Result<Self, Broken> {
        let lowered = lower(program);
        let bytes = write(&lowered, program, folded, sources, texts)?;
        let mut pack = Pack::open(Bytes::Shared(bytes.into()))?;
        pack.origins = lowered.out.origins;
        Ok(pack)
    }

    /// Reads bytes that were checked before, such as those in the program itself.
    ///
    /// # Errors
    /// Bytes that do not begin like a rulebook of this version, or whose sections do not lie inside them.
    pub fn open(bytes: Bytes) -> Result<Self, Broken> {
        let tables = directory(&bytes)?;
        let at = |section: Section| tables[section as usize].clone();
        let head: Table<'_, Head> = Table::new(&bytes[at(Section::Head)]);
        let head = head.get(0).ok_or(Broken::Damaged)?;
        // The lists of the schema are long, and a check needs little of them.
        let rest: Schema = postcard::from_bytes(&bytes[at(Section::Index)]).map_err(|_| Broken::Damaged)?;
        let index = LayerIndex {
            schema: Schema {
                enums: Packed::new(&bytes, at(Section::EnumEnds), at(Section::EnumEntries)).into_shelf(),
                records: Packed::new(&bytes, at(Section::RecordEnds), at(Section::RecordEntries)).into_shelf(),
                ..rest
            },
            layers: Packed::new(&bytes, at(Section::LayerEnds), at(Section::LayerEntries)).into_shelf(),
        };
        let details = Details {
            versions: Packed::new(&bytes, at(Section::VersionEnds), at(Section::VersionEntries)),
            changes: Packed::new(&bytes, at(Section::ChangeEnds), at(Section::ChangeEntries)),
            fields: Packed::new(&bytes, at(Section::FieldEnds), at(Section::FieldEntries)),
            loop_paths: Packed::new(&bytes, at(Section::LoopEnds), at(Section::LoopEntries)),
            sources: Packed::new(&bytes, at(Section::LawEnds), at(Section::LawEntries)),
            params: Packed::new(&bytes, at(Section::ParamEnds), at(Section::ParamEntries)),
            steps: Packed::new(&bytes, at(Section::StepEnds), at(Section::StepEntries)),
            all: bytes.clone(),
            field_nodes: at(Section::FieldNodes),
            enums: at(Section::Enums),
        };
        let sources = Packed::new(&bytes, at(Section::SourceEnds), at(Section::SourceEntries));
        let filing_types = (head.filing_types != NONE).then_some(EnumId(head.filing_types as u16));
        Ok(Pack {
            tables: tables.clone(),
            filing_type: head.filing_type,
            n_variables: head.n_variables,
            origins: Vec::new(),
            filing_types,
            index,
            details,
            sources,
            patterns: OnceLock::new(),
            calendar: OnceLock::new(),
            bytes,
        })
    }

    /// Reads bytes from outside: every byte must be as it was written.
    ///
    /// # Errors
    /// See [`Broken`].
    pub fn check(bytes: Arc<[u8]>) -> Result<Self, Broken> {
        if !bytes.starts_with(MAGIC) {
            return Err(Broken::NotAPack);
        }
        let found = bytes.get(8..12).map(u32::read).ok_or(Broken::Damaged)?;
        if found != FORM {
            return Err(Broken::Version { found, expected: FORM });
        }
        if bytes.get(12..16).map(u32::read) != Some(N_SECTIONS as u32) {
            return Err(Broken::Damaged);
        }
        let checksum = bytes.get(CHECKSUM).ok_or(Broken::Damaged)?;
        if blake3::hash(&bytes[CHECKSUM.end..]).as_bytes() != checksum {
            return Err(Broken::Damaged);
        }
        Pack::open(Bytes::Shared(bytes))
    }

    /// Whether bytes begin like a stored rulebook.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// The bytes, to be written to a file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the rule texts it was compiled from, as 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        hex(&self.bytes[HASH])
    }

    /// Adds the texts that lie inside to a map, in the order in which spans count them. `false` where the texts lie outside.
    pub fn add_sources(&self, sources: &mut SourceMap) -> bool {
        let all: Vec<(String, String)> = (0..self.sources.len()).filter_map(|i| self.sources.read(i)).collect();
        let is_inside = !all.is_empty();
        for (name, text) in all {
            sources.add(name, text, SourceKind::Rules);
        }
        is_inside
    }

    /// The shape of manifests.
    pub fn schema(&self) -> &Schema {
        &self.index.schema
    }

    fn table<R>(&self, section: Section) -> Table<'_, R>
    where
        R: Row,
    {
        Table::new(&self.bytes[self.tables[section as usize].clone()])
    }

    /// The tables, to be read by evaluation.
    pub fn view(&self) -> View<'_> {
        View {
            nodes: self.table(Section::Nodes),
            operands: self.table(Section::Operands),
            constants: self.table(Section::Constants),
            text: &self.bytes[self.tables[Section::Text as usize].clone()],
            loops: self.table(Section::Loops),
            params: self.table(Section::Params),
            values: self.table(Section::Values),
            defs: self.table(Section::Defs),
            rules: self.table(Section::Rules),
            versions: self.table(Section::Versions),
            changes: self.table(Section::Changes),
            exceptions: self.table(Section::Exceptions),
            waivers: self.table(Section::Waivers),
            confirmations: self.table(Section::Confirmations),
            layers: self.table(Section::Layers),
            pack: self,
        }
    }

    /// The working days that the rules announce.
    pub fn calendar(&self) -> &Calendar {
        self.calendar.get_or_init(|| {
            let days = |section| self.table::<i32>(section).iter().filter_map(day_of_number).collect();
            let years = self.table::<i32>(Section::Years).iter().filter_map(|year| i16::try_from(year).ok()).collect();
            Calendar::new(years, days(Section::DaysOff), days(Section::DaysWorked))
        })
    }

    /// The pattern of a `matches`, compiled once; `None` where it is not one.
    pub fn pattern(&self, index: u32) -> Option<&regex_lite::Regex> {
        let places: Table<'_, Slice> = self.table(Section::Patterns);
        let all = self.patterns.get_or_init(|| std::iter::repeat_with(OnceLock::new).take(places.len() as usize).collect());
        all.get(index as usize)?
            .get_or_init(|| {
                let text = &self.bytes[self.tables[Section::Text as usize].clone()];
                let written = std::str::from_utf8(text.get(places.get(index)?.range())?).ok()?;
                regex_lite::Regex::new(&format!("^(?:{written})$")).ok()
            })
            .as_ref()
    }

    /// For the day of law and for every date that some range counts: the interval between two changes of the rules it lies in. Filings of the
    /// same layers and intervals have the same law.
    pub fn intervals(&self, document: &Document, on: Date) -> Vec<u32> {
        let turns: Table<'_, i32> = self.table(Section::Turns);
        let interval = |day: Date| {
            let day = day_number(day);
            let (mut low, mut high) = (0, turns.len());
            while low < high {
                let middle = low + (high - low) / 2;
                if turns.at(middle) <= day { low = middle + 1 } else { high = middle }
            }
            low
        };
        let axes: Table<'_, u32> = self.table(Section::Axes);
        let stated = |slot: u32| match document.slots.get(slot as usize) {
            Some(Value::Date(day)) => *day,
            _ => on,
        };
        std::iter::once(on).chain(axes.iter().map(stated)).map(interval).collect()
    }

    /// The program the rules were stored from: what lists and explains rules, or draws them, looks at. It is decoded anew each time.
    ///
    /// # Errors
    /// Bytes that are no program.
    pub fn program(&self) -> Result<Program, Broken> {
        let folded = &self.bytes[self.tables[Section::Program as usize].clone()];
        let bytes = super::fold::unfold(folded).ok_or(Broken::Damaged)?;
        postcard::from_bytes(&bytes).map_err(|_| Broken::Damaged)
    }

    /// The steps of some layers, those that come before first; steps name each other by their position in this list.
    pub fn steps(&self, layers: &[usize]) -> Vec<super::StepDetails> {
        let of: Table<'_, u32> = self.table(Section::StepLayers);
        let chosen: Vec<u32> = (0..of.len()).filter(|i| layers.contains(&(of.at(*i) as usize))).collect();
        let number = |step: u32| chosen.binary_search(&step).ok().map(|i| i as u32);
        chosen.iter().map(|i| self.details.steps[*i as usize].renumbered(number)).collect()
    }
}

/// Slots of dates that some range counts instead of the day of law, and all days on which anything begins or has ended; both ascending.
fn calendar(out: &Lowered) -> (Vec<u32>, Vec<i32>) {
    let days = (out.values.iter().map(|v| v.days))
        .chain(out.versions.iter().map(|v| v.days))
        .chain(out.exceptions.iter().map(|e| e.days))
        .chain(out.waivers.iter().map(|w| w.days))
        .chain(out.confirmations.iter().map(|c| c.days));
    let (mut axes, mut turns) = (Vec::new(), Vec::new());
    for range in days {
        axes.extend((range.axis != NONE).then_some(range.axis));
        turns.extend(range.boundaries());
    }
    axes.sort_unstable();
    axes.dedup();
    turns.sort_unstable();
    turns.dedup();
    (axes, turns)
}

/// Where each section lies. Nothing beyond the header is looked at.
fn directory(bytes: &[u8]) -> Result<[Range<usize>; N_SECTIONS], Broken> {
    if !bytes.starts_with(MAGIC) {
        return Err(Broken::NotAPack);
    }
    let ends: Table<'_, u32> = Table::new(bytes.get(DIRECTORY..DIRECTORY + 4 * N_SECTIONS).ok_or(Broken::Damaged)?);
    let mut start = DIRECTORY + 4 * N_SECTIONS;
    let mut tables = [const { 0..0 }; N_SECTIONS];
    for (table, end) in tables.iter_mut().zip(ends.iter()) {
        let end = end as usize;
        if end < start || end > bytes.len() {
            return Err(Broken::Damaged);
        }
        *table = start..end;
        start = end;
    }
    if start == bytes.len() { Ok(tables) } else { Err(Broken::Damaged) }
}

/// The hash that names a ruleset: of its texts, whatever they are called and in which order they are given.
fn ruleset_hash<'t>(texts: impl IntoIterator<Item = &'t str>) -> [u8; 32] {
    let mut all: Vec<&str> = texts.into_iter().collect();
    all.sort_unstable();
    *hash_of(all).as_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The rules of a run, as outputs for programs name them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Ruleset {
    /// As `Pack::hash`: of the texts alone, so the same for rules from a folder and from what was built of them.
    pub hash: String,
    /// `bundled`, the path that the call names, or `cache of` that path.
    pub built_from: String,
}

impl Ruleset {
    /// Names the rules of some texts.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>, built_from: impl Into<String>) -> Self {
        Ruleset { hash: hex(&ruleset_hash(texts)), built_from: built_from.into() }
    }
}

fn hash_of<'t>(parts: impl IntoIterator<Item = &'t str>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize()
}

/// A name for what this version of the form stores of texts: the same texts under the same names in the same order, the same key.
pub fn cache_key(sources: &SourceMap) -> String {
    let form = format!("{FORM} {}", env!("CARGO_PKG_VERSION"));
    let texts = sources.iter().flat_map(|(_, f)| [f.name.as_str(), &*f.text]);
    hash_of(std::iter::once(form.as_str()).chain(texts)).to_hex().to_string()
}

/// Entries one after the other.
fn all_of<T: serde::Serialize>(list: impl Iterator<Item = T>) -> Result<super::details::Entries, Broken> {
    let mut entries = super::details::Entries::default();
    for entry in list {
        entries.push(&entry).map_err(|_| Broken::TooLarge)?;
    }
    Ok(entries)
}

fn write(lowering: &Lowering<'_>, program: &Program, folded: Vec<u8>, sources: &SourceMap, texts: Texts) -> Result<Vec<u8>, Broken> {
    let (out, shown) = (&lowering.out, &lowering.details);
    if lowering.failed.is_some() {
        return Err(Broken::TooLarge);
    }
    let rules = || sources.iter().filter(|(_, f)| f.kind == SourceKind::Rules).map(|(_, f)| f);
    let mut stored = super::details::Entries::default();
    if texts == Texts::Inside {
        for (_, file) in sources.iter() {
            stored.push(&(file.name.as_str(), &*file.text)).map_err(|_| Broken::TooLarge)?;
        }
    }
    let entries = program.layers.iter().map(|layer| super::LayerEntry {
        id: layer.id.clone(),
        title: layer.title.clone(),
        authority: layer.authority.clone(),
        is_provider: layer.is_provider,
        extends: layer.extends.map_or(NONE, |l| l.0),
        otherwise: layer.otherwise.clone(),
        span: layer.span,
    });
    let layers = all_of(entries)?;
    let (enums, records) = (all_of(program.schema.enums.iter())?, all_of(program.schema.records.iter())?);
    let rest = Schema { enums: Shelf::default(), records: Shelf::default(), ..program.schema.clone() };
    let head = Head {
        filing_type: out.filing_type,
        filing_types: out.filing_types.map_or(NONE, |id| u32::from(id.0)),
        n_variables: out.loops.iter().map(|l| u32::from(l.var) + 1).max().unwrap_or(0),
    };
    let mut sections: Vec<Vec<u8>> = vec![Vec::new(); N_SECTIONS];
    let mut put = |section: Section, bytes: Vec<u8>| sections[section as usize] = bytes;
    put(Section::Head, bytes_of(&[head]));
    put(Section::Index, postcard::to_allocvec(&rest).map_err(|_| Broken::TooLarge)?);
    put(Section::Text, out.text.clone().into_bytes());
    put(Section::Nodes, bytes_of(&out.nodes));
    put(Section::Operands, bytes_of(&out.operands));
    put(Section::Constants, bytes_of(&out.constants));
    put(Section::Patterns, bytes_of(&out.patterns));
    put(Section::Loops, bytes_of(&out.loops));
    put(Section::Params, bytes_of(&out.params));
    put(Section::Values, bytes_of(&out.values));
    put(Section::Defs, bytes_of(&out.defs));
    put(Section::Rules, bytes_of(&out.rules));
    put(Section::Versions, bytes_of(&out.versions));
    put(Section::Changes, bytes_of(&out.changes));
    put(Section::Exceptions, bytes_of(&out.exceptions));
    put(Section::Waivers, bytes_of(&out.waivers));
    put(Section::Confirmations, bytes_of(&out.confirmations));
    put(Section::Layers, bytes_of(&out.layers));
    put(Section::StepLayers, bytes_of(&out.step_layers));
    put(Section::FieldNodes, bytes_of(&shown.field_nodes));
    let (axes, turns) = calendar(out);
    put(Section::Axes, bytes_of(&axes));
    put(Section::Turns, bytes_of(&turns));
    let (years, off, work) = program.calendar.parts();
    let numbers = |days: &[Date]| days.iter().map(|d| day_number(*d)).collect::<Vec<i32>>();
    put(Section::Years, bytes_of(&years.iter().map(|y| i32::from(*y)).collect::<Vec<i32>>()));
    put(Section::DaysOff, bytes_of(&numbers(off)));
    put(Section::DaysWorked, bytes_of(&numbers(work)));
    put(Section::Enums, bytes_of(&shown.enums));
    put(Section::Program, folded);
    for (ends, entries, list) in [
        (Section::VersionEnds, Section::VersionEntries, &shown.versions),
        (Section::ChangeEnds, Section::ChangeEntries, &shown.changes),
        (Section::FieldEnds, Section::FieldEntries, &shown.fields),
        (Section::LoopEnds, Section::LoopEntries, &shown.loop_paths),
        (Section::ParamEnds, Section::ParamEntries, &shown.params),
        (Section::StepEnds, Section::StepEntries, &shown.steps),
        (Section::LawEnds, Section::LawEntries, &shown.sources),
        (Section::SourceEnds, Section::SourceEntries, &stored),
        (Section::EnumEnds, Section::EnumEntries, &enums),
        (Section::RecordEnds, Section::RecordEntries, &records),
        (Section::LayerEnds, Section::LayerEntries, &layers),
    ] {
        put(ends, bytes_of(&list.ends));
        put(entries, list.bytes.clone());
    }
    let mut bytes = MAGIC.to_vec();
    FORM.write(&mut bytes);
    (N_SECTIONS as u32).write(&mut bytes);
    bytes.resize(CHECKSUM.end, 0);
    bytes.extend_from_slice(&ruleset_hash(rules().map(|f| &*f.text)));
    let mut end = DIRECTORY + 4 * N_SECTIONS;
    for section in &sections {
        end += section.len();
        u32::try_from(end).map_err(|_| Broken::TooLarge)?.write(&mut bytes);
    }
    sections.iter().for_each(|section| bytes.extend_from_slice(section));
    let checksum = *blake3::hash(&bytes[CHECKSUM.end..]).as_bytes();
    bytes[CHECKSUM].copy_from_slice(&checksum);
    Ok(bytes)
}
