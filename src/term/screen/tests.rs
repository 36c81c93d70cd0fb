//! An emulated terminal must show what was drawn, whatever was drawn before.

use std::rc::Rc;

use proptest::{collection::vec, prelude::*};
use ratatui::{
    Terminal,
    buffer::{Buffer, CellWidth as _},
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::*;
use crate::ui::appearance::cover;

/// Records what is written, and the number of writes.
#[derive(Clone, Default)]
struct Out(Rc<std::cell::RefCell<(Vec<u8>, usize)>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut out = self.0.borrow_mut();
        out.0.extend_from_slice(bytes);
        out.1 += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal to draw frames on, and an emulator of what it shows.
struct Emulated {
    terminal: Terminal<Screen<Out>>,
    out: Out,
    screen: vt100::Parser,
}

impl Emulated {
    fn new(width: u16, height: u16) -> Self {
        let out = Out::default();
        let mut terminal = Terminal::new(Screen::new(out.clone(), true)).unwrap();
        terminal.backend_mut().set_size((width, height));
        Self { terminal, out, screen: vt100::Parser::new(height, width, 0) }
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().set_size((width, height));
        self.screen.screen_mut().set_size(height, width);
    }

    /// Draws a frame; returns the bytes that it took.
    fn draw(&mut self, draw: impl FnOnce(&mut Buffer)) -> Vec<u8> {
        let drawn = self
            .terminal
            .draw(|frame| {
                draw(frame.buffer_mut());
                cover(frame.buffer_mut());
            })
            .unwrap()
            .buffer
            .clone();
        let (bytes, _) = std::mem::take(&mut *self.out.0.borrow_mut());
        self.screen.process(&bytes);
        self.compare(&drawn);
        bytes
    }

    fn compare(&self, drawn: &Buffer) {
        for y in 0..drawn.area.height {
            let mut x = 0;
            while x < drawn.area.width {
                let (want, have) = (&drawn[(x, y)], self.screen.screen().cell(y, x).unwrap());
                let symbol = if have.has_contents() { have.contents() } else { " " };
                assert_eq!(symbol, want.symbol(), "at {x},{y}");
                let has = |m| want.modifier.contains(m);
                assert_eq!(have.bgcolor(), colour(want.bg), "at {x},{y}");
                assert_eq!(have.inverse(), has(Modifier::REVERSED), "at {x},{y}");
                assert_eq!(have.underline(), has(Modifier::UNDERLINED), "at {x},{y}");
                if want.symbol() != " " {
                    assert_eq!(have.fgcolor(), colour(want.fg), "at {x},{y}");
                    // The emulator supports only one of them at a time.
                    let both = has(Modifier::BOLD) && has(Modifier::DIM);
                    assert!(both || have.bold() == has(Modifier::BOLD), "at {x},{y}");
                    assert!(both || have.dim() == has(Modifier::DIM), "at {x},{y}");
                }
                x += want.cell_width().max(1);
            }
        }
    }
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        other => panic!("{other} is not drawn here"),
    }
}

fn list(buffer: &mut Buffer, top: usize, cursor: usize) {
    let area = buffer.area;
    buffer.set_string(0, 0, format!("title {top}"), Style::new().add_modifier(Modifier::BOLD));
    for y in 1..area.height.saturating_sub(2) {
        let n = top + usize::from(y) - 1;
        let style = if n == cursor { Style::new().reversed() } else { Style::new() };
        let text =
            format!("{:<1$}", format!("row {n} of a list, {}", n * 7919), usize::from(area.width));
        buffer.set_string(0, y, text, style);
    }
    buffer.set_string(0, area.height - 1, format!("about {cursor}"), Style::new().dim());
}

#[test]
fn nothing_is_written_when_nothing_changes() {
    let mut screen = Emulated::new(80, 24);
    screen.draw(|b| list(b, 0, 3));
    assert!(screen.draw(|b| list(b, 0, 3)).is_empty());
    // The text colour of a blank does not matter.
    let blank = |b: &mut Buffer| {
        list(b, 0, 3);
        b[(70, 22)].set_fg(Color::Red);
    };
    assert!(screen.draw(blank).is_empty());
}

#[test]
fn a_moving_list_is_scrolled() {
    let mut screen = Emulated::new(80, 24);
    screen.draw(|b| list(b, 0, 20));
    let down = screen.draw(|b| list(b, 1, 21));
    assert!(down.windows(2).any(|w| w == b"\n\x1b"), "{}", down.escape_ascii());
    // Two rows, the line below, and a few bytes to get there.
    assert!(down.len() < 2 * 80 + 60, "{}: {}", down.len(), down.escape_ascii());
    screen.draw(|b| list(b, 1, 1));
    let up = screen.draw(|b| list(b, 0, 0));
    assert!(up.len() < 2 * 80 + 60, "{}", up.len());
    let page = screen.draw(|b| list(b, 10, 10));
    assert!(page.len() < 13 * 80, "{}", page.len());
}

#[test]
fn one_changed_character_costs_a_few_bytes() {
    let mut screen = Emulated::new(80, 24);
    screen.draw(|b| list(b, 0, 3));
    let typed = screen.draw(|b| {
        list(b, 0, 3);
        b.set_string(40, 10, "x", Style::new());
    });
    assert_eq!(typed, b"\x1b[11;41Hx");
    let next = screen.draw(|b| {
        list(b, 0, 3);
        b.set_string(40, 10, "xy", Style::new());
    });
    assert_eq!(next, b"y");
}

#[test]
fn nothing_is_scrolled_where_it_could_go_wrong() {
    assert!(scrolls("xterm-256color") && scrolls("linux") && scrolls("vt220"));
    assert!(!scrolls("dumb") && !scrolls("") && !scrolls("st"));
    let out = Out::default();
    let mut terminal = Terminal::new(Screen::new(out.clone(), false)).unwrap();
    terminal.backend_mut().set_size((80, 24));
    for top in 0..2 {
        out.0.borrow_mut().0.clear();
        terminal.draw(|frame| list(frame.buffer_mut(), top, top)).unwrap();
    }
    assert!(!out.0.borrow().0.contains(&b'\n'));
}

#[test]
fn the_cursor_is_shown_only_where_it_was_set() {
    let mut screen = Emulated::new(20, 5);
    screen.draw(|b| list(b, 0, 0));
    assert!(screen.screen.screen().hide_cursor());
    screen.terminal.draw(|frame| frame.set_cursor_position((3, 2))).unwrap();
    let (bytes, writes) = std::mem::take(&mut *screen.out.0.borrow_mut());
    assert_eq!(writes, 1, "a frame is one write");
    screen.screen.process(&bytes);
    assert!(!screen.screen.screen().hide_cursor());
    assert_eq!(screen.screen.screen().cursor_position(), (2, 3));
    screen.draw(|b| list(b, 0, 0));
    assert!(screen.screen.screen().hide_cursor());
}

#[test]
fn no_frame_stays_in_the_buffer() {
    let mut screen = Emulated::new(80, 24);
    screen.draw(|b| list(b, 0, 3));
    let bytes = screen.terminal.backend_mut().writer.bytes();
    assert!(bytes.is_empty());
}

/// One step of a random session.
#[derive(Clone, Debug)]
enum Step {
    /// A list with this first row and cursor.
    List(usize, usize),
    /// Text over the current content: column, row, text, style.
    Text(u16, u16, String, u8),
    /// A box over the current content.
    Blank(u16, u16, u16, u16),
    Resize(u16, u16),
    /// Something else has written to the terminal.
    Forget,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_usize..40, 0_usize..60).prop_map(|(top, cursor)| Step::List(top, cursor)),
        3 => (0_u16..30, 0_u16..14, "[ a-c·é日─👋]{1,12}", 0_u8..8)
            .prop_map(|(x, y, text, style)| Step::Text(x, y, text, style)),
        2 => (0_u16..30, 0_u16..14, 1_u16..20, 1_u16..8)
            .prop_map(|(x, y, w, h)| Step::Blank(x, y, w, h)),
        1 => (2_u16..40, 4_u16..16).prop_map(|(w, h)| Step::Resize(w, h)),
        1 => Just(Step::Forget),
    ];
    vec(step, 1..30)
}

fn style(n: u8) -> Style {
    match n {
        0 => Style::new(),
        1 => Style::new().bold(),
        2 => Style::new().dim().fg(Color::Red),
        3 => Style::new().reversed(),
        4 => Style::new().underlined().fg(Color::Indexed(99)),
        5 => Style::new().bg(Color::LightBlue),
        6 => Style::new().bold().dim(),
        _ => Style::new().fg(Color::Rgb(1, 2, 3)).reversed().bold(),
    }
}

proptest! {
    /// After any frames, scrolled or not, the terminal shows the last one.
    #[test]
    fn the_terminal_shows_what_was_drawn(steps in steps()) {
        let mut screen = Emulated::new(30, 12);
        let mut texts = Vec::new();
        let (mut top, mut cursor) = (0, 0);
        for step in steps {
            match step {
                Step::List(t, c) => (top, cursor) = (t, c),
                Step::Text(x, y, text, n) => texts.push((Rect::new(x, y, 0, 0), text, style(n))),
                Step::Blank(x, y, w, h) => {
                    texts.push((Rect::new(x, y, w, h), String::new(), Style::new()));
                }
                Step::Resize(w, h) => screen.resize(w, h),
                Step::Forget => {
                    screen.screen.process(b"\x1b[31;4mnoise\r\n\n\nnoise");
                    screen.terminal.backend_mut().forget();
                }
            }
            screen.draw(|buffer| {
                list(buffer, top, cursor);
                for (area, text, style) in &texts {
                    for y in area.y..area.y + area.height {
                        for x in area.x..area.x + area.width {
                            if let Some(cell) = buffer.cell_mut((x, y)) {
                                cell.reset();
                            }
                        }
                    }
                    if buffer.area.contains(area.as_position()) {
                        buffer.set_string(area.x, area.y, text, *style);
                    }
                }
            });
        }
    }
}
