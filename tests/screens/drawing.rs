//! Drawing at every size, and what must never be on a screen.

use crate::app::App;

/// Every screen and overlay, by the keys that open it.
const PLACES: &[&str] = &[
    "",
    "Enter",
    "n",
    "n Ctrl-s",
    "r",
    "r Left Left Left",
    "d",
    "?",
    "/",
    "y",
    "n x Tab Tab Tab Tab Space Ctrl-s",
];

#[test]
fn no_size_panics() {
    for keys in PLACES {
        let mut app = App::ready(80, 24);
        if !keys.is_empty() {
            app.keys(keys);
        }
        for (width, height) in sizes() {
            app.resize(width, height);
        }
    }
}

/// All the small ones, and some of the large.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let small = (0..=44).step_by(4).flat_map(|w| (0..=14).map(move |h| (w, h)));
    small.chain([(60, 15), (60, 20), (80, 24), (120, 40), (200, 60), (1, 80), (200, 1)])
}

#[test]
fn a_small_terminal_says_what_is_needed() {
    App::ready(30, 8).see("axtok needs 40x10");
    App::ready(20, 5).see("axtok needs 40x10");
}

#[test]
fn the_secret_stays_readable_on_a_small_terminal() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("x").keys("Tab Tab Tab Tab j Space Ctrl-s Enter").later(600);
    let mut small = app;
    small.keys("r");
    let shown = small.screen();
    let line = shown.lines().find(|l| l.trim_start().starts_with("xaat-")).unwrap().trim();
    assert_eq!(line.len(), 41, "the value stands alone on its line");
}
