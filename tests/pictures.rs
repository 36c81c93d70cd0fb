//! The pictures in the documentation are what the program draws today.
//!
//! To redraw them: `PICTURES=write cargo test --test pictures`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/app.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod app;
#[path = "support/svg.rs"]
mod svg;

use std::fs;

use app::App;
use axtok::domain::Theme;

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

fn filled(app: &mut App) -> &mut App {
    app.keys("n").types("ci-edge").keys("Tab Tab Tab Tab j j Space j Space")
}

/// An advanced draft with rights of every kind.
fn matrix(app: &mut App) -> &mut App {
    app.keys("n").types("adv").keys("Tab Tab Tab Space Tab Enter l r j h Space l l r");
    app.keys("j h h Space l l l r j j l d Tab Enter 3 j r G r 1 g g j j")
}

#[test]
fn they_are_current() {
    let write = std::env::var_os("PICTURES").is_some();
    let mut stale = Vec::new();
    for picture in PICTURES {
        let (width, height) = picture.size;
        let mut app = App::ready(width, height);
        app.model.shared.themes.chosen = Theme::Dark;
        (picture.go)(&mut app);
        let file = format!("assets/pictures/{}.svg", picture.name);
        let drawn = svg::svg(app.buffer(), picture.title);
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
    let files = fs::read_dir("assets/pictures").unwrap();
    assert_eq!(files.count(), PICTURES.len(), "every picture is one of these");
}

/// The pictures are shown on web pages: they must load nothing and contain no script and no secret.
#[test]
fn they_bring_nothing_along_and_hold_no_secret() {
    for picture in PICTURES {
        let text = fs::read_to_string(format!("assets/pictures/{}.svg", picture.name)).unwrap();
        for word in ["<script", "href", "url(", "@import", "xaat-0", "xapt-0"] {
            assert!(!text.contains(word), "{}: {word}", picture.name);
        }
        assert!(text.contains("textLength") && text.ends_with("</svg>\n"));
    }
}
