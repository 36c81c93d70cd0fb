//! What is typed, and in which order the world answers.

use proptest::{
    prelude::*,
    strategy::{BoxedStrategy, Union},
};

/// What can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Read,
    Change,
    Check,
    Deliver,
    CheckBulkDestination,
    BulkDeliver,
    Try,
    Connect,
    List,
    Any,
}

/// How an answer turns out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Good,
    /// With nothing but the secret, where one is brought.
    Damaged,
    Refused(u16),
    NotSent,
    /// Nobody knows whether it was done.
    Unknown {
        done: bool,
    },
    /// It was done, and its secret cannot be read.
    Unreadable,
    /// It was not sent, for want of the journal.
    Unrecorded,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// Keys, as a keymap has them.
    Keys(&'static str),
    Types(String),
    /// What the dialog on top wants typed.
    TypesWanted,
    /// The value of the secret that came as so many-th last.
    PastesSecret(usize),
    /// The credential: the user's, or an API token.
    PastesCredential {
        personal: bool,
    },
    /// The so many-th oldest of those that wait is answered.
    Answers(Wait, usize, How),
    /// The latest is.
    AnswersLast(Wait, How),
    /// All that only reads is answered, in order.
    AnswersReads,
    /// Milliseconds pass.
    Later(i64),
    FocusLost,
    Stopped,
    Continued,
}

use Step::{
    Answers, AnswersLast, AnswersReads, Keys, Later, PastesCredential, PastesSecret, Types,
    TypesWanted,
};

/// The seed's steps, one after the other.
pub fn programs() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(moves(), 3..16).prop_map(|moves| moves.concat())
}

fn moves() -> BoxedStrategy<Vec<Step>> {
    let weighted = vec![
        (14, key().prop_map(|step| vec![step]).boxed()),
        (12, answer().prop_map(|step| vec![step]).boxed()),
        (4, world().prop_map(|step| vec![step]).boxed()),
        (4, several()),
        (8, dealt_with()),
        (4, change(true).boxed()),
        (4, change(false).boxed()),
        (9, handed_over()),
        (3, tried()),
        (3, compared()),
        (7, ended()),
        (3, given_up()),
        (4, run()),
        (3, deleted()),
        (3, elsewhere()),
        (3, signed_in_again()),
        (4, lists()),
        (2, whole(vec![AnswersReads, Later(600)])),
        (3, overtaken()),
        (4, covered()),
        (3, chosen()),
        (3, left_run()),
    ];
    Union::new_weighted(weighted).boxed()
}

fn whole(steps: Vec<Step>) -> BoxedStrategy<Vec<Step>> {
    Just(steps).boxed()
}

/// Places are few, so that the same one is chosen twice.
fn path() -> impl Strategy<Value = String> {
    (0..4u8).prop_map(|n| format!("/tmp/p{n}"))
}

fn typed(text: &str) -> Step {
    Types(text.to_owned())
}

fn key() -> BoxedStrategy<Step> {
    let keys = prop::sample::select(vec![
        "Enter",
        "Enter",
        "Enter",
        "Esc",
        "Esc",
        "Tab",
        "Shift-Tab",
        "Space",
        "j",
        "k",
        "Down",
        "Up",
        "Left",
        "Right",
        "n",
        "r",
        "d",
        "s",
        "p",
        "c",
        "t",
        "v",
        "y",
        "f",
        "|",
        "w",
        "R",
        "/",
        "q",
        "1",
        "2",
        "3",
        "*",
        "L",
        "g o",
        "g p",
        "g t",
        "g a",
        "F1",
        ":",
        "Ctrl-s",
        "Ctrl-o",
        "Ctrl-u",
        "Ctrl-r",
        "Ctrl-c",
        "Ctrl-z",
        "Backspace",
    ]);
    let words = prop::sample::select(vec!["stored", "x", "ab", "/tmp/p0", "alpha", "delete"]);
    prop_oneof![
        6 => keys.prop_map(Keys),
        1 => words.prop_map(typed),
        1 => Just(TypesWanted),
        1 => (0..3usize).prop_map(PastesSecret),
    ]
    .boxed()
}

fn world() -> BoxedStrategy<Step> {
    prop_oneof![
        4 => prop::sample::select(vec![10, 600, 2_500, 70_000]).prop_map(Later),
        1 => Just(Step::FocusLost),
        1 => Just(Step::Stopped),
        1 => Just(Step::Continued),
        3 => Just(AnswersReads),
    ]
    .boxed()
}

fn how() -> BoxedStrategy<How> {
    prop_oneof![
        12 => Just(How::Good),
        1 => Just(How::Damaged),
        2 => prop::sample::select(vec![400, 401, 403, 404, 429]).prop_map(How::Refused),
        1 => Just(How::NotSent),
        2 => any::<bool>().prop_map(|done| How::Unknown { done }),
        1 => Just(How::Unreadable),
        1 => Just(How::Unrecorded),
    ]
    .boxed()
}

fn answer() -> BoxedStrategy<Step> {
    let waits = prop::sample::select(vec![
        Wait::Any,
        Wait::Any,
        Wait::Change,
        Wait::Change,
        Wait::Change,
        Wait::Check,
        Wait::Check,
        Wait::Deliver,
        Wait::Deliver,
        Wait::CheckBulkDestination,
        Wait::BulkDeliver,
        Wait::Try,
        Wait::Connect,
        Wait::List,
        Wait::Read,
    ]);
    (waits, 0..3usize, how()).prop_map(|(wait, nth, how)| Answers(wait, nth, how)).boxed()
}

/// A change is sent, and its dialog is left or not.
fn change(is_left: bool) -> impl Strategy<Value = Vec<Step>> {
    let chosen = prop::option::weighted(0.4, (path(), any::<bool>(), 0..4u8));
    (0..4u8, 0..3usize, chosen).prop_map(move |(which, row, chosen)| {
        // Where its secret goes.
        let place = || match &chosen {
            None => Vec::new(),
            Some((path, is_command, answer)) => {
                let kind = if *is_command { "Tab Tab" } else { "Tab" };
                let mut steps =
                    vec![Keys("Ctrl-o"), Keys(kind), Types(path.clone()), Keys("Enter")];
                if *answer == 0 {
                    steps.push(typed("xy"));
                }
                steps.push(AnswersLast(Wait::Check, How::Good));
                steps
            }
        };
        let mut steps;
        match which {
            0 | 1 => {
                let name = ["one", "two", "three"][row];
                steps = vec![Keys("g p"), AnswersReads, Keys("n"), typed(name)];
                steps.extend(place());
                steps.push(Keys("Ctrl-s"));
                if is_left {
                    steps.push(Keys("Esc"));
                }
            }
            2 => {
                steps = vec![Keys("g t"), Keys("g g")];
                steps.extend(vec![Keys("j"); row]);
                steps.push(Keys("r"));
                steps.extend(place());
                steps.push(Keys("Ctrl-s"));
                if is_left {
                    steps.push(Keys("Esc"));
                }
            }
            _ => {
                let name = ["ci-1", "ci-2", "ci-3"][row];
                steps = vec![Keys("g t"), Keys("n"), AnswersReads, typed(name)];
                steps.push(Keys("Tab Tab Tab Tab j Space Ctrl-s"));
                steps.extend(place());
                steps.push(Keys("Enter"));
                if is_left {
                    steps.push(Keys("Esc Esc Tab Enter"));
                }
            }
        }
        steps
    })
}

/// A place for the next secret is chosen in a dialog that is left unsent, and a
/// run may come first.
fn chosen() -> BoxedStrategy<Vec<Step>> {
    (path(), any::<bool>(), how())
        .prop_map(|(path, runs, how)| {
            let mut steps = vec![Keys("g t"), AnswersReads, Keys("r Ctrl-o Tab"), Types(path)];
            steps.extend([Keys("Enter"), AnswersLast(Wait::Check, How::Good), Keys("Esc")]);
            if runs {
                steps.extend(begun("/tmp/run".to_owned()));
                steps.extend([AnswersLast(Wait::Change, how), AnswersLast(Wait::BulkDeliver, how)]);
            }
            steps
        })
        .boxed()
}

/// Several changes are sent, one after the other, and answered in any order.
fn several() -> BoxedStrategy<Vec<Step>> {
    let answers = prop::collection::vec((0..3usize, how()), 1..4);
    (prop::collection::vec(change(true), 2..4), answers)
        .prop_map(|(changes, answers)| {
            let mut steps = changes.concat();
            // The last one may come once something is done about those before it.
            for (nth, how) in answers.into_iter().take(changes.len() - 1) {
                steps.push(Answers(Wait::Change, nth, how));
            }
            steps.push(Later(600));
            steps
        })
        .boxed()
}

/// The same, and then something is done about the secrets.
fn dealt_with() -> BoxedStrategy<Vec<Step>> {
    let dealt = prop_oneof![
        6 => handed_over(),
        2 => tried(),
        2 => compared(),
        2 => uncovered(),
        4 => ended(),
        2 => given_up(),
        2 => answer().prop_map(|step| vec![step]),
        1 => key().prop_map(|step| vec![step]),
    ];
    (several(), prop::collection::vec(dealt, 1..6))
        .prop_map(|(several, dealt)| [several, dealt.concat()].concat())
        .boxed()
}

/// A dialog about one secret waits for its answer as another secret comes over it.
fn covered() -> BoxedStrategy<Vec<Step>> {
    let asks = prop_oneof![
        4 => path().prop_map(|path| vec![Keys("f"), Types(path), Keys("Enter")]),
        1 => Just(vec![Keys("v"), PastesSecret(0)]),
        1 => Just(vec![Keys("Esc"), typed("stored")]),
        1 => Just(vec![Keys("t")]),
    ];
    (change(true), change(true), asks, how())
        .prop_map(|(one, other, asks, how)| {
            let mut steps = [one, other].concat();
            steps.extend([AnswersLast(Wait::Change, How::Good), Later(600)]);
            steps.extend(asks);
            steps.extend([AnswersLast(Wait::Change, How::Good), Later(600)]);
            steps.extend([AnswersLast(Wait::Check, how), AnswersLast(Wait::Try, how)]);
            steps.push(AnswersLast(Wait::Deliver, how));
            steps
        })
        .boxed()
}

/// The secret in front is given to a place; keys are typed on meanwhile, or the
/// dialog is left and opened again, or another answer comes before.
fn handed_over() -> BoxedStrategy<Vec<Step>> {
    let meanwhile = prop_oneof![
        3 => Just(vec![]),
        2 => Just(vec![typed("xy")]),
        1 => Just(vec![typed("xy"), Keys("Enter")]),
        2 => path().prop_map(|path| vec![Keys("Esc f"), Types(path)]),
        1 => path().prop_map(|path| vec![Keys("Esc |"), Types(path), Keys("Enter")]),
        2 => answer().prop_map(|answer| vec![answer, Later(600)]),
        4 => Just(vec![Answers(Wait::Change, 0, How::Good), Later(600)]),
        1 => Just(vec![Keys("F1")]),
        1 => Just(vec![Keys("Ctrl-c")]),
    ];
    let keys = prop::sample::select(vec!["f", "|"]);
    let checked = prop::option::weighted(0.8, (any::<bool>(), how()));
    (keys, path(), meanwhile, checked, prop::option::weighted(0.5, how()))
        .prop_map(|(key, path, meanwhile, checked, delivered)| {
            let mut steps = vec![Later(600), Keys(key), Types(path), Keys("Enter")];
            steps.extend(meanwhile);
            match checked {
                Some((true, how)) => steps.push(AnswersLast(Wait::Check, how)),
                Some((false, how)) => steps.push(Answers(Wait::Check, 0, how)),
                None => {}
            }
            if let Some(how) = delivered {
                steps.extend([AnswersLast(Wait::Deliver, how), Later(600)]);
            }
            steps
        })
        .boxed()
}

fn tried() -> BoxedStrategy<Vec<Step>> {
    let answered = prop::option::weighted(0.6, (0..2usize, how()));
    answered
        .prop_map(|answered| {
            let mut steps = vec![Later(600), Keys("t")];
            steps.extend(answered.map(|(nth, how)| Answers(Wait::Try, nth, how)));
            steps
        })
        .boxed()
}

/// The secret in front is looked at, and something happens.
fn uncovered() -> BoxedStrategy<Vec<Step>> {
    let keys = prop::sample::select(vec!["r", "w", "y"]);
    (keys, world()).prop_map(|(key, step)| vec![Later(600), Keys(key), step]).boxed()
}

fn compared() -> BoxedStrategy<Vec<Step>> {
    let between = prop::option::weighted(0.3, answer());
    (0..3usize, between)
        .prop_map(|(nth, between)| {
            let mut steps = vec![Later(600), Keys("v"), PastesSecret(nth)];
            steps.extend(between);
            steps.push(Keys("Enter"));
            steps
        })
        .boxed()
}

/// The secret in front is closed.
fn ended() -> BoxedStrategy<Vec<Step>> {
    let between = prop::option::weighted(0.3, answer());
    (prop::sample::select(vec!["Enter", "Enter", "Esc", "Esc", "q"]), between)
        .prop_map(|(key, between)| {
            let mut steps = vec![Later(600), Keys(key), typed("stored")];
            steps.extend(between);
            steps.push(Keys("Enter"));
            steps
        })
        .boxed()
}

/// Its token is deleted instead.
fn given_up() -> BoxedStrategy<Vec<Step>> {
    let between = prop::option::weighted(0.3, answer());
    (between, how())
        .prop_map(|(between, how)| {
            let mut steps = vec![AnswersReads, Later(600), Keys("Esc Tab Tab Enter"), TypesWanted];
            steps.push(Keys("Enter"));
            steps.extend(between);
            steps.push(AnswersLast(Wait::Change, how));
            steps
        })
        .boxed()
}

/// Several tokens are regenerated into a folder.
fn run() -> BoxedStrategy<Vec<Step>> {
    let meanwhile = prop_oneof![
        3 => Just(vec![]),
        1 => Just(vec![typed("xy")]),
        1 => Just(vec![Keys("Esc r Tab Tab Tab"), typed("/tmp/other"), Keys("Ctrl-s")]),
    ];
    let answers = prop::collection::vec((how(), how()), 0..3);
    (path(), meanwhile, prop::option::weighted(0.9, how()), answers)
        .prop_map(|(path, meanwhile, checked, answers)| {
            let mut steps = vec![Keys("g t"), AnswersReads, Keys("Space Space r Tab Tab Tab")];
            steps.extend([Types(path), Keys("Ctrl-s")]);
            steps.extend(meanwhile);
            steps.extend(checked.map(|how| Answers(Wait::CheckBulkDestination, 0, how)));
            for (change, deliver_bulk) in answers {
                steps.push(AnswersLast(Wait::Change, change));
                steps.push(AnswersLast(Wait::BulkDeliver, deliver_bulk));
            }
            steps
        })
        .boxed()
}

fn deleted() -> BoxedStrategy<Vec<Step>> {
    let answered = prop::option::weighted(0.5, how());
    (0..4usize, any::<bool>(), any::<bool>(), answered)
        .prop_map(|(row, personal, is_left, answered)| {
            let mut steps = vec![Keys(if personal { "g p" } else { "g t" }), AnswersReads];
            steps.push(Keys("g g"));
            steps.extend(vec![Keys("j"); row]);
            steps.extend([Keys("d"), TypesWanted, Keys("Enter")]);
            if is_left {
                steps.push(Keys("Esc"));
            }
            steps.extend(answered.map(|how| AnswersLast(Wait::Change, how)));
            steps
        })
        .boxed()
}

/// Another organisation, or another deployment.
fn elsewhere() -> BoxedStrategy<Vec<Step>> {
    let opened = prop::sample::select(vec!["g o", "g o Esc g o"]);
    (opened, any::<bool>(), 0..4usize, any::<bool>())
        .prop_map(|(opened, loaded, down, connected)| {
            let mut steps = vec![AnswersReads, Keys(opened)];
            if loaded {
                steps.push(Answers(Wait::List, 0, How::Good));
            }
            steps.extend(vec![Keys("Down"); down]);
            steps.push(Keys("Enter"));
            if connected {
                steps.extend([AnswersLast(Wait::Connect, How::Good), AnswersReads, Keys("Enter")]);
            }
            steps
        })
        .boxed()
}

/// A secret comes on the way to another place, and one after that.
fn overtaken() -> BoxedStrategy<Vec<Step>> {
    (change(true), change(true), 2..4usize, how(), how())
        .prop_map(|(one, other, down, early, late)| {
            let mut steps = [one, other].concat();
            steps.extend([Keys("g o"), AnswersLast(Wait::List, How::Good)]);
            steps.extend(vec![Keys("Down"); down]);
            steps.extend([Keys("Enter"), Answers(Wait::Change, 0, early)]);
            steps.extend([AnswersLast(Wait::Connect, How::Good), AnswersReads, Later(600)]);
            steps.extend([Keys("Enter"), Answers(Wait::Change, 0, late)]);
            steps
        })
        .boxed()
}

/// A run is left behind with a secret in hand, and perhaps another one begun.
fn left_run() -> BoxedStrategy<Vec<Step>> {
    let other = prop_oneof![
        1 => Just(vec![]),
        2 => path().prop_map(begun),
        1 => change(true),
        1 => Just(vec![Keys("q Enter")]),
    ];
    (path(), other, how(), how())
        .prop_map(|(path, other, change, how)| {
            let mut steps = begun(path);
            steps.extend([
                AnswersLast(Wait::Change, change),
                AnswersLast(Wait::Read, How::Refused(401)),
                PastesCredential { personal: false },
                Keys("Enter"),
                AnswersLast(Wait::Connect, How::Good),
                AnswersReads,
            ]);
            steps.extend(other);
            steps.push(Answers(Wait::BulkDeliver, 0, how));
            steps
        })
        .boxed()
}

/// A run that has begun.
fn begun(path: String) -> Vec<Step> {
    vec![
        Keys("g t"),
        AnswersReads,
        Keys("Ctrl-r Space Space r Tab Tab Tab"),
        Types(path),
        Keys("Ctrl-s"),
        AnswersLast(Wait::CheckBulkDestination, How::Good),
    ]
}

/// The credential is not taken any more.
fn signed_in_again() -> BoxedStrategy<Vec<Step>> {
    (any::<bool>(), any::<bool>(), how())
        .prop_map(|(asks, personal, how)| {
            let mut steps = Vec::new();
            if asks {
                steps.push(Keys("Ctrl-r"));
            }
            steps.extend([
                AnswersLast(Wait::Read, How::Refused(401)),
                PastesCredential { personal },
                Keys("Enter"),
                AnswersLast(Wait::Connect, how),
                AnswersReads,
            ]);
            steps
        })
        .boxed()
}

/// Lists that are read while they are open, closed and opened again.
fn lists() -> BoxedStrategy<Vec<Step>> {
    let keys = prop::sample::select(vec!["p", "p Esc p", "p F1", "p Esc"]);
    (keys, 0..2usize, how())
        .prop_map(|(keys, nth, how)| {
            let before = Answers(Wait::List, 0, How::Good);
            let opened = Keys("g t c Tab Tab Tab Tab Enter");
            vec![
                before.clone(),
                before,
                opened,
                AnswersReads,
                Keys(keys),
                Answers(Wait::List, nth, how),
            ]
        })
        .boxed()
}
