//! Checks beyond what parsing covers, so that a mistake in the file is reported instead of having
//! no effect.

use std::{collections::BTreeSet, ops::Range};

use super::{Fault, Scenario};

/// What is wrong, and where in the file.
type Flaw = (String, Range<usize>);

pub(super) fn consistent(scenario: &Scenario) -> Result<(), Flaw> {
    if scenario.org.is_empty() {
        return Err(("at least one [[org]] is needed".to_owned(), 0..0));
    }
    let mut orgs = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for org in &scenario.org {
        if !orgs.insert(&org.get_ref().id) {
            return Err(("two organisations have the same id".to_owned(), org.span()));
        }
        for id in org.get_ref().token.iter().filter_map(|token| token.id.as_ref()) {
            if id.get_ref().is_empty() || !ids.insert(id.get_ref()) {
                return Err(("a token's id must be unique and not empty".to_owned(), id.span()));
            }
        }
    }
    for id in scenario.personal.iter().filter_map(|token| token.id.as_ref()) {
        if id.get_ref().is_empty() || !ids.insert(id.get_ref()) {
            return Err(("a token's id must be unique and not empty".to_owned(), id.span()));
        }
    }
    if let Some(name) = &scenario.api_token {
        let mut tokens = scenario.org.iter().flat_map(|org| &org.get_ref().token);
        if !tokens.any(|token| token.name == *name.get_ref()) {
            return Err(("no [[org.token]] has this name".to_owned(), name.span()));
        }
    }
    secrets(scenario)?;
    let routes = scenario.routes();
    for fault in &scenario.fault {
        let route = &fault.get_ref().route;
        if route != "*" && !routes.has(route) {
            let message =
                "a fault's route must be like \"POST /v2/tokens/{id}/regenerate\", or \"*\"";
            return Err((message.to_owned(), fault.span()));
        }
        possible(fault.get_ref()).map_err(|message| (message.to_owned(), fault.span()))?;
    }
    Ok(())
}

/// Checks that no two tokens have the same secret.
fn secrets(scenario: &Scenario) -> Result<(), Flaw> {
    let tokens = scenario.org.iter().flat_map(|org| &org.get_ref().token);
    let personal = scenario.personal.iter().map(|p| &p.secret);
    let mut seen = BTreeSet::new();
    let all = tokens.map(|t| &t.secret).chain(personal).chain([&scenario.user.secret]);
    if all.flatten().all(|secret| !secret.is_empty() && seen.insert(secret)) {
        return Ok(());
    }
    Err(("a fixed secret must be unique and not empty".to_owned(), 0..0))
}

fn possible(fault: &Fault) -> Result<(), &'static str> {
    if fault.status.is_some_and(|status| !(200..=599).contains(&status)) {
        return Err("a fault's status must be between 200 and 599");
    }
    Ok(())
}
