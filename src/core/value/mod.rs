//! What the language computes with: dates, durations, money, texts, and the domain scalars of filings.
//!
//! In: nothing. Out: `Value`, `Duration`, `Money`, `Scalar`, the business-day calendar, the `Schema` of a manifest.
//! INVARIANT: `Value` is small and `Copy`; its texts live in a pool named by `TextRef`.

pub mod calendar;
pub mod choice;
pub mod data;
mod roles;
pub mod scalar;
mod schema;
mod shelf;
mod sum;
mod time;

pub use calendar::Calendar;
pub use jiff::civil::{Date, DateTime};
pub use roles::{Place, Role, Roles};
pub use scalar::Scalar;
pub use schema::{
    EnumId, EnumShape, EnumValueShape, FILE_FIELDS, FieldShape, FieldType, PatternId, PatternRule, PatternShape, RecordId, RecordShape,
    Schema, plain_path,
};
pub use shelf::Shelf;
pub use sum::{NoSum, add, add_to_date, add_to_datetime};
pub use time::{datetime, in_china, parse_date, parse_datetime, parse_duration};

/// The pool that holds the bytes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Texts of the manifest.
    Document,
    /// Constants of the rules.
    Rules,
    /// Texts made while evaluating.
    Scratch,
}

/// A text in one of the pools, as a byte range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextRef {
    /// First byte.
    pub start: u32,
    /// Number of bytes.
    pub length: u32,
    /// Where the bytes are.
    pub pool: Pool,
}

/// A value of the language, 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Not stated in the manifest, or not looked up.
    Unknown,
    /// Declared not to exist.
    None,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number in millionths.
    Decimal(i64),
    /// A civil date.
    Date(Date),
    /// A civil date and time in Asia/Shanghai.
    DateTime(DateTime),
    /// A text, or a domain scalar in normal form.
    Text(TextRef),
    /// A value of an enum by its number; numbers from `EnumShape::values.len()` on are unlisted values of an open enum.
    Enum(u32),
    /// A calendar duration.
    Duration(Duration),
    /// A number of business days.
    BusinessDays(i32),
    /// An amount.
    Money(Money),
    /// A record or a file that is there.
    Present,
    /// Items of a list of plain values: `length` slots from `start`.
    List {
        /// First slot.
        start: u32,
        /// Number of items.
        length: u32,
    },
    /// Items of a list of records: `length` blocks of the record's slots from `start`.
    Rows {
        /// First slot of the first item.
        start: u32,
        /// Number of items.
        length: u32,
    },
}

/// A calendar duration; adding months clamps to the last day of the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Duration {
    /// Years are twelve months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Hours.
    pub hours: i32,
    /// More than that: a date that lies so far ahead is later by at least a day, a time by at least an instant.
    pub is_more: bool,
}

/// An amount of money in hundredths of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Money {
    /// Three ASCII letters.
    pub currency: [u8; 3],
    /// Hundredths, at most 2^53.
    pub cents_high: i32,
    /// Low 32 bits of the hundredths.
    pub cents_low: u32,
}

impl Money {
    /// An amount of `cents` hundredths.
    pub fn new(currency: [u8; 3], cents: i64) -> Self {
        Money { currency, cents_high: (cents >> 32) as i32, cents_low: cents as u32 }
    }

    /// Hundredths of the currency.
    pub fn cents(self) -> i64 {
        (i64::from(self.cents_high) << 32) | i64::from(self.cents_low)
    }

    /// The currency's three letters.
    pub fn currency_code(&self) -> &str {
        std::str::from_utf8(&self.currency).unwrap_or("???")
    }
}

/// Days from `a` to `b`, negative when `b` is earlier.
pub fn days_between(a: Date, b: Date) -> i64 {
    let day = |d: Date| d.to_datetime(jiff::civil::Time::midnight()).duration_since(DateTime::default()).as_hours() / 24;
    day(b) - day(a)
}

/// Completed years from `a` to `b`, negative when `b` is earlier; somebody born on 29 February completes a year on 1 March.
pub fn years_between(a: Date, b: Date) -> i64 {
    let years = i64::from(b.year()) - i64::from(a.year());
    let before = (b.month(), b.day()) < (a.month(), a.day());
    if b < a { -years_between(b, a) } else { years - i64::from(before) }
}

/// The day in mainland China, which keeps UTC+8 all year, of a number of seconds since 1970-01-01T00:00:00Z; the nearest day that exists
/// where the seconds lie beyond the years that dates have.
pub fn day_in_china(unix_seconds: i64) -> Date {
    let days = unix_seconds.saturating_add(8 * 3600).div_euclid(86_400);
    let epoch = jiff::civil::date(1970, 1, 1);
    let limit = if days < 0 { Date::MIN } else { Date::MAX };
    jiff::Span::new().try_days(days).and_then(|span| epoch.checked_add(span)).unwrap_or(limit)
}
