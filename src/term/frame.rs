//! A frame on its way to the terminal: collected first, then sent in one piece,
//! and not at all if nothing has changed.

use std::{
    io::{self, Write},
    iter,
};

use crossterm::{
    cursor::{Hide, MoveTo, Show},
    queue,
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
};
use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

/// What is known of the terminal's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    Unknown,
    Hidden,
    /// Shown, and where, unless something was drawn since.
    Shown(Option<Position>),
}

/// The bytes of the next frame. The library asks for the cursor to be hidden or
/// put in its place with each frame; that is only said when it is news.
#[derive(Debug)]
pub struct FrameBytes {
    bytes: Vec<u8>,
    cursor: Cursor,
}

impl Default for FrameBytes {
    fn default() -> Self {
        Self { bytes: Vec::new(), cursor: Cursor::Unknown }
    }
}

impl FrameBytes {
    /// Whether the frame would change nothing on the terminal.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Nothing is taken for granted any more of the terminal's cursor.
    pub const fn forget_cursor(&mut self) {
        self.cursor = Cursor::Unknown;
    }

    /// Sends what was collected, to be shown at once and not bit by bit.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn send(&mut self, out: &mut impl Write) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let mut whole = Vec::with_capacity(self.bytes.len() + 16);
        queue!(whole, BeginSynchronizedUpdate)?;
        whole.append(&mut self.bytes);
        queue!(whole, EndSynchronizedUpdate)?;
        out.write_all(&whole)?;
        out.flush()
    }

    const fn inner(&mut self) -> CrosstermBackend<&mut Vec<u8>> {
        CrosstermBackend::new(&mut self.bytes)
    }

    /// Something was written: the cursor is somewhere else now.
    const fn moved(&mut self) {
        if let Cursor::Shown(place) = &mut self.cursor {
            *place = None;
        }
    }
}

impl Write for FrameBytes {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.moved();
        self.bytes.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Backend for FrameBytes {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content;
        // Even of no cells at all the library would write how they look.
        let Some(first) = content.next() else { return Ok(()) };
        self.moved();
        self.inner().draw(iter::once(first).chain(content))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Cursor::Hidden {
            self.cursor = Cursor::Hidden;
            queue!(self.bytes, Hide)?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !matches!(self.cursor, Cursor::Shown(_)) {
            self.cursor = Cursor::Shown(None);
            queue!(self.bytes, Show)?;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Would be asked of the terminal, and the answer get lost among the keys.
        Ok(Position::default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Cursor::Shown(Some(position)) {
            return Ok(());
        }
        if let Cursor::Shown(place) = &mut self.cursor {
            *place = Some(position);
        }
        queue!(self.bytes, MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.moved();
        self.inner().clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = crossterm::terminal::size()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner().window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(frame: &mut FrameBytes) -> String {
        let mut out = Vec::new();
        frame.send(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_frame_without_news_is_not_sent() {
        let mut frame = FrameBytes::default();
        frame.hide_cursor().unwrap();
        assert_eq!(sent(&mut frame), "\x1b[?2026h\x1b[?25l\x1b[?2026l");
        frame.hide_cursor().unwrap();
        frame.draw(iter::empty()).unwrap();
        assert_eq!(sent(&mut frame), "");
    }

    #[test]
    fn the_cursor_is_put_back_after_something_was_drawn() {
        let mut frame = FrameBytes::default();
        frame.show_cursor().unwrap();
        frame.set_cursor_position((3, 1)).unwrap();
        assert_eq!(sent(&mut frame), "\x1b[?2026h\x1b[?25h\x1b[2;4H\x1b[?2026l");
        frame.show_cursor().unwrap();
        frame.set_cursor_position((3, 1)).unwrap();
        assert_eq!(sent(&mut frame), "");
        let cell = Cell::new("x");
        frame.draw(iter::once((0, 0, &cell))).unwrap();
        frame.set_cursor_position((3, 1)).unwrap();
        assert!(sent(&mut frame).ends_with("\x1b[2;4H\x1b[?2026l"));
    }
}
