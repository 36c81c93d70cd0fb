//! The keyboard protocol of kitty and those who follow it: with it a terminal
//! tells Esc from the beginning of another key, and keys that were always one
//! apart. Nothing here needs it: whatever arrives is brought to what terminals
//! without it send, so that habits and keymaps hold on both.
//!
//! Terminals are not asked whether they have it: the answer would come among the
//! keys, and waiting for it would delay the start. They are told, and those that
//! do not know the words pass over them; where a name says that they might be
//! printed instead (the consoles of Linux and of screen), nothing is said. The
//! alternate screen has a setting of its own, so what the shell has set stays,
//! also when this program is killed.

use std::io::{self, Write};

use crossterm::{
    event::{KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags},
    queue,
};
use termina::event::{KeyCode, KeyEvent, Modifiers};

use super::link;
use crate::input::{Code, Key};

/// Whether the terminal of this process may be told.
fn listens() -> bool {
    std::env::var("TERM").is_ok_and(|term| link::taken_by(&term))
}

/// Asks for keys that can be told apart. To be said on the alternate screen.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn begin(out: &mut impl Write) -> io::Result<()> {
    if listens() {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        queue!(out, PushKeyboardEnhancementFlags(flags))?;
    }
    Ok(())
}

/// Takes that back, before the alternate screen is left.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn end(out: &mut impl Write) -> io::Result<()> {
    if listens() {
        queue!(out, PopKeyboardEnhancementFlags)?;
    }
    Ok(())
}

/// The key of an event, as any terminal would send it; `None` for what means
/// nothing here, such as a key that is held for the window manager.
#[must_use]
pub fn key(event: KeyEvent) -> Option<Key> {
    let has = |modifiers| event.modifiers.intersects(modifiers);
    if has(Modifiers::SUPER | Modifiers::HYPER | Modifiers::META) {
        return None;
    }
    let (ctrl, alt) = (has(Modifiers::CONTROL), has(Modifiers::ALT));
    let mut shift = has(Modifiers::SHIFT);
    let plain = |code| Some(Key { alt, ..Key::new(code) });
    let code = match event.code {
        // Without the protocol these are the same keys.
        KeyCode::Char('i' | 'I') if ctrl => return plain(Code::Tab),
        KeyCode::Char('m' | 'M') if ctrl => return plain(Code::Enter),
        KeyCode::Char('[') if ctrl => return plain(Code::Esc),
        KeyCode::Enter => return plain(Code::Enter),
        KeyCode::Escape => return plain(Code::Esc),
        // With Ctrl, terminals report letters in either case.
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) if shift && alt => Code::Char(c.to_ascii_uppercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Function(n) => Code::F(n),
        _ => return None,
    };
    if matches!(code, Code::Char(_) | Code::Backspace) {
        shift = false;
    }
    Some(Key { code, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: Modifiers) -> Option<String> {
        key(KeyEvent::new(code, modifiers)).map(|key| key.to_string())
    }

    #[test]
    fn keys_are_what_terminals_without_the_protocol_send() {
        let (ctrl, alt, shift) = (Modifiers::CONTROL, Modifiers::ALT, Modifiers::SHIFT);
        for (code, modifiers, shown) in [
            (KeyCode::Char('i'), ctrl, "Tab"),
            (KeyCode::Char('m'), ctrl, "Enter"),
            (KeyCode::Char('['), ctrl, "Esc"),
            (KeyCode::Enter, shift, "Enter"),
            (KeyCode::Enter, ctrl, "Enter"),
            (KeyCode::Escape, shift, "Esc"),
            (KeyCode::Backspace, shift, "Backspace"),
            (KeyCode::Char('c'), ctrl | shift, "Ctrl-c"),
            (KeyCode::Char('C'), ctrl, "Ctrl-c"),
            (KeyCode::Char('G'), shift, "G"),
            (KeyCode::Char(' '), shift, "Space"),
            (KeyCode::Char('x'), alt | shift, "Alt-X"),
            (KeyCode::BackTab, shift, "Shift-Tab"),
            (KeyCode::Tab, shift, "Shift-Tab"),
            (KeyCode::Up, ctrl, "Ctrl-Up"),
        ] {
            assert_eq!(pressed(code, modifiers).as_deref(), Some(shown), "{code:?} {modifiers:?}");
        }
    }

    #[test]
    fn keys_for_the_window_manager_are_not_ours() {
        assert_eq!(pressed(KeyCode::Char('q'), Modifiers::SUPER), None);
        assert_eq!(pressed(KeyCode::CapsLock, Modifiers::NONE), None);
    }
}
