//! Rules that every theme must meet.

use super::*;
use crate::domain::Theme as Name;

/// The themes with their own colours.
fn own() -> impl Iterator<Item = Name> {
    Name::ALL.into_iter().filter(|t| !matches!(t, Name::Terminal | Name::Auto))
}

fn at(name: Name, depth: Depth) -> Theme {
    Theme::of(name, Appearance { depth, ..Appearance::default() })
}

/// The styles of a theme that are used for text, by name.
fn texts(theme: &Theme) -> [(&'static str, Style); 12] {
    [
        ("text", Style::new()),
        ("faint", theme.faint),
        ("strong", theme.strong),
        ("key", theme.key),
        ("warning", theme.warning),
        ("danger", theme.danger),
        ("good", theme.good),
        ("granted", theme.granted),
        ("inherited", theme.inherited),
        ("frame", theme.frame),
        ("brand", theme.brand),
        ("behind", theme.behind),
    ]
}

#[test]
fn all_text_is_readable_on_every_background() {
    for name in own() {
        let wanted = if name == Name::HighContrast { 7.0 } else { 4.5 };
        for depth in [Depth::True, Depth::Indexed] {
            let theme = at(name, depth);
            let grounds = [theme.text, theme.text.patch(theme.bar), theme.text.patch(theme.raised)];
            for ground in grounds {
                for (what, style) in texts(&theme).iter().filter(|(what, _)| *what != "frame") {
                    let plain = ground.patch(*style);
                    // These never have the focus.
                    let focus =
                        (*what != "brand" && *what != "behind").then(|| plain.patch(theme.focused));
                    for (when, seen) in [("", Some(plain)), (" in focus", focus)] {
                        let Some(seen) = seen else { continue };
                        let contrast = depth::contrast(seen.fg.unwrap(), seen.bg.unwrap());
                        let words = format!("{} {what}{when} at {depth:?}", name.name());
                        // Text behind a dialog may have less contrast.
                        let wanted = if *what == "behind" { wanted - 1.5 } else { wanted };
                        assert!(contrast >= wanted, "{words}: {contrast:.2}");
                    }
                }
            }
        }
    }
}

#[test]
fn sixteen_colours_keep_every_distinction() {
    for name in own() {
        let theme = at(name, Depth::Sixteen);
        for (what, style) in texts(&theme) {
            let seen = theme.text.patch(style);
            let contrast = depth::contrast(seen.fg.unwrap(), seen.bg.unwrap());
            assert!(contrast >= depth::READABLE, "{} {what}: {contrast:.2}", name.name());
        }
        let focus = theme.text.patch(theme.focused);
        assert_ne!(focus, theme.text, "{}", name.name());
    }
}

/// A colour as seen with protanopia or deuteranopia, after Viénot, Brettel and Mollon
/// (1999), in linear light.
fn seen_by(blind: [[f64; 3]; 3], colour: Color) -> [f64; 3] {
    let linear = depth::rgb(colour).unwrap().map(|c| (f64::from(c) / 255.0).powf(2.2));
    blind.map(|row| {
        let sum: f64 = row.iter().zip(linear).map(|(a, b)| a * b).sum();
        sum.clamp(0.0, 1.0).powf(1.0 / 2.2)
    })
}

#[test]
fn the_colour_blind_theme_keeps_states_distinct() {
    const PROTAN: [[f64; 3]; 3] =
        [[0.112_38, 0.887_62, 0.0], [0.112_38, 0.887_62, 0.0], [0.004_01, -0.004_01, 1.0]];
    const DEUTAN: [[f64; 3]; 3] =
        [[0.292_75, 0.707_25, 0.0], [0.292_75, 0.707_25, 0.0], [-0.022_34, 0.022_34, 1.0]];
    /// The minimum distance, with channels from 0 to 1. Red and green of the dark theme
    /// miss it for one of the two.
    const APART: f64 = 0.25;
    let theme = at(Name::ColourBlind, Depth::True);
    let states = [("warning", theme.warning), ("danger", theme.danger), ("good", theme.good)];
    for blind in [PROTAN, DEUTAN] {
        for (i, a) in states.iter().enumerate() {
            for b in &states[i + 1..] {
                let [x, y] = [a, b].map(|(_, style)| seen_by(blind, style.fg.unwrap()));
                let distance = x.iter().zip(y).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
                assert!(distance >= APART, "{} and {}: {distance:.2}", a.0, b.0);
            }
        }
    }
}
