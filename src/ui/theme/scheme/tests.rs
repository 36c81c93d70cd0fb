//! What holds for every theme.

use super::*;

/// Those that bring colours of their own.
fn own() -> impl Iterator<Item = Theme> {
    Theme::ALL.into_iter().filter(|t| !matches!(t, Theme::Terminal | Theme::Auto))
}

/// A scheme's styles of text, each with its name.
fn texts(scheme: &Scheme) -> Vec<(String, Style)> {
    let inks = Ink::ALL.into_iter().map(|ink| (format!("{ink:?}"), scheme.ink(ink)));
    let plain = [("text", Style::new()), ("faint", scheme.faint), ("strong", scheme.strong)];
    plain.into_iter().map(|(name, style)| (name.to_owned(), style)).chain(inks).collect()
}

#[test]
fn the_asset_has_every_theme_and_nothing_else() {
    let sections = read(ASSET).unwrap();
    let mut named: Vec<_> = Theme::ALL.iter().map(|t| t.name()).collect();
    named.retain(|name| *name != "auto");
    named.sort_unstable();
    assert!(sections.keys().eq(named), "{:?}", sections.keys());
    for (name, section) in &sections {
        assert_eq!(scheme(section).err(), None, "{name}");
    }
}

#[test]
fn what_is_wrong_in_it_is_said() {
    let wrong = |text: &str| scheme(&read(text).unwrap()["x"]).unwrap_err();
    assert_eq!(wrong("[x]\nred = {}"), "unknown style red");
    assert_eq!(wrong("[x]\ntext = { fg = 'pink' }"), "text: no colour pink");
    assert_eq!(wrong("[x]\ntext = { blink = true }"), "text: unknown attribute blink");
    assert_eq!(wrong("[x]\ntext = {}"), "no style faint");
}

#[test]
fn everything_can_be_read_on_every_ground() {
    for theme in own() {
        let wanted = if theme == Theme::HighContrast { 7.0 } else { 4.5 };
        for depth in [Depth::True, Depth::Indexed] {
            let scheme = Scheme::of(theme, depth);
            let grounds = [
                scheme.text,
                scheme.text.patch(scheme.ground(Ground::Bar)),
                scheme.text.patch(scheme.ground(Ground::Raised)),
            ];
            for ground in grounds {
                for (name, style) in texts(&scheme).iter().filter(|(name, _)| name != "Frame") {
                    let plain = ground.patch(*style);
                    // These never have the focus.
                    let focus =
                        (name != "Brand" && name != "Behind").then(|| plain.patch(scheme.focused));
                    for (when, seen) in [("", Some(plain)), (" in focus", focus)] {
                        let Some(seen) = seen else { continue };
                        let contrast = depth::contrast(seen.fg.unwrap(), seen.bg.unwrap());
                        let words = format!("{} {name}{when} at {depth:?}", theme.name());
                        // Who looks at a dialog need not read what it stands over.
                        let wanted = if name == "Behind" { wanted - 1.5 } else { wanted };
                        assert!(contrast >= wanted, "{words}: {contrast:.2}");
                    }
                }
            }
        }
    }
}

#[test]
fn with_sixteen_colours_nothing_is_lost() {
    for theme in own() {
        let scheme = Scheme::of(theme, Depth::Sixteen);
        for (name, style) in texts(&scheme) {
            let seen = scheme.text.patch(style);
            let contrast = depth::contrast(seen.fg.unwrap(), seen.bg.unwrap());
            assert!(contrast >= depth::READABLE, "{} {name}: {contrast:.2}", theme.name());
        }
        let focus = scheme.text.patch(scheme.focused);
        assert_ne!(focus, scheme.text, "{}", theme.name());
    }
}

/// As eyes without red or without green receptors see it: what Viénot, Brettel
/// and Mollon (1999) give for protanopes and deuteranopes, in linear light.
fn seen_by(blind: [[f64; 3]; 3], colour: Color) -> [f64; 3] {
    let linear = depth::rgb(colour).unwrap().map(|c| (f64::from(c) / 255.0).powf(2.2));
    blind.map(|row| {
        let sum: f64 = row.iter().zip(linear).map(|(a, b)| a * b).sum();
        sum.clamp(0.0, 1.0).powf(1.0 / 2.2)
    })
}

#[test]
fn the_theme_for_the_colour_blind_keeps_states_apart() {
    const PROTAN: [[f64; 3]; 3] =
        [[0.112_38, 0.887_62, 0.0], [0.112_38, 0.887_62, 0.0], [0.004_01, -0.004_01, 1.0]];
    const DEUTAN: [[f64; 3]; 3] =
        [[0.292_75, 0.707_25, 0.0], [0.292_75, 0.707_25, 0.0], [-0.022_34, 0.022_34, 1.0]];
    /// Of 1, in each of three channels; red and green of the dark theme have
    /// less for one of the two.
    const APART: f64 = 0.25;
    let scheme = Scheme::of(Theme::ColourBlind, Depth::True);
    let inks = [Ink::Warning, Ink::Danger, Ink::Good];
    for blind in [PROTAN, DEUTAN] {
        for (i, a) in inks.iter().enumerate() {
            for b in &inks[i + 1..] {
                let [x, y] = [a, b].map(|ink| seen_by(blind, scheme.ink(*ink).fg.unwrap()));
                let distance = x.iter().zip(y).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
                assert!(distance >= APART, "{a:?} and {b:?}: {distance:.2}");
            }
        }
    }
}

#[test]
fn marks_add_up() {
    let scheme = Scheme::of(Theme::Terminal, Depth::Sixteen);
    let expired = scheme.style(
        super::super::danger().fg.unwrap(),
        Color::Reset,
        Modifier::BOLD | Modifier::REVERSED,
    );
    assert_eq!(expired, Style::new().fg(Color::Red).bold().reversed());
    assert_eq!(scheme.style(Color::Reset, Color::Reset, Modifier::empty()), Style::new());
}
