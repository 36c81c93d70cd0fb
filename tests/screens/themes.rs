//! Every theme, no colours, ASCII; and that nothing is conveyed by colour alone.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use axtok::{
    domain::{Background, Theme},
    ui::{Appearance, theme::depth::Depth},
};
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    app::App,
    snapshots::compare_text,
    tour::{Organisation, PLACES},
};

/// A style in words, such as `red, bold`.
fn described(fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut words = Vec::new();
    if fg != Color::Reset {
        words.push(fg.to_string().to_lowercase());
    }
    if bg != Color::Reset {
        words.push(format!("on {}", bg.to_string().to_lowercase()));
    }
    for (mark, name) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ] {
        if modifier.contains(mark) {
            words.push(name.to_owned());
        }
    }
    if words.is_empty() { "plain".to_owned() } else { words.join(", ") }
}

/// The rows of a screen, each followed by a letter per cell for its style, then the legend.
fn with_styles(buffer: &Buffer) -> String {
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let (mut text, mut styles, mut covered) = (String::new(), String::new(), 0);
        for cell in row {
            let next = char::from(b'a' + u8::try_from(letters.len()).unwrap());
            let style = described(cell.fg, cell.bg, cell.modifier);
            styles.push(*letters.entry(style).or_insert(next));
            if covered == 0 {
                text.push_str(cell.symbol());
                covered = cell.symbol().width();
            }
            covered -= 1;
        }
        writeln!(out, "{}\n{styles}", text.trim_end()).unwrap();
    }
    let mut legend: Vec<_> = letters.into_iter().map(|(style, letter)| (letter, style)).collect();
    legend.sort_unstable();
    for (letter, style) in legend {
        writeln!(out, "{letter}: {style}").unwrap();
    }
    out
}

/// A list with an expired, an expiring and an active token; a matrix with rights of every kind; a
/// dialog.
fn samples() -> [(&'static str, App); 3] {
    let mut list = App::ready(80, 15);
    list.keys("j j j");
    let mut matrix = App::ready(80, 15);
    matrix.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter l r Tab Enter j h Space");
    let mut dialog = App::ready(80, 15);
    dialog.keys("d");
    [("list", list), ("matrix", matrix), ("dialog", dialog)]
}

fn compare(name: &str, appearance: Appearance, theme: Theme) {
    for (screen, mut app) in samples() {
        (app.appearance, app.model.shared.themes.chosen) = (appearance, theme);
        app.draw();
        compare_text(&format!("look_{name}_{screen}"), &with_styles(app.buffer()));
    }
}

#[test]
fn every_theme() {
    for theme in Theme::ALL.into_iter().filter(|theme| *theme != Theme::Auto) {
        compare(&theme.name().replace('-', "_"), Appearance::default(), theme);
    }
}

#[test]
fn themes_with_sixteen_colours() {
    let appearance = Appearance { depth: Depth::Sixteen, ..Appearance::default() };
    compare("dark_16", appearance, Theme::Dark);
    compare("light_16", appearance, Theme::Light);
}

#[test]
fn no_colour() {
    compare("no_colour", Appearance { colour: false, ..Appearance::default() }, Theme::Dark);
}

#[test]
fn ascii() {
    let appearance = Appearance { unicode: false, ..Appearance::default() };
    compare("ascii", appearance, Theme::Terminal);
}

#[test]
fn without_colour_every_screen_is_plain_and_has_the_same_text() {
    for place in PLACES {
        let mut app = place.visit(Organisation::Demo);
        for theme in [Theme::Terminal, Theme::Dark] {
            (app.appearance, app.model.shared.themes.chosen) = (Appearance::default(), theme);
            app.draw();
            let coloured = app.screen();
            app.appearance.colour = false;
            app.draw();
            assert_eq!(coloured, app.screen(), "{} in {}", place.name, theme.name());
            let plain = |c: &ratatui::buffer::Cell| (c.fg, c.bg) == (Color::Reset, Color::Reset);
            assert!(app.buffer().content.iter().all(plain), "{}", place.name);
        }
    }
}

/// Signs and words that say the same as their colour.
const SIGNS: &[&str] = &[
    "!",
    "x ",
    "[RO]",
    "[WAIT ",
    "H ",
    "M ",
    "↻",
    "~",
    "expir",
    "due",
    "stuck",
    "finding",
    "stops",
    "Stopping",
    "never",
    "missing",
    "undone",
    "Store it now",
    "failed",
    "high",
    "medium",
];

/// Every text in a warning or danger colour has a sign or a word that says the same, on its row or
/// on an earlier row of its sentence.
#[test]
fn nothing_is_conveyed_by_colour_alone() {
    let mut found = Vec::new();
    for place in PLACES {
        let mut app = place.visit(Organisation::Demo);
        app.model.shared.themes.chosen = Theme::Terminal;
        app.draw();
        let screen = app.screen();
        let lines: Vec<&str> = screen.lines().collect();
        let width = usize::from(app.buffer().area.width);
        // Consecutive coloured rows belong to one sentence.
        let mut has_sign = false;
        for (y, row) in app.buffer().content.chunks(width).enumerate() {
            if !row.iter().any(|c| matches!(c.fg, Color::Yellow | Color::Red)) {
                has_sign = false;
                continue;
            }
            has_sign = has_sign || SIGNS.iter().any(|sign| lines[y].contains(sign));
            if !has_sign {
                found.push(format!("{}: {}", place.name, lines[y]));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The focused row, button or cell can be found without reverse video.
#[test]
fn focus_has_a_sign_too() {
    let mut found = Vec::new();
    for place in PLACES {
        let mut app = place.visit(Organisation::Demo);
        app.model.shared.themes.chosen = Theme::Terminal;
        app.draw();
        let (screen, width) = (app.screen(), usize::from(app.buffer().area.width));
        for (line, row) in screen.lines().zip(app.buffer().content.chunks(width)) {
            let reversed = row.iter().any(|c| c.modifier.contains(Modifier::REVERSED));
            let signs = [">", "▸", "[", "* ", "↑ more", "↓ more", " axtok "];
            if reversed && !signs.iter().any(|sign| line.contains(sign)) {
                found.push(format!("{}: {line}", place.name));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Drawing code names the role of a text; only themes name colours.
#[test]
fn drawing_code_names_no_colours() {
    fn scan_folder(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("ui/theme") {
                scan_folder(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let knows = path.ends_with("ui/theme.rs") || path.ends_with("ui/appearance.rs");
                if !knows && ["Color::", "Modifier::", "Stylize"].iter().any(|w| text.contains(w)) {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    let mut found = Vec::new();
    scan_folder(Path::new("src/ui"), &mut found);
    assert!(found.is_empty(), "{found:?}");
}

/// The background colour, which identifies the theme.
fn background(app: &App) -> Color {
    app.buffer().content[0].bg
}

#[test]
fn the_theme_list_previews_each_theme_and_esc_restores_the_previous() {
    let mut app = App::ready(80, 24);
    let background_of = |app: &mut App, theme| {
        app.model.shared.themes.chosen = theme;
        app.draw();
        app.buffer().content[usize::from(app.buffer().area.width) * 2].bg
    };
    let light = background_of(&mut app, Theme::Light);
    let dark = background_of(&mut app, Theme::Dark);
    assert_ne!(light, dark);
    let corner = |app: &App| app.buffer().content[usize::from(app.buffer().area.width) * 2].bg;
    app.press("T").see(">• dark").see("x expired");
    app.press("j").see(">  light");
    assert_eq!(corner(&app), light, "previewed");
    app.press("Esc");
    assert_eq!(corner(&app), dark, "restored");
    app.press("T j Enter").see("Theme light, now and when axtok starts.");
    assert_eq!(corner(&app), light, "chosen");
    app.press("T g g").see(">  terminal");
}

#[test]
fn a_theme_can_be_typed_and_is_previewed_while_typing() {
    let mut app = App::ready(80, 24);
    app.press(":").types("theme drak").see("did you mean \"dark\"?");
    app.press("Ctrl-u").types("theme high-contrast");
    let seen = background(&app);
    app.press("Esc");
    assert_ne!(background(&app), seen);
    app.press(":").types("theme high-contrast").press("Enter").see("Theme high-contrast, now");
    assert_eq!(background(&app), seen);
    // The theme under the cursor is previewed as well.
    app.press(":").types("theme").press("Enter").see("  theme terminal");
    assert_eq!(background(&app), seen);
    app.press("Down").see("> theme terminal");
    assert_ne!(background(&app), seen);
    app.press("Down Down Down Down").see("> theme high-contrast");
    assert_eq!(background(&app), seen);
}

#[test]
fn auto_follows_the_terminal_background() {
    let mut app = App::ready(80, 24);
    app.model.shared.themes.chosen = Theme::Auto;
    app.draw();
    let dark = background(&app);
    app.model.shared.themes.background = Background::Light;
    app.draw();
    assert_ne!(background(&app), dark);
}
