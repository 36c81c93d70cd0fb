//! Parses times in bodies like Go's `time.Parse` with `time.RFC3339`: stricter than RFC 3339 (no
//! lower case, no leap second), and with Go's error messages.

use jiff::{
    Timestamp, civil,
    tz::{Offset, TimeZone},
};

use super::message::Refusal;

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";
/// Go's zero time, which the API uses for "none".
pub(super) const ZERO: &str = "0001-01-01T00:00:00Z";

/// Parses a time; the 400 says where parsing stopped.
pub(super) fn parse(text: &str) -> Result<Timestamp, Refusal> {
    let bad = |why: String| Refusal::new(400, format!("parsing time {text:?}{why}"));
    let mut rest = text;
    let fields = fields(&mut rest).map_err(|(part, rest)| {
        bad(format!(" as {LAYOUT:?}: cannot parse {rest:?} as {part:?}"))
    })?;
    if !rest.is_empty() {
        return Err(bad(format!(": extra text: {rest:?}")));
    }
    fields.moment().ok_or_else(|| bad(": value out of range".to_owned()))
}

/// Whether this is Go's zero time.
pub(super) fn is_zero(at: Timestamp) -> bool {
    ZERO.parse().ok() == Some(at)
}

#[derive(Default)]
struct Fields {
    date: [i16; 3],
    clock: [i8; 3],
    nanosecond: i32,
    offset_seconds: i32,
}

impl Fields {
    /// The end of year 9999 exceeds the range of `Timestamp` and becomes its maximum.
    fn moment(&self) -> Option<Timestamp> {
        let [year, month, day] = self.date;
        let [hour, minute, second] = self.clock;
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let local =
            civil::DateTime::new(year, month, day, hour, minute, second, self.nanosecond).ok()?;
        let offset = Offset::from_seconds(self.offset_seconds).ok()?;
        let moment =
            local.to_zoned_datetime(TimeZone::fixed(offset)).map(|zoned| zoned.timestamp());
        Some(moment.unwrap_or(Timestamp::MAX))
    }
}

/// The expected part of the layout, and the text at that point.
type Stop<'a> = (&'static str, &'a str);

fn fields<'a>(rest: &mut &'a str) -> Result<Fields, Stop<'a>> {
    let mut fields = Fields { date: [digits(rest, 4, "2006")?, 0, 0], ..Fields::default() };
    sign(rest, "-")?;
    fields.date[1] = digits(rest, 2, "01")?;
    sign(rest, "-")?;
    fields.date[2] = digits(rest, 2, "02")?;
    sign(rest, "T")?;
    fields.clock[0] = digits(rest, 2, "15")?;
    sign(rest, ":")?;
    fields.clock[1] = digits(rest, 2, "04")?;
    sign(rest, ":")?;
    fields.clock[2] = digits(rest, 2, "05")?;
    fields.nanosecond = fraction(rest);
    fields.offset_seconds = offset(rest)?;
    Ok(fields)
}

fn digits<'a, N: std::str::FromStr>(
    rest: &mut &'a str,
    count: usize,
    part: &'static str,
) -> Result<N, Stop<'a>> {
    let text = *rest;
    let number = text.get(..count).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let number = number.and_then(|t| t.parse().ok()).ok_or((part, text))?;
    *rest = &text[count..];
    Ok(number)
}

fn sign<'a>(rest: &mut &'a str, sign: &'static str) -> Result<(), Stop<'a>> {
    let text = *rest;
    *rest = text.strip_prefix(sign).ok_or((sign, text))?;
    Ok(())
}

/// Nanoseconds; digits after the ninth are ignored.
fn fraction(rest: &mut &str) -> i32 {
    let Some(after) = rest.strip_prefix(['.', ',']) else { return 0 };
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    if end == 0 {
        return 0;
    }
    let (number, tail) = after.split_at(end);
    *rest = tail;
    format!("{number:0<9}")[..9].parse().unwrap_or(0)
}

fn offset<'a>(rest: &mut &'a str) -> Result<i32, Stop<'a>> {
    const PART: &str = "Z07:00";
    let text = *rest;
    if let Some(tail) = text.strip_prefix('Z') {
        *rest = tail;
        return Ok(0);
    }
    let (sign_of, mut tail) = match text.split_at_checked(1) {
        Some(("+", tail)) => (1, tail),
        Some(("-", tail)) => (-1, tail),
        _ => return Err((PART, text)),
    };
    let mut part = || -> Result<(i32, i32), Stop<'a>> {
        let hours = digits(&mut tail, 2, PART)?;
        sign(&mut tail, ":")?;
        Ok((hours, digits(&mut tail, 2, PART)?))
    };
    match part() {
        Ok((hours @ 0..=24, minutes @ 0..=59)) => {
            *rest = tail;
            Ok(sign_of * (hours * 3600 + minutes * 60))
        }
        _ => Err((PART, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_go_accepts() {
        for (text, same) in [
            ("2026-12-31T10:00:00Z", "2026-12-31T10:00:00Z"),
            ("2026-12-31T10:00:00+01:00", "2026-12-31T09:00:00Z"),
            ("2026-12-31T10:00:00.5-00:30", "2026-12-31T10:30:00.5Z"),
            ("2026-12-31T10:00:00.1234567891Z", "2026-12-31T10:00:00.123456789Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(parse(text).unwrap(), same.parse().unwrap(), "{text}");
        }
        assert_eq!(parse("9999-12-31T23:59:59Z").unwrap(), Timestamp::MAX);
        assert!(is_zero(parse("0001-01-01T00:00:00Z").unwrap()));
        assert!(is_zero(parse("0001-01-01T01:00:00+01:00").unwrap()));
        assert!(!is_zero(parse("0001-01-01T00:00:01Z").unwrap()));
    }

    #[test]
    fn times_that_go_rejects_with_its_messages() {
        for (text, why) in [
            ("x", r#" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006""#),
            ("", r#" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006""#),
            ("2026-12-31", r#" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#),
            (
                "2026-12-31T10:00:00",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00""#,
            ),
            (
                "2026-12-31t10:00:00Z",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse "t10:00:00Z" as "T""#,
            ),
            (
                "2026-12-31T10:00:00.Z",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse ".Z" as "Z07:00""#,
            ),
            ("2026-12-31T10:00:00Zx", r#": extra text: "x""#),
            ("2026-13-01T10:00:00Z", ": value out of range"),
            ("2026-02-30T10:00:00Z", ": value out of range"),
            ("2026-12-31T10:00:60Z", ": value out of range"),
        ] {
            let refusal = parse(text).unwrap_err();
            assert_eq!(refusal.status, 400);
            assert_eq!(refusal.message, format!("parsing time {text:?}{why}"));
        }
        for text in ["日本-01-01T00:00:00Z", "2026-12-31T10:00:00+é1:00", "2026-12-31T10:00:00+0"]
        {
            assert_eq!(parse(text).unwrap_err().status, 400, "{text}");
        }
    }
}
