//! Changing the rights of marked tokens: the line of changes, its plan, and what is sent.

use axtok::{
    api::{
        call::{Call, Reply},
        error::{Certainty, FailureKind},
    },
    app::{Effect, Msg, stack::Overlay},
    domain::{ApiToken, Expiry, Grants, token::Renewal},
    simulator::Scenario,
};

use crate::{
    app::App,
    bulk::{accept_bulk_destination, answer_change, deliver_bulk},
};

const ORG: &str = r#"
seed = 1
[user]
id = "usr_1"
name = "Jo"
email = "jo@acme.test"
[[org]]
id = "acme"
name = "Acme"
[org.datasets.events]
prod-api = "Requests."
prod-new = "Orders."
prod-web = "Browsers."
[[org.token]]
id = "id-a"
name = "agent"
expires = "200d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-b"
name = "bot"
expires = "201d"
description = "Writes."
dataset = { prod-web = ["ingest:create", "query:read"] }
org = ["users:read"]
[[org.token]]
id = "id-c"
name = "cron"
expires = "202d"
dataset = { "*" = ["query:read"], prod-new = ["query:read"] }
"#;

/// The token list with all three tokens marked.
fn marked() -> App {
    let mut app = App::with(&Scenario::parse(ORG).unwrap(), 80, 24);
    app.answer();
    app.press("* R").see("Change rights of 3 tokens");
    app.answer();
    app
}

/// The changes that await an answer: the token, and the rights and expiry of the new one.
fn sent(app: &App) -> Vec<(String, Grants, Expiry)> {
    let change = |effect: &Effect| match effect {
        Effect::Call { call: Call::RegenerateToken(id, how), .. } => match &how.renewal {
            Renewal::Replaced(new) => Some((id.raw().to_owned(), new.grants.clone(), new.expiry)),
            Renewal::Same { .. } => panic!("the rights stay the same"),
        },
        _ => None,
    };
    app.waiting.iter().filter_map(change).collect()
}

/// Fetches the list again; the answer has these changes in it.
fn refreshed(app: &mut App, change: impl Fn(&mut Vec<ApiToken>)) {
    let mut tokens = app.model.shared.data.listed_tokens().to_vec();
    change(&mut tokens);
    let fetch = app.model.shared.fetch_tokens();
    let Effect::Call { ticket, .. } = fetch else { panic!() };
    app.msg(Msg::Replied { ticket, answer: Ok(Reply::Tokens(tokens)), entry: None });
}

/// Starts the run with the secrets in a folder.
fn started(app: &mut App) {
    app.press("Ctrl-s").see("Replace 2 tokens").types("/tmp/depot").press("Ctrl-s");
    accept_bulk_destination(app);
    app.see("Replacing 2 tokens");
}

#[test]
fn the_plan_has_the_difference_of_each_token() {
    let mut app = marked();
    app.types("grant prod-new query:read").see("2 of 3 tokens change, each with a new id");
    app.see("agent                      id-a         + query:read on prod-new");
    app.see("Unchanged, and left alone:").see("  cron ");
    app.types("; revoke prod-web *").see("    - ingest:create query:read on prod-web");
    app.see("! * still grants query:read on prod-web");
    // Going back from the next dialog loses nothing.
    app.press("Ctrl-s").see("Replace 2 tokens").see("stops in 48 hours  + query:read");
    app.press("Esc").see("Change  grant prod-new query:read; revoke prod-web *");
    // Nor does closing the dialog: the line is proposed again, and typing replaces it.
    app.press("Esc").see("3 marked").press("R").see("Change  grant prod-new query:read; revoke");
    app.types("o").see("Change  o ").not_see("grant prod-new query");
}

#[test]
fn a_mistake_is_named_once_the_word_cannot_become_right() {
    let mut app = marked();
    app.see("grant NAMES RIGHTS").see("apply PRESET NAMES").see("query: prod-api");
    app.types("grant prod-n").see("Usage: grant NAMES RIGHTS").not_see("!");
    app.types("ew query:re").see("Unknown right query:re").not_see("!");
    app.types("x").see("! Unknown right query:rex");
    app.press("Ctrl-u").types("grant prod-nope query:read").see("! There is no dataset prod-nope");
    app.press("Ctrl-u").types("dance; grant ").see("! Unknown command dance");
    app.press("Ctrl-s").see("! Unknown command dance").not_see("Replace 3");
    app.press("Ctrl-u").types("grant prod-new").press("Ctrl-s").see("! Usage: grant NAMES RIGHTS");
    app.press("Ctrl-u").types("revoke prod-api data:*").see("0 of 3 tokens change");
    app.press("Ctrl-s").see("This changes no token.");
    assert_eq!(sent(&app), []);
}

#[test]
fn names_are_not_judged_before_their_lists_arrive() {
    let mut app = App::with(&Scenario::parse(ORG).unwrap(), 80, 24);
    app.answer();
    app.press("* R").types("grant prod-* query:read").see("are still loading").not_see("!");
    app.press("Ctrl-u").types("grant prod-nope query:read").press("Ctrl-s");
    app.see("! The names of datasets and views are still loading.");
    app.answer().see("! There is no dataset prod-nope");
}

#[test]
fn a_token_without_rights_is_left_out() {
    let mut app = marked();
    app.types("revoke prod-api *").see("0 of 3 tokens change");
    app.see("! no rights would be left, so it is left out: delete it instead");
    app.see("! * still grants query:read on prod-api");
    app.press("Ctrl-s").see("This changes no token.");
}

#[test]
fn tab_completes_the_last_word() {
    let mut app = marked();
    app.types("g").press("Tab").see("Change  grant ").types("prod-n").press("Tab");
    app.see("Change  grant prod-new").types(" qu").press("Tab").see("2 of 3 tokens change");
    app.types("; revoke p").press("Tab").see("; revoke prod- ").press("Tab");
    app.see("prod-api  prod-new  prod-web").types("w").press("Tab").see("revoke prod-web");
    app.press("Ctrl-u").types("apply query-o").press("Tab").types("prod-new");
    app.see("+ query:read on prod-new");
    // Without an end to add, the key goes on to the buttons.
    app.press("Tab").see("[▸ Cancel ]");
}

#[test]
fn each_token_is_replaced_with_its_own_rights() {
    let mut app = marked();
    app.types("grant prod-new query:read");
    started(&mut app);
    let [(id, grants, expiry)] = &sent(&app)[..] else { panic!() };
    assert_eq!((id.as_str(), grants.summary().as_str()), ("id-a", "can query 2 datasets"));
    assert_eq!(*expiry, Expiry::parse("90d", app.model.shared.server_now()).unwrap());
    answer_change(&mut app);
    assert_eq!(deliver_bulk(&mut app, Ok("/tmp/depot/agent-1")), "agent");
    // A refused one is retried with the same rights.
    let before = sent(&app);
    assert_eq!(before[0].0, "id-b");
    let rights = "can ingest into prod-web; query 2 datasets; read users";
    assert_eq!(before[0].1.summary(), rights);
    app.fail(Certainty::Rejected, FailureKind::Status(409), None);
    app.see("1 of 2 tokens replaced").press("r");
    accept_bulk_destination(&mut app);
    assert_eq!(sent(&app), before);
    answer_change(&mut app);
    deliver_bulk(&mut app, Ok("/tmp/depot/bot-1"));
    app.see("2 of 2 tokens replaced");
    let report = app.model.shared.run.as_ref().unwrap().report();
    assert_eq!(report[0].words, "replaced: + query:read on prod-new; /tmp/depot/agent-1");
    // The line's dialog has gone with the start of the run.
    app.press("Esc").see("API tokens").not_see("Change rights");
}

#[test]
fn one_token_that_changes_is_replaced_alone() {
    let mut app = marked();
    app.types("grant prod-web data:delete").see("3 of 3 tokens change");
    app.see("! medium: can destroy stored data")
        .press("Ctrl-u")
        .types("revoke org users:read")
        .see("1 of 3 tokens change");
    app.press("Ctrl-s").see("Replace bot").see("- users:read on ").press("Ctrl-s");
    assert_eq!(sent(&app)[0].1.summary(), "can ingest into prod-web; query prod-web");
    app.answer().later(600).see("xaat-");
    assert!(!app.model.stack.overlays().iter().any(|o| matches!(o.kind, Overlay::EditRights(_))));
}

#[test]
fn rights_that_changed_meanwhile_are_not_overwritten() {
    let mut app = marked();
    app.types("grant prod-new query:read").press("Ctrl-s").see("Replace 2 tokens");
    refreshed(&mut app, |_| ());
    app.see("Replace 2 tokens");
    // Someone else has taken the token's rights away. The plan is made from the new list.
    refreshed(&mut app, |tokens| {
        let other = tokens[1].grants.clone();
        tokens[0].grants = other;
    });
    app.see("Change rights of 3 tokens").see("The rights of these tokens changed meanwhile");
    app.press("Ctrl-s").see("Replace 2 tokens").press("Esc");
    refreshed(&mut app, |tokens| tokens.retain(|token| token.name.raw() != "agent"));
    app.see("Change rights of 2 tokens").see("1 of 2 tokens changes");
}

#[test]
fn a_run_skips_a_token_whose_rights_changed() {
    let mut app = marked();
    app.types("grant prod-new query:read");
    started(&mut app);
    refreshed(&mut app, |tokens| {
        for token in tokens {
            token.grants.org = axtok::domain::Rights::default();
        }
    });
    answer_change(&mut app);
    deliver_bulk(&mut app, Ok("/tmp/depot/agent-1"));
    app.see("1 of 2 tokens replaced").see("not sent: its rights changed meanwhile");
    assert_eq!(sent(&app), []);
}

#[test]
fn a_change_in_progress_is_not_repeated() {
    let mut app = marked();
    app.types("revoke org users:read").press("Ctrl-s").see("Replace bot").press("Ctrl-s Esc");
    app.see("Change rights of 3 tokens").press("Ctrl-s").see("A change to bot is in progress.");
    assert_eq!(sent(&app).len(), 1);
}

#[test]
fn ten_thousand_tokens_can_be_changed() {
    let scenario = axtok::simulator::Scenario::parse(
        "[generate]\ntokens = 10000\ndatasets = 300\n[[org]]\nid = 'big'\nname = 'Big'\n",
    );
    let mut app = App::with(&scenario.unwrap(), 80, 24);
    app.answer().press("* R").see("Change rights of 10000 tokens");
    app.answer();
    app.types("grant =* trim:update").see("of 10000 tokens change").press("Ctrl-s");
    app.see("Replace 10000 tokens");
}
