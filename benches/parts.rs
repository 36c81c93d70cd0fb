//! The parts of handling a key, measured separately in a large organisation.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared with the other benches")]
mod world;

use std::{cell::RefCell, sync::Arc};

use axtok::{app::screens::access_review::Index, domain::review::Inventory};
use divan::{Bencher, black_box};
use world::World;

const TOKENS: usize = 10_000;
const DATASETS: usize = 5_000;

fn main() {
    divan::main();
}

/// Parsing the list of tokens from JSON.
#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let body = world::body(TOKENS);
    bencher.bench(|| world::tokens(black_box(&body)));
}

/// A cursor move in the core, without drawing.
#[divan::bench]
fn update_move(bencher: Bencher<'_, '_>) {
    let mut world = World::with_tokens(TOKENS);
    let mut keys =
        ["j", "k"].map(|k| axtok::input::key::sequence(k).unwrap()[0]).into_iter().cycle();
    bencher.bench_local(|| keys.next().map(|key| world.key(key)));
}

/// Filtering by a letter that most tokens contain, without drawing.
#[divan::bench]
fn filter_key(bencher: Bencher<'_, '_>) {
    let world = RefCell::new(World::with_tokens(TOKENS));
    bencher
        .with_inputs(|| world.borrow_mut().begin_filter())
        .bench_local_values(|()| world.borrow_mut().press("e"));
}

/// Drawing the list, without writing it.
#[divan::bench]
fn draw_list(bencher: Bencher<'_, '_>) {
    let mut world = World::with_tokens(TOKENS);
    world.go_to(TOKENS / 2);
    bencher.bench_local(|| world.lay_out());
}

/// Comparing two frames that differ by a cursor move, and writing the changes.
#[divan::bench]
fn show_move(bencher: Bencher<'_, '_>) {
    show(bencher, TOKENS / 2, TOKENS / 2 - 1);
}

/// Comparing two frames between which the list scrolled by a row, and writing the changes.
#[divan::bench]
fn show_scroll(bencher: Bencher<'_, '_>) {
    show(bencher, TOKENS / 2, TOKENS / 2 + 1);
}

fn show(bencher: Bencher<'_, '_>, from: usize, to: usize) {
    let world = RefCell::new(World::with_tokens(TOKENS));
    let prepare = || {
        let mut world = world.borrow_mut();
        // Come from above, so that the cursor is at the lower edge.
        world.go_to(0);
        world.go_to(from);
        world.lay_out_at(to);
    };
    bencher.with_inputs(prepare).bench_local_values(|()| world.borrow_mut().show());
}

/// Granting a right on every dataset.
#[divan::bench]
fn matrix_bulk_change(bencher: Bencher<'_, '_>) {
    let world = RefCell::new(World::in_matrix(DATASETS));
    bencher
        .with_inputs(|| world.borrow_mut().take_back())
        .bench_local_values(|()| world.borrow_mut().grant_all());
}

/// Building the index of the access review.
#[divan::bench]
fn review_index(bencher: Bencher<'_, '_>) {
    let tokens = Arc::new(world::tokens(&world::body(TOKENS)));
    let now = "2026-11-23T14:00:00Z".parse().unwrap();
    bencher.bench(|| Index::new(Arc::clone(black_box(&tokens)), Inventory::default(), now));
}
