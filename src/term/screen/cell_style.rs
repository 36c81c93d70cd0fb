//! Colours and attributes, and the shortest sequence from one combination to another.

use std::io::Write as _;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// The attributes that are visible on blanks.
const ON_BLANKS: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Each attribute with its codes for on and off. Bold and dim share a code for off.
const CODES: [(Modifier, &str, &str); 9] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// The style of text: colours and attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl CellStyle {
    pub const fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank looks the same in both styles.
    pub fn same_on_blanks(self, other: Self) -> bool {
        let (seen, others) = (self.modifier & ON_BLANKS, other.modifier & ON_BLANKS);
        self.bg == other.bg && seen == others && (seen.is_empty() || self.fg == other.fg)
    }

    /// Writes the shorter of the direct change from `self` to `to` and a reset followed by `to`.
    pub fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let (step, anew) = (self.step(to), Self::default().step(to));
        let anew_parts = if anew.is_empty() { String::new() } else { format!("0;{anew}") };
        let shorter = if step.len() <= anew_parts.len() || anew.is_empty() && step.len() <= 1 {
            step
        } else {
            anew_parts
        };
        // Writing to memory cannot fail.
        let _ = write!(out, "\x1b[{shorter}m");
    }

    /// The codes for the direct change from `self` to `to`.
    fn step(self, to: Self) -> String {
        let mut codes = Vec::new();
        let mut now = self.modifier;
        for (modifier, _, end) in CODES {
            if now.contains(modifier) && !to.modifier.contains(modifier) {
                codes.push(end.to_owned());
                // The code switched these off too: switch them on again below.
                for (other, _, others_end) in CODES {
                    if others_end == end {
                        now.remove(other);
                    }
                }
            }
        }
        for (modifier, begin, _) in CODES {
            if to.modifier.contains(modifier) && !now.contains(modifier) {
                codes.push(begin.to_owned());
            }
        }
        if self.fg != to.fg {
            codes.push(colour(to.fg, 0));
        }
        if self.bg != to.bg {
            codes.push(colour(to.bg, 10));
        }
        codes.join(";")
    }
}

/// The code of a colour; `layer` is 0 for text and 10 for the background.
fn colour(colour: Color, layer: u8) -> String {
    let low = |n: u8| (30 + layer + n).to_string();
    let high = |n: u8| (90 + layer + n).to_string();
    match colour {
        Color::Reset => (39 + layer).to_string(),
        Color::Black => low(0),
        Color::Red => low(1),
        Color::Green => low(2),
        Color::Yellow => low(3),
        Color::Blue => low(4),
        Color::Magenta => low(5),
        Color::Cyan => low(6),
        Color::Gray => low(7),
        Color::DarkGray => high(0),
        Color::LightRed => high(1),
        Color::LightGreen => high(2),
        Color::LightYellow => high(3),
        Color::LightBlue => high(4),
        Color::LightMagenta => high(5),
        Color::LightCyan => high(6),
        Color::White => high(7),
        Color::Indexed(n) => format!("{};5;{n}", 38 + layer),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", 38 + layer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: CellStyle, to: CellStyle) -> String {
        let mut out = Vec::new();
        from.change(to, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_shortest_sequence_is_used() {
        let plain = CellStyle::default();
        let red = CellStyle { fg: Color::Red, ..plain };
        let bold = CellStyle { modifier: Modifier::BOLD, ..plain };
        let dim = CellStyle { modifier: Modifier::DIM, ..plain };
        let both = CellStyle { modifier: Modifier::BOLD | Modifier::DIM, ..plain };
        let all = CellStyle {
            fg: Color::Red,
            bg: Color::Blue,
            modifier: Modifier::BOLD | Modifier::REVERSED,
        };
        assert_eq!(change(plain, plain), "");
        assert_eq!(change(plain, red), "\x1b[31m");
        assert_eq!(change(red, plain), "\x1b[m");
        assert_eq!(change(bold, dim), "\x1b[0;2m");
        assert_eq!(change(both, dim), "\x1b[0;2m");
        assert_eq!(change(all, red), "\x1b[0;31m");
        assert_eq!(change(all, plain), "\x1b[m");
        assert_eq!(change(red, all), "\x1b[1;7;44m");
    }

    #[test]
    fn blank_cells_ignore_the_text_colour() {
        let plain = CellStyle::default();
        let alike = |style: CellStyle| plain.same_on_blanks(style);
        assert!(alike(CellStyle { fg: Color::Red, modifier: Modifier::BOLD, ..plain }));
        assert!(!alike(CellStyle { bg: Color::Red, ..plain }));
        assert!(!alike(CellStyle { modifier: Modifier::UNDERLINED, ..plain }));
        let reversed = CellStyle { modifier: Modifier::REVERSED, ..plain };
        assert!(!reversed.same_on_blanks(CellStyle { fg: Color::Red, ..reversed }));
    }
}
