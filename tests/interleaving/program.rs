//! Random programs: what is typed, and in which order requests are answered.

use proptest::{
    prelude::*,
    strategy::{BoxedStrategy, Union},
};

/// The kinds of pending requests.
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
    /// Successful, but a new secret comes without the rest of its token.
    Damaged,
    Refused(u16),
    NotSent,
    /// The answer is lost; `done` says whether the server applied the request.
    Unknown {
        done: bool,
    },
    /// The server applied the request, but its secret cannot be read.
    Unreadable,
    /// Not sent, because the journal cannot be written.
    Unrecorded,
}

/// One event.
#[derive(Clone, Debug)]
pub enum Step {
    /// Presses keys, written as in the keymap.
    Keys(&'static str),
    Types(String),
    /// Types the text that the top dialog requires.
    TypesWanted,
    /// Pastes the value of the nth newest secret.
    PastesSecret(usize),
    /// Pastes a credential: the user's personal token, or an API token.
    PastesCredential {
        personal: bool,
    },
    /// Answers the nth oldest pending request of a kind.
    Answers(Wait, usize, How),
    /// Answers the newest pending request of a kind.
    AnswersLast(Wait, How),
    /// Answers all pending reads, in order.
    AnswersReads,
    /// Lets milliseconds pass.
    Later(i64),
    FocusLost,
    Stopped,
    Continued,
}

use Step::{
    Answers, AnswersLast, AnswersReads, Keys, Later, PastesCredential, PastesSecret, Types,
    TypesWanted,
};

/// A random program: several moves, one after the other.
pub fn programs() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(moves(), 3..16).prop_map(|moves| moves.concat())
}

fn moves() -> BoxedStrategy<Vec<Step>> {
    let weighted = vec![
        (14, key().prop_map(|step| vec![step]).boxed()),
        (12, answer().prop_map(|step| vec![step]).boxed()),
        (4, ambient().prop_map(|step| vec![step]).boxed()),
        (4, several_changes()),
        (8, handle_secrets()),
        (4, change(true).boxed()),
        (4, change(false).boxed()),
        (9, deliver_secret()),
        (3, try_secret()),
        (3, compare_secret()),
        (7, close_secret()),
        (3, delete_token_instead()),
        (4, bulk_run()),
        (3, delete()),
        (3, switch()),
        (3, sign_in_again()),
        (4, load_lists()),
        (2, fixed(vec![AnswersReads, Later(600)])),
        (3, switch_with_secrets()),
        (4, cover_secret()),
        (3, choose_destination()),
        (3, abandon_run()),
    ];
    Union::new_weighted(weighted).boxed()
}

fn fixed(steps: Vec<Step>) -> BoxedStrategy<Vec<Step>> {
    Just(steps).boxed()
}

/// One of few paths, so that the same one is chosen twice.
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

fn ambient() -> BoxedStrategy<Step> {
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

/// Sends a change; closes its dialog before the answer if `is_left`.
fn change(is_left: bool) -> impl Strategy<Value = Vec<Step>> {
    let chosen = prop::option::weighted(0.4, (path(), any::<bool>(), 0..4u8));
    (0..4u8, 0..3usize, chosen).prop_map(move |(which, row, chosen)| {
        // Chooses where its secret goes.
        let destination = || match &chosen {
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
                steps.extend(destination());
                steps.push(Keys("Ctrl-s"));
                if is_left {
                    steps.push(Keys("Esc"));
                }
            }
            2 => {
                steps = vec![Keys("g t"), Keys("g g")];
                steps.extend(vec![Keys("j"); row]);
                steps.push(Keys("r"));
                steps.extend(destination());
                steps.push(Keys("Ctrl-s"));
                if is_left {
                    steps.push(Keys("Esc"));
                }
            }
            _ => {
                let name = ["ci-1", "ci-2", "ci-3"][row];
                steps = vec![Keys("g t"), Keys("n"), AnswersReads, typed(name)];
                steps.push(Keys("Tab Down Space Ctrl-s"));
                steps.extend(destination());
                steps.push(Keys("Enter"));
                if is_left {
                    steps.push(Keys("Esc Esc Tab Enter"));
                }
            }
        }
        steps
    })
}

/// Chooses a destination in a dialog and closes it without sending; a run may follow.
fn choose_destination() -> BoxedStrategy<Vec<Step>> {
    (path(), any::<bool>(), how())
        .prop_map(|(path, runs, how)| {
            let mut steps = vec![Keys("g t"), AnswersReads, Keys("r Ctrl-o Tab"), Types(path)];
            steps.extend([Keys("Enter"), AnswersLast(Wait::Check, How::Good), Keys("Esc")]);
            if runs {
                steps.extend(start_run("/tmp/run".to_owned()));
                steps.extend([AnswersLast(Wait::Change, how), AnswersLast(Wait::BulkDeliver, how)]);
            }
            steps
        })
        .boxed()
}

/// Sends several changes and answers them in any order.
fn several_changes() -> BoxedStrategy<Vec<Step>> {
    let answers = prop::collection::vec((0..3usize, how()), 1..4);
    (prop::collection::vec(change(true), 2..4), answers)
        .prop_map(|(changes, answers)| {
            let mut steps = changes.concat();
            // The last answer stays pending while the other secrets are handled.
            for (nth, how) in answers.into_iter().take(changes.len() - 1) {
                steps.push(Answers(Wait::Change, nth, how));
            }
            steps.push(Later(600));
            steps
        })
        .boxed()
}

/// Sends several changes, then handles their secrets.
fn handle_secrets() -> BoxedStrategy<Vec<Step>> {
    let dealt = prop_oneof![
        6 => deliver_secret(),
        2 => try_secret(),
        2 => compare_secret(),
        2 => reveal_secret(),
        4 => close_secret(),
        2 => delete_token_instead(),
        2 => answer().prop_map(|step| vec![step]),
        1 => key().prop_map(|step| vec![step]),
    ];
    (several_changes(), prop::collection::vec(dealt, 1..6))
        .prop_map(|(several, dealt)| [several, dealt.concat()].concat())
        .boxed()
}

/// Another secret appears over a dialog that awaits an answer about the first.
fn cover_secret() -> BoxedStrategy<Vec<Step>> {
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

/// Delivers the secret in front; meanwhile more keys are typed, the dialog is reopened, or another
/// answer arrives.
fn deliver_secret() -> BoxedStrategy<Vec<Step>> {
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

fn try_secret() -> BoxedStrategy<Vec<Step>> {
    let answered = prop::option::weighted(0.6, (0..2usize, how()));
    answered
        .prop_map(|answered| {
            let mut steps = vec![Later(600), Keys("t")];
            steps.extend(answered.map(|(nth, how)| Answers(Wait::Try, nth, how)));
            steps
        })
        .boxed()
}

/// Reveals or copies the secret in front, then something else happens.
fn reveal_secret() -> BoxedStrategy<Vec<Step>> {
    let keys = prop::sample::select(vec!["r", "w", "y"]);
    (keys, ambient()).prop_map(|(key, step)| vec![Later(600), Keys(key), step]).boxed()
}

fn compare_secret() -> BoxedStrategy<Vec<Step>> {
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

/// Closes the secret in front.
fn close_secret() -> BoxedStrategy<Vec<Step>> {
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

/// Deletes the token of the secret in front.
fn delete_token_instead() -> BoxedStrategy<Vec<Step>> {
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

/// Regenerates several tokens into a folder, with the same or with other rights.
fn bulk_run() -> BoxedStrategy<Vec<Step>> {
    let meanwhile = prop_oneof![
        3 => Just(vec![]),
        1 => Just(vec![typed("xy")]),
        1 => Just(vec![Keys("Esc r"), typed("/tmp/other"), Keys("Ctrl-s")]),
    ];
    let begin = prop_oneof![
        Just(vec![Keys("Space Space r")]),
        Just(vec![Keys("Space Space R"), typed("grant * trim:update"), Keys("Ctrl-s")]),
    ];
    let answers = prop::collection::vec((how(), how()), 0..3);
    (begin, path(), meanwhile, prop::option::weighted(0.9, how()), answers)
        .prop_map(|(begin, path, meanwhile, checked, answers)| {
            let mut steps = vec![Keys("g t"), AnswersReads];
            steps.extend(begin);
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

fn delete() -> BoxedStrategy<Vec<Step>> {
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

/// Switches to another organisation or deployment.
fn switch() -> BoxedStrategy<Vec<Step>> {
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

/// One secret arrives during a switch, another after it.
fn switch_with_secrets() -> BoxedStrategy<Vec<Step>> {
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

/// Signs in again while a run delivers a secret, and may start something else.
fn abandon_run() -> BoxedStrategy<Vec<Step>> {
    let other = prop_oneof![
        1 => Just(vec![]),
        2 => path().prop_map(start_run),
        1 => change(true),
        1 => Just(vec![Keys("q Enter")]),
    ];
    (path(), other, how(), how())
        .prop_map(|(path, other, change, how)| {
            let mut steps = start_run(path);
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

/// Starts a run.
fn start_run(path: String) -> Vec<Step> {
    vec![
        Keys("g t"),
        AnswersReads,
        Keys("Ctrl-r Space Space r"),
        Types(path),
        Keys("Ctrl-s"),
        AnswersLast(Wait::CheckBulkDestination, How::Good),
    ]
}

/// Signs in again after the server has rejected the credential.
fn sign_in_again() -> BoxedStrategy<Vec<Step>> {
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

/// Loads lists while they are open, closed and reopened.
fn load_lists() -> BoxedStrategy<Vec<Step>> {
    let keys = prop::sample::select(vec!["p", "p Esc p", "p F1", "p Esc"]);
    (keys, 0..2usize, how())
        .prop_map(|(keys, nth, how)| {
            let before = Answers(Wait::List, 0, How::Good);
            let opened = Keys("g t c Tab Enter");
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
