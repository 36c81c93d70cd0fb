//! What is shown at which size, and columns that stay aligned with letters of any width.

use std::collections::BTreeSet;

use ratatui::{buffer::Buffer, style::Modifier};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    app::App,
    tour::{Organisation, PLACES},
};

/// A name that ends in `words` after wide, combining or right-to-left letters.
pub fn foreign(words: &str) -> String {
    const LETTERS: [&str; 8] = [
        "東京ログ収集",
        "e\u{301}te\u{301}-n\u{303}",
        "שלום",
        "مفتاح",
        "한국어",
        "नमस्ते",
        "ไทยน้ำ",
        "☕️🚀",
    ];
    let which: usize = words.bytes().map(usize::from).sum();
    format!("{}-{words}", LETTERS[which % LETTERS.len()])
}

/// The columns in which a text starts, over all rows.
fn columns_of(buffer: &Buffer, text: &str) -> BTreeSet<usize> {
    let width = usize::from(buffer.area.width);
    let starts = |row: &[ratatui::buffer::Cell]| {
        let at = |x: usize| row[x..].iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
        (0..width).filter(|x| at(*x).starts_with(text)).collect::<Vec<_>>()
    };
    buffer.content.chunks(width).flat_map(starts).collect()
}

/// A place with a list, a text from the list's second column, and a terminal size.
const LISTS: &[(&str, &str, (u16, u16))] = &[
    ("api_tokens", "advanced ", (80, 24)),
    ("api_tokens", "ingest: ", (60, 15)),
    ("api_tokens", "advanced  ingest", (200, 60)),
    ("matrix", "  --·-", (80, 24)),
    ("matrix", "  --·-", (60, 15)),
    ("matrix_views", "  --·-", (80, 24)),
];

#[test]
fn names_of_any_width_keep_the_columns_aligned() {
    for (name, second, (width, height)) in LISTS {
        let place = PLACES.iter().find(|p| p.name == *name).unwrap();
        let mut app = place.visit(Organisation::Foreign);
        app.resize(*width, *height);
        let columns = columns_of(app.buffer(), second);
        assert_eq!(columns.len(), 1, "{name}: {second} at {columns:?}\n{}", app.screen());
    }
}

#[test]
fn no_wide_letter_is_cut_and_no_frame_is_shifted() {
    for place in PLACES {
        let mut app = place.visit(Organisation::Foreign);
        for (width, height) in [(41, 11), (80, 24), (140, 40)] {
            app.resize(width, height);
            let wrong = wrong(app.buffer());
            let words = format!("{} at {width}x{height}", place.name);
            assert!(wrong.is_empty(), "{words}: {wrong:?}\n{}", app.screen());
        }
    }
}

/// Wide letters that cross the edge or overlap another cell, and frames whose right side is not
/// straight.
fn wrong(buffer: &Buffer) -> Vec<String> {
    let (width, height) = (buffer.area.width, buffer.area.height);
    let mut wrong = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            if symbol.width() > 1
                && (x + 1 == width || !buffer[(x + 1, y)].symbol().trim().is_empty())
            {
                wrong.push(format!("{symbol} at {x},{y}"));
            }
            if symbol == "┐" {
                let below = (y + 1..height).find(|y| buffer[(x, *y)].symbol() != "│");
                let end = below.map(|y| buffer[(x, y)].symbol());
                // The one-time secret takes the whole width of its rows.
                let is_secret = below.is_some_and(|y| {
                    let row = (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
                    row.contains("xa") || row.contains("xp") || row.contains('•')
                });
                if end != Some("┘") && !is_secret {
                    wrong.push(format!("a frame at {x},{y} ends in {end:?}"));
                }
            }
        }
    }
    wrong
}

#[test]
fn at_60x15_the_details_are_below_the_list() {
    let mut app = App::ready(60, 15);
    app.keys("j j j j").see(">!  ci-ingest-edge").see("can ingest into 3 datasets");
    app.see("Sends edge build logs from CI.").see("? all keys");
}

#[test]
fn from_140_columns_the_details_are_beside_the_list() {
    let mut app = App::ready(140, 40);
    app.keys("j j j j").see(">!  ci-ingest-edge").see("│ No findings");
    app.see("│   prod-edge-logs   c ").see("│ Description  Sends edge build logs");
    app.resize(139, 40).not_see("No findings").see("no findings");
    // The details follow the cursor and say when there is more.
    app.resize(140, 20).keys("/").types("break-glass").keys("Enter").see("↓ more: Enter");
}

#[test]
fn the_deployment_and_the_user_never_touch() {
    for width in 40..90 {
        let mut app = App::ready(width, 15);
        app.model.shared.session.access = axtok::domain::Access::ReadOnly;
        app.draw();
        let screen = app.screen();
        let header = screen.lines().next().unwrap();
        assert!(header.contains(") ") || header.contains("… "), "{header}");
    }
}

/// The less important parts of the header go first.
#[test]
fn the_header_keeps_the_organisation_and_read_only_longest() {
    let mut app = App::ready(200, 15);
    app.model.mouse.on = true;
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    for width in 48..=200 {
        app.resize(width, 15);
        let header = app.screen().lines().next().unwrap().to_owned();
        let has = |part: &str| header.contains(part);
        assert!(has("Acme Inc (acme-4x1k) [RO] [DEMO]"), "{width}: {header}");
        assert!(has("admin") || !has("[MOUSE]"), "{width}: {header}");
        assert!(has("[Tokens]") || !has("g p Profile"), "{width}: {header}");
    }
    app.resize(80, 15).see("axtok [Tokens] Profile  Review  Orgs ");
    app.model.shared.session.demo = false;
    app.resize(90, 15).keys("g p").see(" g t Tokens [Profile] g a Review  g o Orgs");
}

#[test]
fn on_a_low_terminal_the_focused_field_and_the_buttons_stay_visible() {
    for (keys, part, buttons) in [
        ("d", ">Type 0020 or load-tests", "[  Delete ]"),
        (
            "/ t e r r a Enter r Left Left Left Enter Enter",
            ">Type 0004 or terraform",
            "[  Regenerate ]",
        ),
        ("Space Space Space d", ">Type 3", "[  Delete ]"),
        ("g p n Enter", ">Description", "[  Create ]"),
        ("n Tab Tab", ">Expires", "[  Review ]"),
        ("n Tab", ">Datasets", "[  Review ]"),
    ] {
        for height in 10..20 {
            App::ready(60, height).keys(keys).see(part).see(buttons);
        }
    }
}

#[test]
fn a_scrolled_text_keeps_its_title_and_says_where_it_goes_on() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("break-glass").keys("Enter Enter").see("↓ more").not_see("↑ more");
    app.keys("j").see("Name         break-glass").see("↑ more").see("↓ more");
    app.keys("G").see("Name         break-glass").see("↑ more").not_see("↓ more");
    app.keys("g g").not_see("↑ more").see("Id ");
    let mut app = App::ready(80, 24);
    app.keys("?").see("↓ more").not_see("↑ more").keys("G").see("Keys that work here");
    app.see("↑ more").not_see("↓ more");
}

#[test]
fn a_message_takes_two_lines_rather_than_lose_its_end() {
    for (width, last) in [(60, "arrives."), (40, "shown when it arrives.")] {
        let mut app = App::ready(width, 12);
        app.keys("n").types("x").press("Tab Down Space Ctrl-s").press("Enter Esc");
        let screen = app.screen();
        let line = |n: usize| screen.lines().nth(n).unwrap_or_default().trim_end();
        assert!(line(10).starts_with(" · No longer waiting."), "{width}\n{screen}");
        assert!(line(11).ends_with(last), "{width}\n{screen}");
        // The next key gives the row back.
        assert!(!app.press("Tab").screen().contains("No longer waiting"));
    }
}

#[test]
fn the_review_before_creating_lists_every_dataset() {
    let reviewed = |width, height| {
        let mut app = App::ready(width, height);
        app.keys("n").types("x").press("Tab");
        for _ in 0..10 {
            app.press("Down Space");
        }
        app.press("Ctrl-s");
        app
    };
    let mut app = reviewed(120, 40);
    app.see("can ingest into 10 datasets").see("axiom-audit, axiom-history, ci-builds, ci-tests");
    app.see("otel-logs-checkout").not_see("more");
    // Where there is no room, the names scroll.
    let mut app = reviewed(40, 15);
    app.not_see("otel-logs-checkout").see("↓ more").keys("G").see("otel-logs-checkout");
    app.see("[▸ Create ]").not_see("↓ more");
}

/// The cursor marks the name, and leaves the other columns their colours.
#[test]
fn every_list_highlights_only_the_name_under_the_cursor() {
    for (keys, after) in [("", "expired"), ("g a", "5"), ("g a 5", "3"), ("g o", "acme")] {
        let mut app = App::ready(80, 24);
        if !keys.is_empty() {
            app.keys(keys);
        }
        let screen = app.screen();
        let sign = if screen.contains("│ >") { "│ >" } else { ">" };
        let y = screen.lines().position(|line| line.contains(sign)).unwrap();
        let row = &app.buffer().content[y * 80..(y + 1) * 80];
        let reversed: String = row
            .iter()
            .filter(|cell| cell.modifier.contains(Modifier::REVERSED))
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert!(reversed.starts_with('>') && reversed.len() > 8, "{keys}: {reversed}");
        assert!(!reversed.contains(after), "{keys}: {reversed}");
    }
}
