//! The lines of blocks: one table that says of each what it holds, how it is written, read and laid out, and one that says which block may hold
//! which. The parser, the printer, messages, the reference and everything that visits the parts of a declaration ask these.

use super::ast::*;
use super::parse::{Builder, P, Rule};
use super::parts::Visit;
use super::{diagnostics as say, keywords, lines};
use crate::source::Span;
use crate::value::Date;

/// How the parts of a line are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Beside each other.
    Spaced,
    /// A list after the keywords, which fills lines.
    Listed,
    /// Keywords, then texts that may each go to a new line.
    Worded,
}

/// What a clause holds: `list` and `lists` hold several of their kind.
macro_rules! holds {
    (one $holds:ty) => { $holds };
    (many $holds:ty) => { $holds };
    (list $holds:ty) => { Vec<$holds> };
    (lists $holds:ty) => { Vec<$holds> };
    (flag $holds:ty) => { $holds };
}

/// How a block is asked for a clause.
macro_rules! accessor {
    (one $name:ident $line:ident $words:literal $holds:ty) => {
        #[doc = concat!("The line `", $words, "`.")]
        pub fn $name(&self) -> Option<&$holds> {
            self.clauses().find_map(|c| if let Clause::$line(held) = c { Some(held) } else { None })
        }
    };
    (many $name:ident $line:ident $words:literal $holds:ty) => {
        #[doc = concat!("The lines `", $words, "`.")]
        pub fn $name(&self) -> impl Iterator<Item = &$holds> + Clone {
            self.clauses().filter_map(|c| if let Clause::$line(held) = c { Some(held) } else { None })
        }
    };
    (list $name:ident $line:ident $words:literal $holds:ty) => {
        #[doc = concat!("What the line `", $words, "` lists.")]
        pub fn $name(&self) -> &[$holds] {
            self.clauses().find_map(|c| if let Clause::$line(held) = c { Some(held.as_slice()) } else { None }).unwrap_or(&[])
        }
    };
    (lists $name:ident $line:ident $words:literal $holds:ty) => {
        #[doc = concat!("What the lines `", $words, "` list.")]
        pub fn $name(&self) -> impl Iterator<Item = &$holds> + Clone {
            self.clauses().filter_map(|c| if let Clause::$line(held) = c { Some(held) } else { None }).flatten()
        }
    };
    (flag $name:ident $line:ident $words:literal $holds:ty) => {
        #[doc = concat!("Whether it says `", $words, "`.")]
        pub fn $name(&self) -> bool {
            self.clauses().any(|c| matches!(c, Clause::$line(_)))
        }
    };
}

macro_rules! clauses {
    ($($how:ident $name:ident: $line:ident($holds:ty), $rule:ident $words:literal $read:ident $layout:ident;)*) => {
        /// A kind of line.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // `words` says how each is written, the language reference what it means
        pub enum Line { $($line,)* }

        impl Line {
            /// All of them.
            pub const ALL: &'static [Line] = &[$(Line::$line,)*];

            /// How users know it: the keywords it begins with, one of them where there is a choice.
            pub fn words(self) -> &'static str {
                match self { $(Line::$line => $words,)* }
            }

            /// Whether a block may hold it more than once.
            pub fn repeats(self) -> bool {
                match self { $(Line::$line => matches!(stringify!($how), "many" | "lists"),)* }
            }

            pub(super) fn of(rule: Rule) -> Option<Line> {
                match rule {
                    $(Rule::$rule => Some(Line::$line),)*
                    _ => None,
                }
            }

            pub(super) fn layout(self) -> Layout {
                match self { $(Line::$line => Layout::$layout,)* }
            }
        }

        /// A line of a block.
        #[derive(Clone, Debug)]
        #[allow(missing_docs)] // as `Line`
        pub enum Clause { $($line(holds!($how $holds)),)* }

        impl Clause {
            /// Its kind.
            pub fn line(&self) -> Line {
                match self { $(Clause::$line(_) => Line::$line,)* }
            }

            /// Visits what it holds.
            pub fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
                match self { $(Clause::$line(held) => held.visit(visitor),)* }
            }
        }

        impl Clauses {
            $(accessor!($how $name $line $words $holds);)*
        }

        impl Builder<'_> {
            /// Reads a line; `None` where it was reported, or where a part of it is missing.
            fn read(&mut self, line: Line, pair: P<'_>) -> Option<Clause> {
                match line { $(Line::$line => lines::$read(self, pair).map(Clause::$line),)* }
            }
        }
    };
}

// How often it may stand and how it is asked for (`one`; `many` lines; one `list`; several `lists`; a `flag`), what it is and holds; its rule of the
// grammar, its keywords, the function of lines.rs that reads it, its layout.
clauses! {
    lists sources: Source(Citation), source_line "source" citations Listed;
    one basis: Basis(Texts), basis_line "basis" texts Worded;
    one confidence: Confidence(Confidence), confidence_line "confidence" confidence Spaced;
    one status: Status(Status), status_line "status" status Spaced;
    one last_seen: LastSeen(Texts), last_seen_line "last_seen" texts Worded;
    many readings: Reading(Reading), reading_line "reading" reading Worded;
    one effective: Effective(Effective), effective_line "effective" effective Spaced;
    many advice: Advice(Texts), advice_line "advice" texts Worded;
    one stage: Stage(Name), stage_line "stage" name Spaced;
    one strength: Strength(Strength), strength_line "must" strength Spaced;
    list filing_types: FilingTypes(Name), filing_types_line "filing types" names Listed;
    lists needs: Needs(RuleRef), needs_line "needs" rules Listed;
    list for_each: ForEach(Loop), for_each_line "for each" loops Listed;
    one when: When(Expr), when_line "when" expr Spaced;
    one require: Require(Expr), require_line "require" expr Spaced;
    many demands: Demand(Name), demand_line "demand" name Spaced;
    lists stated: State(Stated), state_line "state" stated Listed;
    one report: Report(Report), report_line "report" report Worded;
    one help: Help(Texts), help_line "help" texts Worded;
    flag even_if_not_required: EvenIfNotRequired(Said), even_line "even if not required" said Spaced;
    lists over: Over(RuleRef), over_line "over" rules Listed;
    one field: Field(Path), field_line "field" path Spaced;
    list formats: Formats(Name), formats_line "formats" names Listed;
    one max_kb: MaxKb(i64), max_kb_line "max_kb" integer Spaced;
    lists actors: Actor(Actor), actor_line "actor" actors Listed;
    lists after: After(Name), after_line "after" names Listed;
    one takes: Takes(Takes), takes_line "takes" takes Spaced;
    many usual: Usually(Usually), usually_line "usually" usually Spaced;
    one started_on: StartedOn(Path), started_line "started on" path Spaced;
    one until: Until(Name), until_line "until" name Spaced;
    one returns_to: ReturnsTo(Name), returns_line "returns to" name Spaced;
    flag is_milestone: Milestone(Said), milestone_line "milestone" said Spaced;
    many deadlines: Deadline(Deadline), deadline_line "deadline" deadline Spaced;
    one done_on: DoneOn(Path), done_on_line "done on" path Spaced;
    one done_when: DoneWhen(Expr), done_when_line "done when" expr Spaced;
    lists attach: Attach(Name), attach_line "attach" names Listed;
    lists gated_by: GatedBy(Gate), gated_line "gated by" gates Listed;
    one produces: Produces(Texts), produces_line "produces" texts Worded;
    one on_reject: OnReject(Name), reject_line "on reject" name Spaced;
    one url: Url(Text), url_line "url" string Spaced;
    one dated: Dated(Texts), dated_line "dated" texts Worded;
    one read_on: Read(Date), read_line "read" date Spaced;
    one authority: Authority(Texts), authority_line "authority" texts Worded;
    one plate: Plate(Text), plate_line "plate" string Spaced;
    one gb2260: Gb2260(Text), gb2260_line "gb2260" string Spaced;
    one applies: AppliesWhen(Expr), applies_line "applies when" expr Spaced;
    one otherwise: Otherwise(Texts), otherwise_line "otherwise" texts Worded;
    lists formerly: Formerly(Name), formerly_line "formerly" names Listed;
    lists off: Off(Days), off_line "off" days Listed;
    lists work: Work(Days), work_line "work" days Listed;
    one several: Several(Several), several_line "several layers" several Spaced;
}

const TRUST: &[Line] = &[Line::Confidence, Line::Status, Line::LastSeen];
const ORIGIN: &[Line] = &[Line::Source, Line::Basis, Line::Confidence, Line::Status, Line::LastSeen, Line::Reading];
const DATED: &[Line] = &[Line::Effective, Line::Advice];
const LAYER: &[Line] = &[Line::Authority, Line::Plate, Line::Gb2260, Line::AppliesWhen, Line::Otherwise];
const DEMAND: &[Line] = &[
    Line::Stage,
    Line::Strength,
    Line::FilingTypes,
    Line::Needs,
    Line::ForEach,
    Line::When,
    Line::Require,
    Line::Demand,
    Line::Report,
    Line::Help,
    Line::EvenIfNotRequired,
];
const FACTS: &[Line] = &[
    Line::Stage,
    Line::Strength,
    Line::FilingTypes,
    Line::Needs,
    Line::ForEach,
    Line::When,
    Line::State,
    Line::Help,
    Line::EvenIfNotRequired,
];
const ADOPTION: &[Line] = &[Line::Stage, Line::Strength, Line::FilingTypes, Line::Needs, Line::When, Line::Report, Line::Help];
const STEP: &[Line] = &[
    Line::Actor,
    Line::After,
    Line::Takes,
    Line::Usually,
    Line::StartedOn,
    Line::Until,
    Line::ReturnsTo,
    Line::Milestone,
    Line::Deadline,
    Line::DoneOn,
    Line::DoneWhen,
    Line::Attach,
    Line::GatedBy,
    Line::Produces,
    Line::OnReject,
    Line::When,
    Line::FilingTypes,
];

macro_rules! blocks {
    ($($block:ident $name:literal [$($lines:expr),*];)*) => {
        /// A kind of block.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // each is named for the declaration it belongs to
        pub enum Block { $($block,)* }

        impl Block {
            /// All of them.
            pub const ALL: &'static [Block] = &[$(Block::$block,)*];

            /// How users know it.
            pub fn name(self) -> &'static str {
                match self { $(Block::$block => $name,)* }
            }

            /// The lines it may hold, in the order in which they are listed.
            pub fn lines(self) -> impl Iterator<Item = Line> + Clone {
                let groups: &'static [&'static [Line]] = match self { $(Block::$block => &[$($lines),*],)* };
                groups.iter().copied().flatten().copied()
            }
        }
    };
}

blocks! {
    Region "region" [LAYER];
    Provider "provider" [LAYER];
    Source "source" [&[Line::Url, Line::Dated, Line::Read], TRUST];
    Calendar "calendar" [ORIGIN, &[Line::Off, Line::Work]];
    Parameter "parameter" [ORIGIN, DATED, &[Line::Several]];
    Set "set" [ORIGIN, DATED, &[Line::Over, Line::Formerly]];
    Requirement "requirement" [ORIGIN, DATED, DEMAND, &[Line::Formerly]];
    Facts "facts" [ORIGIN, DATED, FACTS, &[Line::Formerly]];
    Material "material" [ORIGIN, &[Line::Advice, Line::Field, Line::Formats, Line::MaxKb]];
    Step "step" [ORIGIN, &[Line::Advice], STEP];
    Exception "exception" [ORIGIN, DATED, &[Line::Over, Line::Formerly]];
    Waive "waive" [ORIGIN, DATED, &[Line::When, Line::Over, Line::FilingTypes, Line::Formerly]];
    Replace "replace" [ORIGIN, DATED, DEMAND, &[Line::Over, Line::Formerly]];
    Adopt "adopt" [ORIGIN, DATED, ADOPTION, &[Line::Over, Line::Formerly]];
    Confirm "confirm" [ORIGIN, DATED, &[Line::Formerly]];
    Advice "advice" [ORIGIN, DATED];
}

/// The lines of a block, in the order they were written; each is one that the block may hold.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// The block with its braces.
    pub span: Span,
    lines: Vec<(Clause, Span)>,
}

impl Clauses {
    /// The lines with their places.
    pub fn lines(&self) -> impl Iterator<Item = (&Clause, Span)> {
        self.lines.iter().map(|(clause, span)| (clause, *span))
    }

    fn clauses(&self) -> impl Iterator<Item = &Clause> + Clone {
        self.lines.iter().map(|(clause, _)| clause)
    }

    /// Whether it says `status unconfirmed`.
    pub fn is_unconfirmed(&self) -> bool {
        self.status() == Some(&Status::Unconfirmed)
    }
}

impl Builder<'_> {
    pub(super) fn clauses(&mut self, pair: P<'_>, block: Block) -> Clauses {
        self.block_of(pair, block, &mut Vec::new())
    }

    pub(super) fn exception_block(&mut self, pair: P<'_>, unless: &mut Vec<Exception>) -> Clauses {
        self.block_of(pair, Block::Exception, unless)
    }

    fn block_of(&mut self, pair: P<'_>, block: Block, unless: &mut Vec<Exception>) -> Clauses {
        let mut clauses = Clauses { span: self.span(&pair), lines: Vec::new() };
        let mut seen: Vec<(Line, Span)> = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::lbrace | Rule::rbrace => {}
                Rule::unless => unless.extend(self.exception(pair)),
                _ => clauses.lines.extend(self.line(pair, block, &mut seen)),
            }
        }
        clauses
    }

    fn line(&mut self, pair: P<'_>, block: Block, seen: &mut Vec<(Line, Span)>) -> Option<(Clause, Span)> {
        let span = self.span(&pair);
        let head = pair.clone().into_inner().next().map_or(span, |p| self.span(&p));
        let Some(line) = Line::of(pair.as_rule()) else {
            self.unreadable(span);
            return None;
        };
        if !block.lines().any(|l| l == line) {
            self.fail(say::misplaced_line(head, line, block, self.language));
            return None;
        }
        if !line.repeats() {
            if let Some((_, first)) = seen.iter().find(|(l, _)| *l == line) {
                self.fail(say::repeated_line(head, *first, &keywords::spoken(line.words(), self.language)));
                return None;
            }
            seen.push((line, head));
        }
        let clause = self.read(line, pair);
        if clause.is_none() && self.fault.is_none() {
            self.unreadable(span);
        }
        Some((clause?, span))
    }
}
