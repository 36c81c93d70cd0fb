//! Decodes complete control sequences; `None` for those without a meaning here.

use super::{Event, mouse};
use crate::{
    input::{Code, Key},
    term::keyboard::{self, Modifiers},
};

/// The parameters of a sequence: separated by `;`, with subparameters separated by `:`. Each may
/// be empty.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    /// The parameter at this position, if present; an error if it is not a number.
    fn at(&self, part: usize, of_part: usize) -> Result<Option<u32>, ()> {
        let mut parts = self.0.split(|b| *b == b';');
        let part = parts.nth(part).unwrap_or_default();
        let digits = part.split(|b| *b == b':').nth(of_part).unwrap_or_default();
        if digits.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(digits).map_err(drop)?;
        // `parse` would accept a sign.
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(());
        }
        text.parse().map(Some).map_err(drop)
    }

    fn first(&self, part: usize) -> Option<u32> {
        self.at(part, 0).ok().flatten()
    }

    fn count(&self) -> usize {
        if self.0.is_empty() { 0 } else { self.0.split(|b| *b == b';').count() }
    }

    /// The modifiers, by default none; `None` for key releases and invalid values.
    fn modifiers(&self, part: usize) -> Option<Modifiers> {
        let kind = self.at(part, 1).ok()?.unwrap_or(1);
        let modifiers = self.at(part, 0).ok()?.unwrap_or(1);
        if !matches!(kind, 1 | 2) {
            return None;
        }
        Modifiers::of(modifiers)
    }
}

/// The event of a control sequence, given its parameters and its final byte.
pub(super) fn event(between: &[u8], end: u8) -> Option<Event> {
    if let Some(numbers) = between.strip_prefix(b"<") {
        let numbers = Numbers(numbers);
        let (3, b'M') = (numbers.count(), end) else { return None };
        let pointer = mouse::sgr(numbers.first(0)?, numbers.first(1)?, numbers.first(2)?);
        return pointer.map(Event::Pointer);
    }
    let (between, end) = match between.strip_suffix(b"$") {
        Some(before) if end == b'$' => (before, end),
        _ => (between, end),
    };
    // A prefix or intermediate bytes: the response to a query.
    if !between.iter().all(|b| matches!(b, b'0'..=b';')) {
        return None;
    }
    let numbers = Numbers(between);
    match (end, numbers.count()) {
        (b'I', 0) => return Some(Event::FocusIn),
        (b'O', 0) => return Some(Event::FocusOut),
        (b'M', 3) => {
            let pointer = mouse::rxvt(numbers.first(0)?, numbers.first(1)?, numbers.first(2)?);
            return pointer.map(Event::Pointer);
        }
        _ => {}
    }
    key(&numbers, end).map(Event::Key)
}

fn key(numbers: &Numbers<'_>, end: u8) -> Option<Key> {
    match end {
        b'~' if numbers.first(0) == Some(27) && numbers.count() == 3 => {
            let modifiers = numbers.modifiers(1)?;
            keyboard::coded(numbers.first(2)?, None, None, modifiers)
        }
        b'~' if numbers.count() <= 2 => {
            Some(keyboard::named(numbered(numbers.first(0)?)?, numbers.modifiers(1)?))
        }
        b'u' if (1..=3).contains(&numbers.count()) => {
            let (shifted, base) = (numbers.at(0, 1).ok()?, numbers.at(0, 2).ok()?);
            keyboard::coded(numbers.first(0)?, shifted, base, numbers.modifiers(1)?)
        }
        // rxvt: the final byte encodes the modifiers.
        b'$' | b'^' | b'@' if numbers.count() == 1 => {
            let modifiers =
                Modifiers { shift: end != b'^', ctrl: end != b'$', ..Modifiers::default() };
            Some(keyboard::named(numbered(numbers.first(0)?)?, modifiers))
        }
        b'a'..=b'd' if numbers.count() == 0 => {
            let modifiers = Modifiers { shift: true, ..Modifiers::default() };
            Some(keyboard::named(lettered(end.to_ascii_uppercase())?, modifiers))
        }
        b'Z' if numbers.count() == 0 => {
            Some(keyboard::named(Code::Tab, Modifiers { shift: true, ..Modifiers::default() }))
        }
        // With two numbers it may also be a cursor position report, which is far more likely
        // unless the second number is a modifier.
        b'R' if numbers.count() == 2 && !matches!(numbers.first(1), Some(2..=8)) => None,
        _ if numbers.count() <= 3 && matches!(numbers.at(0, 0), Ok(None | Some(1))) => {
            Some(keyboard::named(lettered(end)?, numbers.modifiers(1)?))
        }
        _ => None,
    }
}

/// The key of an SS3 sequence: `ESC O`, an optional number, and a letter.
pub(super) fn ss3(between: &[u8], end: u8) -> Option<Key> {
    let numbers = Numbers(between);
    let modifiers = match numbers.count() {
        0 => Modifiers::default(),
        count => Modifiers::of(numbers.first(count - 1)?)?,
    };
    let ctrl = Modifiers { ctrl: true, ..Modifiers::default() };
    match end {
        // rxvt's Ctrl with arrow keys.
        b'a'..=b'd' => Some(keyboard::named(lettered(end.to_ascii_uppercase())?, ctrl)),
        b'M' => Some(keyboard::named(Code::Enter, modifiers)),
        b'I' => Some(keyboard::named(Code::Tab, modifiers)),
        b'X' => keyboard::coded(u32::from(b'='), None, None, modifiers),
        // The keypad in application mode, if another program left it so: `*` to `9` in ASCII
        // order.
        b'j'..=b'y' => keyboard::coded(u32::from(end - b'j' + b'*'), None, None, modifiers),
        _ => Some(keyboard::named(lettered(end)?, modifiers)),
    }
}

/// Keys with a letter as the final byte.
const fn lettered(end: u8) -> Option<Code> {
    Some(match end {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::F(end - b'P' + 1),
        _ => return None,
    })
}

/// Keys with a number before `~`.
fn numbered(number: u32) -> Option<Code> {
    let function = |first: u8, from: u32| {
        Some(Code::F(first.saturating_add(u8::try_from(number - from).ok()?)))
    };
    match number {
        1 | 7 => Some(Code::Home),
        2 => Some(Code::Insert),
        3 => Some(Code::Delete),
        4 | 8 => Some(Code::End),
        5 => Some(Code::PageUp),
        6 => Some(Code::PageDown),
        11..=15 => function(1, 11),
        17..=21 => function(6, 17),
        23..=26 => function(11, 23),
        28..=29 => function(15, 28),
        31..=34 => function(17, 31),
        _ => None,
    }
}

/// Whether `$` ends this sequence although it is not a final byte: rxvt sends keys with Shift
/// this way. Responses with `$` have two numbers or a prefix.
pub(super) fn is_shifted_of_rxvt(between: &[u8]) -> bool {
    between.strip_suffix(b"$").is_some_and(|number| {
        matches!(number.len(), 1..=2) && number.iter().all(u8::is_ascii_digit)
    })
}

/// Whether this is Esc without modifiers as a sequence. Some terminals send Esc as a sequence
/// with Shift only.
pub(super) fn is_escape(between: &[u8], end: u8) -> bool {
    let numbers = Numbers(between);
    let is_alone = numbers.modifiers(1) == Some(Modifiers::default());
    end == b'u' && numbers.first(0) == Some(27) && is_alone
}
