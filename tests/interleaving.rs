//! Types random keys while answers arrive late and in any order, with several secrets on the
//! screen. After each message: no secret goes to a destination that was not checked for it, no
//! answer changes a layer that it is not meant for, and every secret is confirmed as stored,
//! deleted with its token, or still there.
//!
//! Each run uses the same random programs. `INTERLEAVING_SEED` selects others; `INTERLEAVING_CASES`
//! sets their number and prints which situations they reached.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/answers.rs"]
mod answers;
#[path = "interleaving/observe.rs"]
mod observe;
#[path = "interleaving/program.rs"]
mod program;
#[path = "interleaving/rules.rs"]
mod rules;
#[path = "interleaving/world.rs"]
mod world;

use std::{
    cell::RefCell,
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use program::Step;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};
use world::Counts;

const CASES: u32 = 1_000;
/// A situation that is not reached is not tested: the minimum count of each, in [`CASES`] programs.
const FLOORS: [(&str, usize); 28] = [
    ("two secrets are there at once", 4_000),
    ("three secrets or more are there at once", 500),
    ("a new token brings a secret", 80),
    ("a new personal token brings a secret", 200),
    ("a regenerated token brings a secret", 60),
    ("a run brings a secret", 80),
    ("a check is answered after more keys", 80),
    ("a check is answered under another layer", 4),
    ("a check is answered under another secret", 25),
    ("a check is answered whose dialog is gone", 30),
    ("a destination's check is answered too late", 10),
    ("a list is answered too late", 20),
    ("a change is answered under a secret", 400),
    ("a change is answered from a place that was left", 20),
    ("a change is not sent for want of the journal", 30),
    ("a delivery is answered among others", 30),
    ("a trial is answered among others", 15),
    ("a bulk delivery fails", 12),
    ("a place is left with a secret on the screen", 8),
    ("a place is left with a run's secret in hand", 15),
    ("a secret goes to a place while another is there", 50),
    ("a secret goes to the place that was chosen before", 120),
    ("a secret is compared", 12),
    ("a secret ends as its dialog is told that it is stored", 80),
    ("a secret ends that was taken or compared", 40),
    ("a secret ends with its token", 20),
    ("a secret ends in the destination of a run", 35),
    ("something happens while a secret is uncovered", 50),
];

#[test]
#[expect(clippy::print_stderr, reason = "prints what was reached, on request")]
fn no_order_of_keys_and_answers_loses_or_misplaces_a_secret() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("INTERLEAVING_CASES").map_or(CASES, |n| u32::try_from(n).unwrap());
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number("INTERLEAVING_SEED").unwrap_or(0).to_le_bytes());
    let config =
        Config { cases, failure_persistence: None, max_shrink_time: 10_000, ..Config::default() };
    let rng = TestRng::from_seed(config.rng_algorithm, &seed);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let counts = RefCell::new(Counts::new());
    let started = Instant::now();
    let result = runner.run(&program::programs(), |steps| {
        let reached = world::run(&steps).map_err(TestCaseError::fail)?;
        let mut counts = counts.borrow_mut();
        *counts.entry("programs").or_default() += 1;
        for (what, times) in reached {
            *counts.entry(what).or_default() += times;
        }
        Ok(())
    });
    let counts = counts.into_inner();
    let mut table = format!("{:.1?}\n", started.elapsed());
    for (what, times) in &counts {
        writeln!(table, "{times:>8} {what}").unwrap();
    }
    match result {
        Ok(()) => {}
        Err(TestError::Fail(_, steps)) => {
            let steps = shortest(steps);
            let why = failure(&steps).unwrap();
            let lines: String = steps.iter().map(|step| format!("  {step:?}\n")).collect();
            panic!("{why}\nafter\n{lines}until then:\n{table}");
        }
        Err(error) => panic!("{error}\n{table}"),
    }
    for (what, least) in FLOORS {
        let times = counts.get(what).copied().unwrap_or(0);
        assert!(cases < CASES || times >= least, "{what}: {times} times\n{table}");
    }
    if number("INTERLEAVING_CASES").is_some() {
        eprintln!("{table}");
    }
}

/// The invariant that these steps break, if any.
fn failure(steps: &[Step]) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| world::run(steps))) {
        Ok(result) => result.err(),
        Err(_) => Some("panicked".to_owned()),
    }
}

/// Removes steps while the rest still fails, for at most 20 seconds.
fn shortest(mut steps: Vec<Step>) -> Vec<Step> {
    let started = Instant::now();
    let kind = |steps: &[Step]| failure(steps).map(|why| why.chars().take(12).collect::<String>());
    let mut size = steps.len().div_ceil(2);
    while size > 0 && started.elapsed() < Duration::from_secs(20) {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            drop(fewer.drain(at..(at + size).min(steps.len())));
            if kind(&fewer).is_some() {
                steps = fewer;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    steps
}
