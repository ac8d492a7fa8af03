//! Sums: the one place that adds and takes away, for rules while they are compiled and for filings.

use super::{Calendar, Date, DateTime, Duration, Money, Value};

/// Why a sum has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSum {
    /// The result does not fit its type: 64 bits, millionths of 64 bits, 32 bits of a unit of time, years -9999 to 9999.
    TooLarge,
    /// Business days run into this year, which has no notice of holidays.
    Year(i16),
    /// The two have no sum; the type checker lets no such pair through but amounts of two currencies.
    Unlike,
}

/// `a + b`, or `a - b` with `minus`, exactly.
///
/// # Errors
/// What has no exact value; nothing wraps or is cut off.
pub fn add(minus: bool, a: Value, b: Value, calendar: &Calendar) -> Result<Value, NoSum> {
    let sign = if minus { -1 } else { 1 };
    let whole = |x: i64, y: i64| if minus { x.checked_sub(y) } else { x.checked_add(y) }.ok_or(NoSum::TooLarge);
    let part = |x: i32, y: i32| if minus { x.checked_sub(y) } else { x.checked_add(y) }.ok_or(NoSum::TooLarge);
    Ok(match (a, b) {
        (Value::Int(x), Value::Int(y)) => Value::Int(whole(x, y)?),
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => Value::Decimal(whole(millionths(a)?, millionths(b)?)?),
        (Value::Money(x), Value::Money(y)) if x.currency == y.currency => {
            Value::Money(Money::new(x.currency, whole(x.cents(), y.cents())?))
        }
        (Value::BusinessDays(x), Value::BusinessDays(y)) => Value::BusinessDays(part(x, y)?),
        (Value::Duration(x), Value::Duration(y)) => {
            let (months, days, hours) = (part(x.months, y.months)?, part(x.days, y.days)?, part(x.hours, y.hours)?);
            Value::Duration(Duration { months, days, hours, is_more: x.is_more || y.is_more })
        }
        (Value::Date(d), Value::Duration(x)) => Value::Date(add_to_date(d, x, sign).ok_or(NoSum::TooLarge)?),
        (Value::DateTime(d), Value::Duration(x)) => Value::DateTime(add_to_datetime(d, x, sign).ok_or(NoSum::TooLarge)?),
        (Value::Date(d), Value::BusinessDays(n)) => {
            let n = n.checked_mul(sign).ok_or(NoSum::TooLarge)?;
            Value::Date(calendar.add_business_days(d, n).map_err(NoSum::Year)?)
        }
        _ => return Err(NoSum::Unlike),
    })
}

fn millionths(number: Value) -> Result<i64, NoSum> {
    match number {
        Value::Int(n) => n.checked_mul(1_000_000).ok_or(NoSum::TooLarge),
        Value::Decimal(n) => Ok(n),
        _ => Err(NoSum::Unlike),
    }
}

/// Adds a duration to a date; `None` beyond the years a date can hold.
pub fn add_to_date(date: Date, duration: Duration, sign: i32) -> Option<Date> {
    let span = jiff::Span::new()
        .try_months(i64::from(duration.months) * i64::from(sign))
        .ok()?
        .try_days(i64::from(duration.days) * i64::from(sign))
        .ok()?;
    let day = date.checked_add(span).ok()?;
    match (duration.is_more, sign < 0) {
        (false, _) => Some(day),
        (true, false) => day.tomorrow().ok(),
        (true, true) => day.yesterday().ok(),
    }
}

/// Adds a duration to a date and time; `None` beyond the years a date can hold.
pub fn add_to_datetime(at: DateTime, duration: Duration, sign: i32) -> Option<DateTime> {
    let span = jiff::Span::new()
        .try_months(i64::from(duration.months) * i64::from(sign))
        .ok()?
        .try_days(i64::from(duration.days) * i64::from(sign))
        .ok()?
        .try_hours(i64::from(duration.hours) * i64::from(sign))
        .ok()?;
    let instant = jiff::Span::new().try_nanoseconds(i64::from(duration.is_more) * i64::from(sign)).ok()?;
    at.checked_add(span).ok()?.checked_add(instant).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn sum(minus: bool, a: Value, b: Value) -> Result<Value, NoSum> {
        add(minus, a, b, &Calendar::default())
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let years = |n: i32| Value::Duration(Duration { months: 12 * n, ..Duration::default() });
        assert_eq!(sum(false, Value::Int(i64::MAX), Value::Int(1)), Err(NoSum::TooLarge));
        assert_eq!(sum(true, Value::Int(-1), Value::Int(i64::MIN)), Ok(Value::Int(i64::MAX)));
        assert_eq!(sum(false, Value::Int(i64::MAX / 1000), Value::Decimal(1)), Err(NoSum::TooLarge));
        assert_eq!(sum(false, Value::BusinessDays(i32::MAX), Value::BusinessDays(1)), Err(NoSum::TooLarge));
        assert_eq!(sum(false, years(i32::MAX / 12), years(1)), Err(NoSum::TooLarge));
        assert_eq!(sum(false, Value::Date(date(9999, 1, 1)), years(1)), Err(NoSum::TooLarge));
        assert_eq!(sum(true, Value::Date(date(2026, 3, 2)), Value::BusinessDays(i32::MIN)), Err(NoSum::TooLarge));
        assert_eq!(sum(false, Value::Money(Money::new(*b"CNY", 1)), Value::Money(Money::new(*b"USD", 1))), Err(NoSum::Unlike));
    }

    proptest! {
        #[test]
        fn whole_numbers_are_exact(a in any::<i64>(), b in any::<i64>(), minus in any::<bool>()) {
            let wide = if minus { i128::from(a) - i128::from(b) } else { i128::from(a) + i128::from(b) };
            let exact = i64::try_from(wide).map(Value::Int).map_err(|_| NoSum::TooLarge);
            prop_assert_eq!(sum(minus, Value::Int(a), Value::Int(b)), exact);
        }
    }
}
