//! The pictures in the documentation are what the program draws today.
//!
//! To redraw them: `PICTURES=write cargo test --test pictures`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/app.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod app;
#[path = "support/film.rs"]
mod film;
#[path = "support/svg.rs"]
mod svg;

use std::fs;

use app::App;
use axtok::{
    app::{Copied, Msg},
    domain::Theme,
};
use film::Frame;

/// A picture: its file, its size in columns and rows, its keys, and what it shows.
struct Picture {
    name: &'static str,
    size: (u16, u16),
    go: fn(&mut App) -> &mut App,
    title: &'static str,
}

const PICTURES: &[Picture] = &[
    Picture {
        name: "tokens",
        size: (80, 24),
        go: |app| app.keys("j j j j j j j"),
        title: "The list of API tokens: what each can do, when it expires, and what deserves a look",
    },
    Picture {
        name: "wide",
        size: (140, 40),
        go: |app| app.keys("j j j j j j"),
        title: "On a wide terminal all of a token stands beside the list",
    },
    Picture {
        name: "matrix",
        size: (80, 24),
        go: matrix,
        title: "The permission matrix: datasets down, capabilities across, rights as letters",
    },
    Picture {
        name: "review",
        size: (80, 24),
        go: |app| filled(app).keys("Ctrl-s"),
        title: "Review: what a new token will be, before anything is sent",
    },
    Picture {
        name: "secret",
        size: (80, 24),
        go: |app| filled(app).keys("Ctrl-s Enter").later(600),
        title: "The one-time secret, covered until it is asked for",
    },
    Picture {
        name: "regenerate",
        size: (80, 24),
        go: |app| app.keys("/").types("ingest-edge").keys("Enter r"),
        title: "Regenerate: how long the old token works, and when the new one expires",
    },
    Picture {
        name: "profile",
        size: (80, 24),
        go: |app| app.keys("g p"),
        title: "Profile: who one is, and the personal tokens",
    },
];

/// The animated picture, and what it shows.
const FILM: (&str, &str) = (
    "create",
    "Creating a token: name it, choose datasets, review, create, and store the one-time secret",
);

/// The main job, from the list to the new token in it. The secret stays hidden.
fn main_job() -> Vec<Frame> {
    let mut app = App::ready(80, 24);
    app.model.shared.themes.chosen = Theme::Dark;
    app.draw();
    let mut all = Vec::new();
    let mut show = |app: &App, keys: &str, words, milliseconds| {
        let cells = app.buffer().clone();
        all.push(Frame { cells, keys: keys.to_owned(), words, milliseconds });
    };
    show(&app, "", "The API tokens of an organisation", 1400);
    show(app.keys("n"), "n", "New token", 700);
    types(&mut app, "ci-edge", "Name it", &mut show);
    for milliseconds in [100, 100, 100, 300] {
        show(app.keys("Tab"), "Tab", "Go to the datasets", milliseconds);
    }
    for (key, milliseconds) in [("j", 200), ("j", 200), ("Space", 400), ("j", 200), ("Space", 700)]
    {
        show(app.keys(key), key, "Choose datasets", milliseconds);
    }
    show(app.keys("Ctrl-s"), "Ctrl-s", "Review before anything is sent", 2400);
    show(app.press("Enter").later(200), "Enter", "Create", 400);
    show(app.answer().later(600), "", "The secret is hidden until r reveals it", 2400);
    let copied = Msg::Copied { what: "secret", result: Ok(Copied::Confirmed) };
    show(app.press("y").msg(copied), "y", "Copy the secret without showing it", 1000);
    show(app.keys("Esc"), "Esc", "Close", 700);
    types(&mut app, "stored", "Confirm that it is stored", &mut show);
    show(app.keys("Enter"), "Enter", "The new token is in the list", 2200);
    all
}

/// Types a text, a frame for each letter.
fn types(
    app: &mut App,
    text: &str,
    words: &'static str,
    show: &mut impl FnMut(&App, &str, &'static str, u32),
) {
    for (at, c) in text.char_indices() {
        let typed = &text[..at + c.len_utf8()];
        let milliseconds = if typed == text { 500 } else { 80 };
        show(app.types(&c.to_string()), typed, words, milliseconds);
    }
}

fn filled(app: &mut App) -> &mut App {
    app.keys("n").types("ci-edge").keys("Tab Down Down Space Down Space")
}

/// An advanced draft with rights of every kind.
fn matrix(app: &mut App) -> &mut App {
    app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter l r Tab Enter j h Space l l r");
    app.keys("j h h Space l l l r j j l d Tab Enter 3 j r G r 1 g g j j")
}

/// Every picture, and its file.
fn drawn() -> Vec<(String, String)> {
    let file = |name: &str| format!("assets/pictures/{name}.svg");
    let still = |picture: &Picture| {
        let (width, height) = picture.size;
        let mut app = App::ready(width, height);
        app.model.shared.themes.chosen = Theme::Dark;
        (picture.go)(&mut app);
        (file(picture.name), svg::svg(app.buffer(), picture.title))
    };
    let (name, title) = FILM;
    let moving = (file(name), film::film(&main_job(), title));
    PICTURES.iter().map(still).chain([moving]).collect()
}

#[test]
fn they_are_current() {
    let write = std::env::var_os("PICTURES").is_some();
    let mut stale = Vec::new();
    for (file, drawn) in drawn() {
        if write {
            fs::create_dir_all("assets/pictures").unwrap();
            fs::write(&file, drawn).unwrap();
        } else if fs::read_to_string(&file).ok() != Some(drawn) {
            stale.push(file);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; PICTURES=write cargo test --test pictures");
}

#[test]
fn the_documentation_shows_each_and_says_what_it_shows() {
    let docs = fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    let files = docs.filter(|file| file.is_file()).chain(["README.md".into()]);
    let text: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    for picture in PICTURES {
        let address = format!("assets/pictures/{}.svg)", picture.name);
        let (before, _) = text.split_once(&address).unwrap_or_else(|| panic!("no {address}"));
        let (_, shown) = before.rsplit_once("![").unwrap();
        assert!(!shown.starts_with(']'), "{address} has no description");
    }
    let (name, title) = FILM;
    let file = format!("assets/pictures/{name}.svg");
    let wanted = format!("![{title}]({file})");
    assert!(text.contains(&wanted), "no page has {wanted}");
    let files = fs::read_dir("assets/pictures").unwrap();
    assert_eq!(files.count(), PICTURES.len() + 1, "every picture is one of these");
}

/// The pictures are shown on web pages: they must load nothing and contain no script and no secret.
#[test]
fn they_bring_nothing_along_and_hold_no_secret() {
    for (file, _) in drawn() {
        let text = fs::read_to_string(&file).unwrap();
        for word in ["<script", "href", "url(", "@import", "xaat-0", "xapt-0"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
        assert!(text.contains("textLength") && text.ends_with("</svg>\n"));
    }
}

/// The animated picture is short, small, and still where the reader prefers that.
#[test]
fn the_film_is_for_a_web_page() {
    let frames = main_job();
    let total: u32 = frames.iter().map(|frame| frame.milliseconds).sum();
    assert!((12_000..=16_000).contains(&total), "{total} ms");
    let text = film::film(&frames, FILM.1);
    assert!(text.len() < 150_000, "{} bytes", text.len());
    let (style, drawn) = text.split_once("</style>").unwrap();
    assert!(style.contains("@media (prefers-reduced-motion:no-preference){"));
    // Without motion, everything of the last frame is visible, and nothing else.
    let mut is_hidden = false;
    let mut still: Vec<&str> = Vec::new();
    for line in drawn.lines() {
        match line {
            "</g>" => is_hidden = false,
            line if line.starts_with("<g ") => is_hidden = line.contains("visibility=\"hidden\""),
            line if !is_hidden => still.push(line),
            _ => {}
        }
    }
    let last = svg::svg(&frames.last().unwrap().cells, "");
    for element in last.lines().filter(|l| l.starts_with("<text") || l.starts_with("<path")) {
        assert!(still.contains(&element), "{element}");
    }
    let letters = |lines: &[&str]| lines.iter().filter(|l| l.starts_with("<text")).count();
    let lines: Vec<_> = last.lines().collect();
    // The last caption has a key and its words.
    assert_eq!(letters(&still), letters(&lines) + 2);
}
