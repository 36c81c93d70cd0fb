//! Every place in the app: how to reach each screen, each of its states, and each overlay. Tests of
//! what must hold everywhere visit all of them.

use std::collections::BTreeSet;

use axtok::{
    api::error::{Certainty, FailureKind},
    app::{
        Msg,
        stack::{Overlay, Screen},
    },
    domain::{Access, SafeText},
    simulator::{Scenario, Store},
};

use crate::{
    app::{App, NOW},
    history::history,
    hostile::{hostile, scenario, scenario_named},
    paths::listed,
    sizes::foreign,
};

/// A place: its name, and how to reach it once the token list is loaded.
pub struct Place {
    pub name: &'static str,
    go: fn(&mut App) -> &mut App,
}

/// The data on the server; every place can be reached with each.
#[derive(Clone, Copy, Debug)]
pub enum Organisation {
    Demo,
    /// Every text from the server is hostile.
    Hostile,
    /// Every text has letters that are wide, combine, or run from right to left.
    Foreign,
}

impl Organisation {
    fn scenario(self) -> Scenario {
        match self {
            Self::Demo => Scenario::demo().seeded(1),
            Self::Hostile => scenario(),
            Self::Foreign => scenario_named(foreign),
        }
    }
}

impl Place {
    /// The app at this place, on a terminal of 80x24.
    pub fn visit(&self, at: Organisation) -> App {
        let mut app = match self.name {
            "loading" => App::with(&at.scenario(), 80, 24),
            "sign_in" => {
                let store = Store::new(&at.scenario(), NOW.parse().unwrap());
                App::begin(store, axtok::domain::session::Session::none(), "", 80, 24)
            }
            _ => {
                let mut app = App::with(&at.scenario(), 80, 24);
                app.answer();
                app
            }
        };
        (self.go)(&mut app);
        app
    }
}

/// Every place.
pub const PLACES: &[Place] = &[
    Place { name: "api_tokens", go: |app| app },
    Place { name: "api_tokens_last", go: |app| app.keys("G") },
    Place { name: "api_tokens_filter", go: |app| app.keys("/").types("a") },
    Place { name: "api_tokens_none_match", go: |app| app.keys("/").types("zzzz") },
    Place { name: "after_a_prefix", go: |app| app.press("y") },
    Place { name: "loading", go: |app| app.later(1_500) },
    Place { name: "failed", go: failed },
    Place { name: "read_only", go: read_only },
    Place { name: "token_detail", go: |app| app.keys("Enter") },
    Place { name: "token_detail_end", go: |app| app.keys("G Enter G") },
    Place { name: "profile", go: |app| app.keys("g p") },
    Place { name: "new_token", go: |app| app.keys("n") },
    Place { name: "new_token_list", go: |app| filled(app) },
    Place { name: "new_token_errors", go: |app| app.keys("n Tab Tab Ctrl-u Ctrl-s") },
    Place { name: "clone", go: |app| app.keys("c") },
    Place { name: "replace", go: |app| app.keys("R") },
    Place { name: "matrix", go: |app| matrix(app) },
    Place { name: "matrix_selection", go: |app| matrix(app).keys("v j l") },
    Place { name: "matrix_filter", go: |app| matrix(app).keys("/").types("a") },
    Place { name: "matrix_views", go: |app| matrix(app).keys("2 j Space") },
    Place { name: "matrix_organisation", go: |app| matrix(app).keys("3") },
    Place { name: "matrix_refused", go: matrix_refused },
    Place { name: "access_review", go: |app| app.keys("g a") },
    Place { name: "access_review_pane", go: |app| app.keys("g a j Enter j") },
    Place { name: "access_review_views", go: |app| app.keys("g a 2 w") },
    Place { name: "access_review_organisation", go: |app| app.keys("g a 3") },
    Place { name: "access_review_tokens", go: |app| app.keys("g a 4 Space") },
    Place { name: "access_review_findings", go: |app| app.keys("g a 5 Enter") },
    Place { name: "access_review_filter", go: |app| app.keys("g a /").types("a") },
    Place { name: "access_review_none_match", go: |app| app.keys("g a /").types("zzzz") },
    Place { name: "accept_finding", go: |app| app.keys("g a 5 Enter a").types("fine") },
    Place { name: "accepted", go: |app| app.keys("g a 5 Enter a").types("fine").press("Enter") },
    Place { name: "history", go: history },
    Place { name: "history_open", go: |app| history(app).press("j") },
    Place { name: "history_filter", go: |app| history(app).press("/").types("a") },
    Place { name: "history_none_match", go: |app| history(app).press("/").types("zzzz") },
    Place { name: "history_details", go: |app| history(app).press("j j j Enter") },
    Place { name: "close_an_entry", go: |app| history(app).press("j x").types("not needed") },
    Place { name: "export", go: |app| app.keys("g a e f").types("x") },
    Place { name: "compare", go: |app| app.keys("g a 4 Space j Space =") },
    Place { name: "compare_differences", go: |app| app.keys("g a 4 Space j Space = Space") },
    Place { name: "audit_log", go: |app| app.keys("g a L") },
    Place { name: "audit_log_of_a_token", go: |app| app.keys("Enter L") },
    Place { name: "narrower", go: |app| app.keys("g a 5 Enter R Enter") },
    Place { name: "rotations", go: |app| app.keys("g r") },
    Place { name: "help", go: |app| app.keys("?") },
    Place { name: "help_filtered", go: |app| app.keys("? /").types("copy") },
    Place { name: "help_nothing", go: |app| app.keys("? /").types("zzzz").keys("Enter") },
    Place { name: "help_of_the_matrix", go: |app| matrix(app).keys("?") },
    Place { name: "after_a_count", go: |app| app.press("1 2") },
    Place { name: "palette", go: |app| app.keys(":") },
    Place { name: "palette_fuzzy", go: |app| app.keys(":").types("r") },
    Place { name: "palette_nothing", go: |app| app.keys(":").types("zzzz") },
    Place { name: "palette_arguments", go: |app| app.keys(":").types("sort ") },
    Place { name: "palette_over_a_dialog", go: |app| app.keys("r :") },
    Place { name: "matrix_command", go: |app| matrix(app).keys(":").types("grant * query:read") },
    Place { name: "presets", go: |app| matrix(app).keys("p") },
    Place { name: "presets_of_tokens", go: |app| matrix(app).keys("p").types("token ") },
    Place { name: "presets_failed", go: presets_failed },
    Place { name: "row_name", go: |app| matrix(app).keys("i").types("no good").press("Enter") },
    Place { name: "preset_name", go: |app| matrix(app).keys("W").types("mine") },
    Place { name: "lift_read_only", go: |app| read_only(app).keys(":").types("rw").keys("Enter") },
    Place { name: "changes", go: |app| matrix(app).keys("=") },
    Place { name: "explain", go: |app| matrix(app).keys("Enter") },
    Place { name: "request", go: |app| matrix(app).keys("J") },
    Place { name: "request_of_a_clone", go: |app| app.keys("c Tab Enter J") },
    Place { name: "leave_the_form", go: |app| app.keys("n").types("x").keys("Esc") },
    Place { name: "review", go: |app| filled(app).keys("Ctrl-s") },
    Place { name: "review_sent", go: |app| create(filled(app)).later(1_500) },
    Place { name: "review_of_a_clone", go: |app| renamed(app.keys("c")).keys("Ctrl-s") },
    Place { name: "regenerate", go: |app| app.keys("r") },
    Place { name: "regenerate_now", go: |app| app.keys("j j j j r Left Left Left") },
    Place {
        name: "regenerate_with_a_draft",
        go: |app| renamed(app.keys("R Shift-Tab Shift-Tab Shift-Tab Shift-Tab")).keys("Ctrl-s"),
    },
    Place { name: "delete", go: |app| app.keys("d").types("x").press("Enter") },
    Place { name: "delete_personal", go: |app| app.keys("g p").keys("d") },
    Place { name: "new_personal", go: |app| app.keys("g p n").types("laptop") },
    Place { name: "secret", go: |app| secret(app) },
    Place { name: "secret_in_sight", go: |app| secret(app).keys("r") },
    Place { name: "secret_alone", go: |app| secret(app).keys("r w") },
    Place { name: "secret_regenerated", go: |app| app.keys("r Ctrl-s").later(600) },
    Place { name: "secret_not_taken", go: secret_not_taken },
    Place {
        name: "secret_tried",
        go: |app| secret(app).press("t").tried(&Err(shown("the server"))),
    },
    Place { name: "check_secret", go: |app| secret(app).keys("v").types("xaat-no").keys("Enter") },
    Place { name: "unstored", go: |app| secret(app).keys("Esc").types("st").keys("Enter") },
    Place { name: "secret_destination", go: |app| filled(app).keys("Ctrl-s Ctrl-o") },
    Place { name: "path_names", go: path_names },
    Place { name: "secret_destination_file", go: secret_destination_file },
    Place { name: "error_dialog", go: error_dialog },
    Place { name: "no_journal", go: no_journal },
    Place { name: "unconfirmed", go: |app| lost(app).answer() },
    Place { name: "unconfirmed_looking", go: |app| lost(app).later(900) },
    Place { name: "unconfirmed_several", go: unconfirmed_several },
    Place { name: "themes", go: |app| app.keys("T j j") },
    Place { name: "organisations", go: |app| app.keys("g o") },
    Place { name: "organisations_failed", go: organisations_failed },
    Place {
        name: "sign_in",
        go: |app| app.msg(Msg::Paste("xapt-0".to_owned())).press("Tab Tab Space Tab"),
    },
    Place { name: "sign_in_again", go: sign_in_again },
    Place { name: "marks", go: |app| marked(app) },
    Place { name: "marks_range", go: |app| app.press("j v j j j") },
    Place { name: "marks_hidden", go: |app| marked(app).keys("/").types("a").keys("Enter") },
    Place { name: "delete_many", go: |app| marked(app).press("d").types("x").press("Enter") },
    Place { name: "regenerate_many", go: |app| marked(app).press("r") },
    Place {
        name: "regenerate_many_custom",
        go: |app| app.press("* r Shift-Tab Shift-Tab Shift-Tab Right Right"),
    },
    Place {
        name: "regenerate_many_now",
        go: |app| app.press("* r Left Left Left Tab Tab Right Tab").types("pass insert"),
    },
    Place {
        name: "regenerate_many_refused",
        go: |app| {
            marked(app).press("r Ctrl-s");
            app.bulk_destination_checked(
                &Err("a folder is needed, such as ~/new-tokens".to_owned()),
            )
        },
    },
    Place { name: "edit_rights", go: |app| marked(app).keys("R") },
    Place {
        name: "edit_rights_plan",
        go: |app| marked(app).keys("R").types("grant * trim:update; revoke * query:read"),
    },
    Place { name: "edit_rights_mistake", go: |app| marked(app).keys("R").types("grant zzzz * x") },
    Place {
        name: "edit_rights_completed",
        go: |app| marked(app).keys("R").types("only ").press("Tab"),
    },
    Place {
        name: "replace_many",
        go: |app| marked(app).keys("R").types("grant * trim:update").press("Ctrl-s"),
    },
    Place { name: "run", go: |app| run(app).later(1_500) },
    Place { name: "run_limited", go: |app| run(app).limit(30) },
    Place { name: "run_stop", go: |app| run(app).press("Esc") },
    Place { name: "run_stopping", go: |app| run(app).press("Esc Tab Enter") },
    Place { name: "run_over", go: run_over },
    Place { name: "run_report", go: |app| run_over(app).press("f").types("/tmp/x") },
    Place {
        name: "quit",
        go: |app| create(filled(app)).press("Esc Esc Tab Enter").later(400).press("q"),
    },
];

/// Marks three tokens.
fn marked(app: &mut App) -> &mut App {
    app.press("Space Space Space")
}

fn run(app: &mut App) -> &mut App {
    marked(app).press("d").types("3").press("Enter")
}

fn run_over(app: &mut App) -> &mut App {
    let message = hostile("refused");
    run(app).fail(Certainty::Rejected, FailureKind::Status(403), Some(&message)).answer()
}

/// A hostile text, escaped as it would be in a message.
fn shown(words: &str) -> String {
    SafeText::from(hostile(words)).to_string()
}

/// With the name in focus: replaces the name and clears the description.
fn renamed(app: &mut App) -> &mut App {
    app.keys("Ctrl-u").types("ci-x").keys("Tab Ctrl-u")
}

fn filled(app: &mut App) -> &mut App {
    app.keys("n").types("ci-x").keys("Tab Down Space")
}

pub fn matrix(app: &mut App) -> &mut App {
    app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter j l Space")
}

/// Sends the form, even if the review has findings.
fn create(app: &mut App) -> &mut App {
    app.press("Ctrl-s");
    if !app.screen().contains("[▸ Create ]") {
        app.press("Tab");
    }
    app.see("[▸ Create ]").press("Enter")
}

/// Creates a token and waits until its secret accepts keys.
fn secret(app: &mut App) -> &mut App {
    create(filled(app)).answer().later(600)
}

fn lost(app: &mut App) -> &mut App {
    create(filled(app)).commit();
    app.fail(Certainty::Unknown, FailureKind::Broken, None)
}

fn read_only(app: &mut App) -> &mut App {
    app.model.shared.session.access = Access::ReadOnly;
    app.press("d")
}

fn failed(app: &mut App) -> &mut App {
    app.model.shared.data.tokens = axtok::app::remote::Remote::default();
    app.press("Ctrl-r").fail(
        Certainty::Rejected,
        FailureKind::Status(403),
        Some(&hostile("refused")),
    )
}

fn error_dialog(app: &mut App) -> &mut App {
    let message = hostile("refused");
    create(filled(app)).fail(Certainty::Rejected, FailureKind::Status(422), Some(&message))
}

fn matrix_refused(app: &mut App) -> &mut App {
    create(matrix(app));
    let name = app.model.shared.data.datasets.value().unwrap()[0].name.raw().to_owned();
    let message = format!("datasetCapabilities.{name}.query.0 in body {}", hostile("refused"));
    app.fail(Certainty::Rejected, FailureKind::Status(422), Some(&message)).keys("Enter Esc")
}

fn presets_failed(app: &mut App) -> &mut App {
    matrix(app).keys("p").presets(&Err("line 3: no such right".to_owned()))
}

fn secret_not_taken(app: &mut App) -> &mut App {
    secret(app).keys("f").types("/tmp/x").press("Enter").checked(&Ok(()));
    app.delivered(&Err(shown("the command")))
}

fn secret_destination_file(app: &mut App) -> &mut App {
    filled(app).keys("Ctrl-s Ctrl-o Tab").types("/tmp/x").press("Enter");
    app.checked(&Err("nothing is ever written over".to_owned()))
}

fn path_names(app: &mut App) -> &mut App {
    secret(app).keys("f").types("/srv/t").press("Tab");
    listed(app, &["tokens/", "tmp/", "日本"])
}

fn no_journal(app: &mut App) -> &mut App {
    create(filled(app)).unrecorded("the disk is full")
}

fn unconfirmed_several(app: &mut App) -> &mut App {
    lost(app).commit_late("ci-x");
    app.answer().press("j")
}

fn organisations_failed(app: &mut App) -> &mut App {
    app.press("g o").deployments(&Err("line 3: no such member".to_owned()))
}

fn sign_in_again(app: &mut App) -> &mut App {
    app.model.shared.session.demo = false;
    app.press("Ctrl-r").fail(
        Certainty::Rejected,
        FailureKind::Status(401),
        Some(&hostile("refused")),
    )
}

/// The names of an enum's variants. A variant that is missing here does not compile; one that no
/// place shows fails the test below.
macro_rules! variants {
    ($of:ident, $all:ident, $($variant:ident)*) => {
        const $all: &[&str] = &[$(stringify!($variant)),*];

        impl Named for $of {
            fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)*
                }
            }
        }
    };
}

trait Named {
    fn name(&self) -> &'static str;
}

variants!(Screen, SCREENS, ApiTokens TokenDetail NewToken Profile AccessReview History Rotations);
variants!(Overlay, OVERLAYS, EditRights Help Palette Presets Prompt Sheet Confirm CreateSummary Regenerate Delete
    Reveal ConfirmStored ErrorDialog Orgs SignIn NewPersonal Unconfirmed SecretDestination CheckSecret Themes
    Run Compare);

#[test]
fn every_screen_and_overlay_is_in_the_tour() {
    for at in [Organisation::Demo, Organisation::Hostile] {
        let (mut screens, mut overlays) = (BTreeSet::new(), BTreeSet::new());
        for place in PLACES {
            let app = place.visit(at);
            screens.insert(app.model.screen().name());
            overlays.extend(app.model.overlay().map(Named::name));
        }
        assert_eq!(screens, SCREENS.iter().copied().collect(), "{at:?}");
        assert_eq!(overlays, OVERLAYS.iter().copied().collect(), "{at:?}");
    }
}

#[test]
fn no_two_places_look_the_same() {
    for at in [Organisation::Demo, Organisation::Hostile] {
        let mut seen = std::collections::BTreeMap::new();
        for place in PLACES {
            let screen = place.visit(at).screen();
            if let Some(other) = seen.insert(screen.clone(), place.name) {
                panic!("{at:?}: {} looks like {other}: a key did nothing\n{screen}", place.name);
            }
        }
    }
}
