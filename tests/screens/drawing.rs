//! Drawing never panics, at any size.

use std::{
    io::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    app::App,
    tour::{Organisation, PLACES, Place},
};

/// The largest terminal of the full sweep, in columns and rows.
const LARGEST: (u16, u16) = (200, 80);

#[test]
fn no_size_panics() {
    let sizes = edge_case_sizes();
    let panics = sweep(&sizes);
    print_summary(&sizes, &panics);
    assert!(panics.is_empty(), "{}", panics.join("\n"));
}

/// Every size up to [`LARGEST`]; takes minutes.
#[test]
#[ignore = "takes minutes; cargo test --release --test screens -- --ignored every_size"]
fn every_size() {
    let (width, height) = LARGEST;
    let sizes: Vec<_> = (0..=width).flat_map(|w| (0..=height).map(move |h| (w, h))).collect();
    let panics = sweep(&sizes);
    print_summary(&sizes, &panics);
    assert!(panics.is_empty(), "{}", panics.join("\n"));
}

fn print_summary(sizes: &[(u16, u16)], panics: &[String]) {
    let (drawn, places) = (2 * PLACES.len() * sizes.len(), PLACES.len());
    report(&format!(
        "{places} places, {} sizes, 2 organisations: {drawn} frames drawn, {} panics",
        sizes.len(),
        panics.len()
    ));
}

#[expect(clippy::explicit_write, reason = "the harness captures what `println!` prints")]
fn report(line: &str) {
    writeln!(io::stdout(), "{line}").unwrap();
}

/// Draws every place at these sizes, on one thread per processor; returns where it panicked.
fn sweep(sizes: &[(u16, u16)]) -> Vec<String> {
    let all: Vec<(&Place, Organisation)> = PLACES
        .iter()
        .flat_map(|place| [(place, Organisation::Demo), (place, Organisation::Hostile)])
        .collect();
    let (next, panics) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((place, at)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    panics.lock().unwrap().extend(panics_of(place, *at, sizes));
                }
            });
        }
    });
    panics.into_inner().unwrap()
}

fn panics_of(place: &Place, at: Organisation, sizes: &[(u16, u16)]) -> Vec<String> {
    let mut app = place.visit(at);
    let mut panics = Vec::new();
    for (width, height) in sizes.iter().copied() {
        let draw = AssertUnwindSafe(|| {
            app.resize(width, height);
        });
        if catch_unwind(draw).is_err() {
            panics.push(format!("{} ({at:?}) at {width}x{height}", place.name));
            app = place.visit(at);
        }
    }
    panics
}

/// Empty and tiny sizes, the minimum size and its neighbours, common sizes, wide and tall ones.
fn edge_case_sizes() -> Vec<(u16, u16)> {
    let edges = [0, 1, 2, 39, 40, 41, 52].into_iter();
    let small = edges.flat_map(|w| [0, 1, 2, 9, 10, 11, 13].map(|h| (w, h)));
    small
        .chain([(60, 20), (80, 24), (120, 40), (200, 80), (1, 80), (200, 1), (200, 10), (40, 80)])
        .collect()
}

#[test]
fn a_terminal_that_is_too_small_states_the_minimum_size() {
    App::ready(30, 8).see("axtok needs 40x10");
    App::ready(20, 5).see("axtok needs 40x10");
}

#[test]
fn the_secret_stays_readable_on_a_small_terminal() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("x").keys("Tab Down Space Ctrl-s Enter").later(600);
    let mut small = app;
    small.keys("r");
    let shown = small.screen();
    let line = shown.lines().find(|l| l.trim_start().starts_with("xaat-")).unwrap().trim();
    assert_eq!(line.len(), 41, "the value is alone on its line");
}
