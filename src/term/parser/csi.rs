//! What finished control sequences mean; `None` for those that mean nothing here.

use super::{Event, mouse};
use crate::{
    input::{Code, Key},
    term::keyboard::{self, Modifiers},
};

/// Numbers of one sequence: between `;` those between `:`. Any may be left out.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    /// The number at these places, if it is there; an error if it is none.
    fn at(&self, part: usize, of_part: usize) -> Result<Option<u32>, ()> {
        let mut parts = self.0.split(|b| *b == b';');
        let part = parts.nth(part).unwrap_or_default();
        let digits = part.split(|b| *b == b':').nth(of_part).unwrap_or_default();
        if digits.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(digits).map_err(drop)?;
        // Not with a sign, which the library would take.
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

    /// Modifiers, which may be left out; `None` when the key is let go, and for what
    /// no terminal sends.
    fn modifiers(&self, part: usize) -> Option<Modifiers> {
        let kind = self.at(part, 1).ok()?.unwrap_or(1);
        let modifiers = self.at(part, 0).ok()?.unwrap_or(1);
        if !matches!(kind, 1 | 2) {
            return None;
        }
        Modifiers::of(modifiers)
    }
}

/// The event of a sequence: what stands between `CSI` and its end, and that.
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
    // A mark before the numbers, or bytes after them: an answer to something.
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
        // As rxvt has it: the end says which modifiers there are.
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
        // With two numbers it may be the place of the cursor as well, which is far
        // likelier unless they are those of a key.
        b'R' if numbers.count() == 2 && !matches!(numbers.first(1), Some(2..=8)) => None,
        _ if numbers.count() <= 3 && matches!(numbers.at(0, 0), Ok(None | Some(1))) => {
            Some(keyboard::named(lettered(end)?, numbers.modifiers(1)?))
        }
        _ => None,
    }
}

/// The key of `ESC O`, perhaps a number, and a letter.
pub(super) fn ss3(between: &[u8], end: u8) -> Option<Key> {
    let numbers = Numbers(between);
    let modifiers = match numbers.count() {
        0 => Modifiers::default(),
        count => Modifiers::of(numbers.first(count - 1)?)?,
    };
    let ctrl = Modifiers { ctrl: true, ..Modifiers::default() };
    match end {
        // rxvt.
        b'a'..=b'd' => Some(keyboard::named(lettered(end.to_ascii_uppercase())?, ctrl)),
        b'M' => Some(keyboard::named(Code::Enter, modifiers)),
        b'I' => Some(keyboard::named(Code::Tab, modifiers)),
        b'X' => keyboard::coded(u32::from(b'='), None, None, modifiers),
        // The keypad, if somebody has left it so: `*` to `9` in the order of ASCII.
        b'j'..=b'y' => keyboard::coded(u32::from(end - b'j' + b'*'), None, None, modifiers),
        _ => Some(keyboard::named(lettered(end)?, modifiers)),
    }
}

/// Keys that end with a letter of their own.
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

/// Keys that have a number.
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

/// Whether a sequence is complete with this byte though `$` ends none: rxvt sends
/// Shift with a key so. An answer with `$` has two numbers or a mark.
pub(super) fn is_shifted_of_rxvt(between: &[u8]) -> bool {
    between.strip_suffix(b"$").is_some_and(|number| {
        matches!(number.len(), 1..=2) && number.iter().all(u8::is_ascii_digit)
    })
}

/// Whether this is the key Esc alone as a sequence. With Shift some send it so, and
/// not without.
pub(super) fn is_escape(between: &[u8], end: u8) -> bool {
    let numbers = Numbers(between);
    let is_alone = numbers.modifiers(1) == Some(Modifiers::default());
    end == b'u' && numbers.first(0) == Some(27) && is_alone
}
