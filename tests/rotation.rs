//! The matrix of kills and faults of `axtok rotate`: the program is killed, or something else
//! fails, at each step. At every request and after every run, the store must hold a secret that
//! works; no new token may go unmentioned; and the server may make no change twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

#[path = "rotation/faults.rs"]
mod faults;
#[path = "rotation/plans.rs"]
mod plans;
#[path = "rotation/proxy.rs"]
mod proxy;
#[path = "rotation/schedule.rs"]
mod schedule;
#[path = "rotation/world.rs"]
mod world;

use std::io::Write as _;

use proxy::{Act, Request};
use rustix::process::Signal;
use world::{DUE, World, is_kept, word};

/// A moment at which the program is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moment {
    /// The server has not received the request to regenerate.
    BeforeMade,
    /// The server has regenerated the token, and its answer is on the way.
    Made,
    /// The delivery has begun, and nothing is stored.
    Delivering,
    /// The delivery has begun, and completes without the program.
    DeliveringAlone,
    /// The secret is stored, and the program does not know it yet.
    Stored,
    /// The stored secret is about to be read.
    Proving,
    /// The stored secret is about to be used.
    Using,
    /// The users of the token are about to be checked.
    Probing,
    /// The server has not received the request to delete the old token.
    BeforeEnded,
    /// The server has deleted the old token, and its answer is on the way.
    Ended,
}

impl Moment {
    const ALL: [Self; 10] = [
        Self::BeforeMade,
        Self::Made,
        Self::Delivering,
        Self::DeliveringAlone,
        Self::Stored,
        Self::Proving,
        Self::Using,
        Self::Probing,
        Self::BeforeEnded,
        Self::Ended,
    ];

    /// Arranges that the next run is killed at this moment.
    fn arrange(self, world: &World, signal: Signal) {
        let how = word(signal);
        let of_program = |program: &str, fault: &str| {
            world.fault(program, &format!("{fault} {how}"));
        };
        let before = Act::KillBefore(signal);
        let after = Act::KillAfter(signal);
        match self {
            Self::BeforeMade => world.proxy.fault(1, before, is_regenerate),
            Self::Made => world.proxy.fault(1, after, is_regenerate),
            Self::Delivering => of_program("deliver", "kill"),
            Self::DeliveringAlone => of_program("deliver", "kill-then-store"),
            Self::Stored => of_program("deliver", "store-then-kill"),
            Self::Proving => of_program("prove", "kill"),
            Self::Using => {
                let admin = world.server.token.clone();
                world.proxy.fault(1, before, move |r| {
                    r.path.starts_with("/v2/datasets") && r.token != admin
                });
            }
            Self::Probing => of_program("probe", "kill"),
            Self::BeforeEnded => world.proxy.fault(1, before, is_delete),
            Self::Ended => world.proxy.fault(1, after, is_delete),
        }
    }

    /// Whether that has happened; forgets it if not.
    fn has_happened(self, world: &World) -> bool {
        let by_program = match self {
            Self::Delivering | Self::DeliveringAlone | Self::Stored => world.has_failed("deliver"),
            Self::Proving => world.has_failed("prove"),
            Self::Probing => world.has_failed("probe"),
            _ => true,
        };
        for program in ["deliver", "prove", "probe"] {
            let _ = std::fs::remove_file(world.path("faults").join(program));
        }
        world.proxy.clear() && by_program
    }
}

fn is_regenerate(request: &Request) -> bool {
    request.method == "POST" && request.path.ends_with("/regenerate")
}

fn is_delete(request: &Request) -> bool {
    request.method == "DELETE"
}

/// The figures of a matrix.
#[derive(Default)]
struct Figures {
    cases: usize,
    runs: usize,
    checks: usize,
    changes: usize,
    wrong: Vec<String>,
    orphans: usize,
    repeated: usize,
}

impl Figures {
    /// Runs until nothing is left to do, then adds what this case has shown.
    fn finish(&mut self, mut world: World, case: &str) {
        let mut runs = 0;
        loop {
            // A request without an answer counts as not made only after some minutes.
            world.wait("home");
            let ran = world.rotate();
            if ran.status == Some(0) {
                break;
            }
            runs += 1;
            assert!(runs < 5, "{case}: it does not end: {}", world.said);
        }
        for (name, old) in DUE.iter().zip(&world.old) {
            let id = world.proxy.id_of(&world.stored(name));
            assert!(id.is_some_and(|id| id != *old), "{case}: {name} was not rotated");
        }
        assert!(!is_kept(&world, "home"), "{case}: a secret is left in a file");
        let (checks, wrong) = world.proxy.checked();
        self.cases += 1;
        self.runs += world.runs;
        self.checks += checks;
        self.changes += world.proxy.changes().len();
        self.wrong.extend(wrong.into_iter().map(|wrong| format!("{case}: {wrong}")));
        let orphans = world.orphans();
        assert!(orphans.is_empty(), "{case}: {orphans:?} are not mentioned: {}", world.said);
        self.orphans += orphans.len();
        self.repeated += usize::from(world.most_repeated() > 1);
        assert!(world.most_repeated() <= 1, "{case}: {:?}", world.proxy.changes());
    }

    /// Prints the figures, shown by `cargo test -- --nocapture`.
    fn print(&self, name: &str) {
        let mut out = std::io::stdout();
        let _ = writeln!(
            out,
            "{name}: {} cases, {} runs, {} changes; a working secret in the store at {} of {} \
             checks; {} orphans without a word; {} changes made twice",
            self.cases,
            self.runs,
            self.changes,
            self.checks - self.wrong.len(),
            self.checks,
            self.orphans,
            self.repeated,
        );
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}

const AFTER_PROOF: &str = "end-old = 'after-proof'";

/// Every moment, with every signal.
#[test]
fn a_rotation_that_is_killed_at_any_moment_goes_on() {
    let mut figures = Figures::default();
    for moment in Moment::ALL {
        for signal in [Signal::KILL, Signal::TERM, Signal::INT, Signal::HUP] {
            let mut world = World::new(AFTER_PROOF);
            moment.arrange(&world, signal);
            let ran = world.rotate();
            let case = format!("{moment:?} {signal:?}");
            assert!(moment.has_happened(&world), "{case}: {}", ran.said);
            figures.finish(world, &case);
        }
    }
    figures.print("one kill");
}

/// Every pair of moments: the run that goes on is killed too.
#[test]
fn a_rotation_that_is_killed_twice_goes_on() {
    let mut figures = Figures::default();
    for first in Moment::ALL {
        for second in Moment::ALL {
            let mut world = World::new("");
            world.plan(AFTER_PROOF);
            first.arrange(&world, Signal::KILL);
            world.rotate();
            assert!(first.has_happened(&world), "{first:?}");
            world.wait("home");
            second.arrange(&world, Signal::KILL);
            world.rotate();
            // The second moment may not come: the first token may be past it, and the next one is
            // not started.
            second.has_happened(&world);
            figures.finish(world, &format!("{first:?} {second:?}"));
        }
    }
    figures.print("two kills");
}
