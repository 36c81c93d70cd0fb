//! Which costs grow with the organisation: the same work at several sizes. Run with
//! `cargo bench --bench growth`; docs/performance.md has the medians.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared with the other benches")]
mod world;

use axtok::{
    app::Msg,
    domain::{
        ApiToken,
        audit::{AuditLog, Rows, Window},
        usage::{Action, Actor, Deed, Evidence, Received, Usage},
    },
};
use divan::{Bencher, black_box};
use world::World;

const TOKENS: [usize; 4] = [100, 1_000, 10_000, 100_000];
const DATASETS: [usize; 4] = [100, 1_000, 5_000, 20_000];
/// Samples for slow operations; [`MANY`] is for single keys.
const FEW: u32 = 9;
const MANY: u32 = 101;

fn main() {
    divan::main();
}

/// Measures one operation, prepared again before each sample.
fn each(
    bencher: Bencher<'_, '_>,
    world: World,
    prepare: impl Fn(&mut World),
    work: impl Fn(&mut World),
) {
    let world = std::cell::RefCell::new(world);
    bencher
        .with_inputs(|| prepare(&mut world.borrow_mut()))
        .bench_local_values(|()| work(&mut world.borrow_mut()));
}

/// Ten actions of each token, as the audit log aggregates them.
fn evidence(tokens: &[ApiToken]) -> Evidence {
    let window = Window::last(Some(30 * 86_400), world::now());
    let action = Action::named("runAPLQuery").unwrap();
    let deed = |token: &ApiToken, dataset: usize| Deed {
        actor: Actor { id: token.id.raw().into(), ..Actor::default() },
        action,
        datasets: vec![format!("dataset-{dataset}").into()],
        times: 7,
        last: window.since,
    };
    let rows = tokens.iter().flat_map(|t| (0..10).map(move |d| deed(t, d))).collect();
    let received = Received { dataset: "dataset-1".into(), bytes: 1.0 };
    Evidence {
        window,
        deeds: Rows { rows, is_complete: true },
        received: Some(Rows { rows: vec![received], is_complete: true }),
        events: Some(AuditLog::new(Rows { rows: Vec::new(), is_complete: true }, window)),
        users: None,
    }
}

/// What tokens do: ten pairs of token and dataset for each token.
#[divan::bench_group(sample_size = 1)]
mod usage {
    use super::{Bencher, FEW, Msg, Usage, World, black_box, evidence, world};

    /// From the parsed answer to the verdicts, in the background.
    #[divan::bench(args = [100, 1_000, 10_000], sample_count = FEW)]
    fn judge(bencher: Bencher<'_, '_>, count: usize) {
        let tokens = world::tokens(&world::body(count));
        bencher
            .with_inputs(|| evidence(&tokens))
            .bench_local_values(|evidence| Usage::new(black_box(&tokens), Some(&[]), evidence));
    }

    /// The verdict on every token, as a sort or a filter asks for it.
    #[divan::bench(args = [100, 1_000, 10_000], sample_count = FEW)]
    fn ask_all(bencher: Bencher<'_, '_>, count: usize) {
        let tokens = world::tokens(&world::body(count));
        let usage = Usage::new(&tokens, Some(&[]), evidence(&tokens));
        bencher.bench_local(|| tokens.iter().filter(|t| usage.is_unused(black_box(t))).count());
    }

    /// The frame after the answer has arrived.
    #[divan::bench(args = [100, 1_000, 10_000], sample_count = FEW)]
    fn show(bencher: Bencher<'_, '_>, count: usize) {
        let tokens = world::tokens(&world::body(count));
        let usage = Usage::new(&tokens, Some(&[]), evidence(&tokens));
        bencher
            .with_inputs(|| {
                let mut world = World::with_tokens(count);
                let effects = world.press("u");
                (world, world::usage_ticket(&effects), Box::new(usage.clone()))
            })
            .bench_local_values(|(mut world, ticket, usage)| {
                world.message(Msg::Used { ticket, answer: Ok(usage) });
                world.draw();
                world
            });
    }
}

/// Every rule of a policy, on every token.
#[divan::bench_group(sample_size = 1)]
mod policy {
    use axtok::domain::{
        Policies,
        policy::Policy,
        review::{Inventory, survey},
    };

    use super::{Bencher, FEW, TOKENS, black_box, world};

    const RULES: &str = "max-lifetime = '90d'\nname = '^[a-z0-9-]+$'\ndescription = 'required'\n\
        forbid = ['org:apiTokens:*', 'dataset:dataset-1*=data:delete', 'view:*=share:*']\n\
        allow-all-datasets = ['query:read']\nallow-all-views = []\n[[exempt]]\ntoken = 'token-1*'\n\
        rules = ['name', 'forbid']\nuntil = 2099-12-31\nreason = 'x'";

    fn policies() -> Policies {
        Policies { all: vec![("p".into(), Policy::parse(RULES).unwrap())], unusable: None }
    }

    /// Which tokens break it, as the filter term asks.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn ask_all(bencher: Bencher<'_, '_>, count: usize) {
        let (tokens, policies) = (world::tokens(&world::body(count)), policies());
        let now = world::now();
        bencher.bench_local(|| {
            tokens.iter().filter(|t| policies.is_broken_by(black_box(t), now)).count()
        });
    }

    /// All findings of all tokens without a policy.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn review_without(bencher: Bencher<'_, '_>, count: usize) {
        let tokens = world::tokens(&world::body(count));
        let now = world::now();
        bencher.bench_local(|| survey(black_box(&tokens), Inventory::default(), now).len());
    }

    /// All findings of all tokens.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn review_with(bencher: Bencher<'_, '_>, count: usize) {
        let (tokens, policies) = (world::tokens(&world::body(count)), policies());
        let now = world::now();
        let inventory = Inventory { policies: &policies, ..Inventory::default() };
        bencher.bench_local(|| survey(black_box(&tokens), inventory, now).len());
    }
}

#[divan::bench_group(sample_size = 1)]
mod tokens {
    use super::{Bencher, FEW, MANY, TOKENS, World, black_box, each, world};

    /// From the bytes of the response to sorted rows.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn open(bencher: Bencher<'_, '_>, count: usize) {
        let body = world::body(count);
        bencher.with_inputs(World::waiting).bench_local_values(|(mut world, effects)| {
            world.list(effects, world::tokens(black_box(&body)));
            world
        });
    }

    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn sort(bencher: Bencher<'_, '_>, count: usize) {
        let prepare = |_: &mut World| {};
        each(bencher, World::with_tokens(count), prepare, |world| drop(world.press("s")));
    }

    /// A letter that most tokens contain, and the frame.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn filter_first_key(bencher: Bencher<'_, '_>, count: usize) {
        each(bencher, World::with_tokens(count), World::begin_filter, |world| {
            world.press("e");
            world.draw();
        });
    }

    /// The fourth letter, which matches fewer tokens.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn filter_fourth_key(bencher: Bencher<'_, '_>, count: usize) {
        let prepare = |world: &mut World| {
            world.begin_filter();
            world.press("b i l");
        };
        each(bencher, World::with_tokens(count), prepare, |world| {
            world.press("l");
            world.draw();
            assert!(world.rows() > 0 && world.rows() < count);
        });
    }

    /// The first letter, with every token marked.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn filter_among_marks(bencher: Bencher<'_, '_>, count: usize) {
        let mut world = World::with_tokens(count);
        world.press("* /");
        let prepare = |world: &mut World| drop(world.press("Backspace"));
        each(bencher, world, prepare, |world| {
            world.press("e");
            world.draw();
        });
    }

    /// One row up in the middle of the list, without scrolling.
    #[divan::bench(args = TOKENS, sample_count = MANY)]
    fn move_in_screen(bencher: Bencher<'_, '_>, count: usize) {
        let prepare = |world: &mut World| world.go_to(count / 2);
        each(bencher, World::with_tokens(count), prepare, |world| {
            world.press("k");
            world.draw();
        });
    }

    /// One row down at the lower edge, near the end of the list.
    #[divan::bench(args = TOKENS, sample_count = MANY)]
    fn move_that_scrolls(bencher: Bencher<'_, '_>, count: usize) {
        let prepare = |world: &mut World| {
            world.go_to(0);
            world.go_to(count - 10);
        };
        each(bencher, World::with_tokens(count), prepare, |world| {
            world.press("j");
            world.draw();
        });
    }

    /// [`move_in_screen`] with every token marked.
    #[divan::bench(args = TOKENS, sample_count = MANY)]
    fn move_among_marks(bencher: Bencher<'_, '_>, count: usize) {
        let mut world = World::with_tokens(count);
        world.press("*");
        let prepare = |world: &mut World| world.go_to(count / 2);
        each(bencher, world, prepare, |world| {
            world.press("k");
            world.draw();
        });
    }

    /// One line down in the details of a token.
    #[divan::bench(args = TOKENS, sample_count = MANY)]
    fn move_in_detail(bencher: Bencher<'_, '_>, count: usize) {
        let mut world = World::with_tokens(count);
        world.go_to(count / 2);
        world.press("Enter");
        let prepare = |world: &mut World| {
            world.press("g g");
            world.draw();
        };
        each(bencher, world, prepare, |world| {
            world.press("j");
            world.draw();
        });
    }

    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn review_open(bencher: Bencher<'_, '_>, count: usize) {
        let leave = |world: &mut World| drop(world.press("g t"));
        each(bencher, World::with_tokens(count), leave, |world| {
            world.press("g a");
            world.draw();
        });
    }

    /// The next question of the access review.
    #[divan::bench(args = TOKENS, sample_count = FEW)]
    fn review_question(bencher: Bencher<'_, '_>, count: usize) {
        each(
            bencher,
            in_review(count),
            |_| {},
            |world| {
                world.press("w");
                world.draw();
            },
        );
    }

    /// The next dataset in the access review: who has which rights on it.
    #[divan::bench(args = TOKENS, sample_count = MANY)]
    fn review_move(bencher: Bencher<'_, '_>, count: usize) {
        let prepare = |world: &mut World| world.go_to(10);
        each(bencher, in_review(count), prepare, |world| {
            world.press("j");
            world.draw();
        });
    }

    fn in_review(count: usize) -> World {
        let mut world = World::with_tokens(count);
        let effects = world.press("g a");
        // The refresh that it requests is not part of the measurement.
        drop(effects);
        world.draw();
        world
    }
}

#[divan::bench_group(sample_size = 1)]
mod datasets {
    use super::{Bencher, DATASETS, FEW, MANY, World, each, world};

    #[divan::bench(args = DATASETS, sample_count = FEW)]
    fn matrix_open(bencher: Bencher<'_, '_>, count: usize) {
        let datasets = world::datasets(count);
        let begin = || {
            let (mut world, effects) = World::waiting();
            world.answer(effects, &[], &[]);
            world.draw();
            world
        };
        bencher.with_inputs(begin).bench_local_values(|mut world| {
            world.open_matrix(&datasets);
            world.draw();
            world
        });
    }

    #[divan::bench(args = DATASETS, sample_count = MANY)]
    fn matrix_move(bencher: Bencher<'_, '_>, count: usize) {
        let prepare = |world: &mut World| world.go_to(count / 2);
        each(bencher, World::in_matrix(count), prepare, |world| {
            world.press("k");
            world.draw();
        });
    }

    /// A move in the matrix with a right on every dataset.
    #[divan::bench(args = DATASETS, sample_count = MANY)]
    fn matrix_move_granted(bencher: Bencher<'_, '_>, count: usize) {
        let mut world = World::in_matrix(count);
        world.grant_all();
        let prepare = |world: &mut World| world.go_to(count / 2);
        each(bencher, world, prepare, |world| {
            world.press("k");
            world.draw();
        });
    }

    #[divan::bench(args = DATASETS, sample_count = FEW)]
    fn matrix_filter_key(bencher: Bencher<'_, '_>, count: usize) {
        each(bencher, World::in_matrix(count), World::begin_filter_in_matrix, |world| {
            world.press("e");
            world.draw();
        });
    }

    /// Granting a right on every dataset, and the frame.
    #[divan::bench(args = DATASETS, sample_count = FEW)]
    fn matrix_bulk_change(bencher: Bencher<'_, '_>, count: usize) {
        each(bencher, World::in_matrix(count), World::take_back, World::grant_all);
    }
}
