//! Help lists what works: in every place, each listed action does something, and what it leaves out
//! does nothing.

use std::{
    collections::{BTreeSet, HashSet},
    mem::discriminant,
};

use axtok::{
    app::{form::Completion, stack::Overlay},
    input::{Action, Context, key},
};

use crate::{
    app::App,
    tour::{Organisation, PLACES, Place},
};

/// Parts of a form at most.
const PARTS: usize = 6;

/// Listed, and without an effect in a place; each with the reason.
const WITHOUT_EFFECT: &[(&str, Action, &str)] = &[
    ("matrix", Action::Datasets, "already there"),
    ("access_review", Action::Datasets, "already there"),
    ("access_review", Action::Left, "the list has the focus already"),
];

/// A place with the focus moved by some parts, and without a notice or names below a path, which
/// any key would dismiss.
fn visit(place: &Place, parts: usize) -> App {
    let mut app = place.visit(Organisation::Demo);
    for _ in 0..parts {
        app.press("Tab");
    }
    app.model.shared.notice = None;
    if let Some(form) = app.model.stack.top_mut().form_mut() {
        *form.completion_mut() = Completion::default();
    }
    app.draw();
    app
}

/// Presses the key of an action. Returns `false` if it has none that is not text here.
fn press(app: &mut App, action: Action) -> bool {
    let (model, shared) = (&app.model, &app.model.shared);
    let is_text = |k: key::Key| k.edits() && model.is_typing() && model.top().types(k, shared);
    let keys = shared
        .keymap
        .reachable(model.context())
        .find(|b| b.action == action && !b.keys.first().is_some_and(|k| is_text(*k)))
        .map(|b| key::show(&b.keys));
    keys.map(|keys| app.press(&keys)).is_some()
}

/// Whether an action changes the screen or asks for an effect.
fn does(app: &mut App, action: Action) -> bool {
    let (before, asked) = (app.buffer().clone(), app.waiting.len());
    press(app, action) && (*app.buffer() != before || app.waiting.len() != asked)
}

/// Each kind of layer where a key opens help, once for each list of actions: the place, its context,
/// and what help lists.
fn helped() -> Vec<(&'static Place, Context, Vec<Action>)> {
    let (mut seen, mut all) = (HashSet::new(), Vec::new());
    for place in PLACES {
        let mut app = visit(place, 0);
        let is_begun = app.model.count.is_some() || !app.model.pending.is_empty();
        let context = app.model.context();
        let kind = (app.model.overlay().map(discriminant), discriminant(app.model.screen()));
        if is_begun || !press(&mut app, Action::Help) {
            continue;
        }
        let Some(Overlay::Help(help)) = app.model.overlay() else { panic!("{}", place.name) };
        let kind = (kind.0, kind.0.is_none().then_some(kind.1), context, help.offered.clone());
        if seen.insert(kind) {
            all.push((place, context, help.offered.clone()));
        }
    }
    all
}

fn focuses(context: Context) -> std::ops::Range<usize> {
    0..if context == Context::Form { PARTS } else { 1 }
}

#[test]
fn every_listed_action_does_something() {
    let mut wrong = Vec::new();
    for (place, context, offered) in helped() {
        for action in offered {
            // At the first row nothing is above, at the last nothing is below.
            let firsts = [None, Some(Action::Down), Some(Action::Up), Some(Action::PageDown)];
            let mut ways = firsts
                .into_iter()
                .flat_map(|first| focuses(context).map(move |parts| (parts, first)));
            let is_done = ways.any(|(parts, first)| {
                let mut app = visit(place, parts);
                if let Some(first) = first {
                    press(&mut app, first);
                }
                does(&mut app, action)
            });
            let is_known =
                WITHOUT_EFFECT.iter().any(|(at, a, _)| (*at, *a) == (place.name, action));
            if is_done == is_known {
                wrong.push((place.name, action));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_help_leaves_out_does_nothing() {
    let mut wrong = BTreeSet::new();
    for (place, context, _) in helped() {
        for parts in focuses(context) {
            let mut app = visit(place, parts);
            let offered = app.model.offered();
            let bound = app.model.shared.keymap.reachable(app.model.context()).map(|b| b.action);
            let others: Vec<_> = bound.filter(|a| !offered.contains(a)).collect();
            for action in others {
                if does(&mut app, action) {
                    wrong.insert(format!("{} after {parts} parts: {action:?}", place.name));
                    app = visit(place, parts);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
