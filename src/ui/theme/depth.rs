//! Colour depths of terminals, and the conversion of colours to them.

use ratatui::style::Color;

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Depth {
    /// The terminal's own 16.
    #[default]
    Sixteen,
    /// 256: the 16, a cube of 216 colours, and 24 grays.
    Indexed,
    /// Any 24-bit colour.
    True,
}

/// The minimum contrast of text with 16 colours, as a WCAG contrast ratio.
pub const READABLE: f64 = 3.0;

/// The 16 colours as most terminals define them. Users can change them, so the values are
/// only an estimate.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The six levels of each channel in the cube of 216 colours.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Depth {
    /// All depths, the lowest first.
    pub const ALL: [Self; 3] = [Self::Sixteen, Self::Indexed, Self::True];

    /// The depth according to the environment variables `COLORTERM` and `TERM`.
    #[must_use]
    pub fn of(colorterm: &str, term: &str) -> Self {
        /// Terminals that always support 24-bit colour. SSH often drops `COLORTERM`.
        const TRUE: [&str; 6] = ["kitty", "alacritty", "foot", "ghostty", "wezterm", "direct"];
        if ["truecolor", "24bit"].contains(&colorterm) || TRUE.iter().any(|t| term.contains(t)) {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }

    /// The closest colour at this depth.
    #[must_use]
    pub fn fit(self, colour: Color) -> Color {
        let Color::Rgb(r, g, b) = colour else { return colour };
        match self {
            Self::True => colour,
            Self::Indexed => Color::Indexed(indexed([r, g, b])),
            Self::Sixteen => sixteen([r, g, b]),
        }
    }
}

/// The index of the nearest colour among the cube and the grays.
fn indexed(rgb: [u8; 3]) -> u8 {
    let distance = |other: [u8; 3]| -> u32 {
        rgb.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    (16..=255).min_by_key(|i| distance(of_index(*i))).unwrap_or(16)
}

/// The red, green and blue of an index from 16 to 255.
const fn of_index(i: u8) -> [u8; 3] {
    if i >= 232 {
        let gray = 8 + (i - 232) * 10;
        return [gray; 3];
    }
    let i = i.saturating_sub(16);
    [STEPS[(i / 36) as usize], STEPS[(i / 6 % 6) as usize], STEPS[(i % 6) as usize]]
}

/// Converts by hue, because the nearest colour would often be gray. This way a warning
/// stays yellow.
fn sixteen([r, g, b]: [u8; 3]) -> Color {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let (spread, sum) = (u16::from(most - least), u16::from(most) + u16::from(least));
    let is_gray = spread * 5 < sum.min(510 - sum).max(60);
    if is_gray {
        return match sum / 2 {
            0..=63 => Color::Black,
            64..=127 => Color::DarkGray,
            128..=239 => Color::Gray,
            _ => Color::White,
        };
    }
    // Whether a channel is closer to the highest than to the lowest of the three.
    let high = |c: u8| u16::from(c - least) * 2 >= spread;
    let bright = sum > 255;
    match (high(r), high(g), high(b), bright) {
        (true, true, _, false) => Color::Yellow,
        (true, true, _, true) => Color::LightYellow,
        (true, _, true, false) => Color::Magenta,
        (true, _, true, true) => Color::LightMagenta,
        (_, true, true, false) => Color::Cyan,
        (_, true, true, true) => Color::LightCyan,
        (true, _, _, false) => Color::Red,
        (true, _, _, true) => Color::LightRed,
        (_, true, _, false) => Color::Green,
        (_, true, _, true) => Color::LightGreen,
        (_, _, _, false) => Color::Blue,
        (_, _, _, true) => Color::LightBlue,
    }
}

/// The red, green and blue of a colour; `None` for the terminal's default colour.
#[must_use]
pub fn rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(i @ 16..) => Some(of_index(i)),
        Color::Indexed(i) => Some(SIXTEEN[usize::from(i)].1),
        named => SIXTEEN.iter().find(|(c, _)| *c == named).map(|(_, rgb)| *rgb),
    }
}

/// The WCAG contrast ratio of two colours, from 1 to 21; 21 if one of them is the
/// terminal's default colour.
#[must_use]
pub fn contrast(a: Color, b: Color) -> f64 {
    const MOST: f64 = 21.0;
    let Some((a, b)) = rgb(a).zip(rgb(b)) else { return MOST };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = rgb.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_determines_the_number_of_colours() {
        for (colorterm, term, depth) in [
            ("truecolor", "xterm", Depth::True),
            ("24bit", "screen", Depth::True),
            ("", "xterm-kitty", Depth::True),
            ("", "xterm-256color", Depth::Indexed),
            ("yes", "tmux-256color", Depth::Indexed),
            ("", "xterm", Depth::Sixteen),
            ("", "linux", Depth::Sixteen),
        ] {
            assert_eq!(Depth::of(colorterm, term), depth, "{colorterm} {term}");
        }
    }

    #[test]
    fn a_colour_keeps_its_hue_in_a_smaller_palette() {
        for (hex, is) in [
            ("#8a5200", Color::Yellow),
            ("#f0b45a", Color::LightYellow),
            ("#ff8a80", Color::LightRed),
            ("#a8201a", Color::Red),
            ("#7fd68c", Color::LightGreen),
            ("#17612d", Color::Green),
            ("#7cc4ff", Color::LightCyan),
            ("#0a4fa3", Color::Blue),
            ("#14171c", Color::Black),
            ("#5c636d", Color::DarkGray),
            ("#d6dae0", Color::Gray),
            ("#ffffff", Color::White),
        ] {
            assert_eq!(Depth::Sixteen.fit(hex.parse().unwrap()), is, "{hex}");
        }
        assert_eq!(Depth::Sixteen.fit(Color::Red), Color::Red);
        assert_eq!(Depth::Sixteen.fit(Color::Reset), Color::Reset);
    }

    #[test]
    fn the_nearest_of_256_colours_is_used() {
        for (hex, is) in [("#000000", 16), ("#ffffff", 231), ("#ff0000", 196), ("#808080", 244)] {
            assert_eq!(Depth::Indexed.fit(hex.parse().unwrap()), Color::Indexed(is), "{hex}");
        }
        assert_eq!(Depth::True.fit(Color::Rgb(1, 2, 3)), Color::Rgb(1, 2, 3));
    }

    #[test]
    fn contrast_follows_the_wcag_formula() {
        assert!((contrast(Color::Black, Color::White) - 21.0).abs() < 1e-9);
        assert!((contrast(Color::Rgb(119, 119, 119), Color::White) - 4.478).abs() < 0.01);
    }
}
