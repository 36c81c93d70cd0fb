//! What was fetched takes its place, or says why it could not.

use super::{learn, root_selection};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        error::Failure,
    },
    app::{
        audit,
        effect::Ticket,
        model::Model,
        overlays::orgs,
        remote::Remote,
        screens::{Screen, api_tokens, new_token, profile},
    },
};

/// Takes the answer to a reading call.
pub(super) fn on_read(model: &mut Model, ticket: Ticket, answer: Answer) {
    let refused = answer.as_ref().err().cloned();
    let data = &mut model.data;
    let (call, failure) = if data.tokens.awaits(ticket) {
        (Call::ListTokens, on_tokens(model, answer))
    } else if data.datasets.awaits(ticket) {
        let failure = settle(&mut data.datasets, answer, |reply| match reply {
            Reply::Datasets(list) => Some(list),
            _ => None,
        });
        data.stale.datasets.clone_from(&failure);
        if matches!(model.screen(), Some(Screen::NewToken(_))) {
            new_token::arrange(model);
        }
        (Call::ListDatasets, failure)
    } else if data.views.awaits(ticket) {
        let failure = settle(&mut data.views, answer, |reply| match reply {
            Reply::Views(list) => Some(list),
            _ => None,
        });
        data.stale.views.clone_from(&failure);
        if matches!(model.screen(), Some(Screen::NewToken(_))) {
            new_token::arrange(model);
        }
        (Call::ListViews, failure)
    } else if data.orgs.awaits(ticket) {
        let failure = settle(&mut data.orgs, answer, |reply| match reply {
            Reply::Orgs(list) => Some(list),
            _ => None,
        });
        if failure.is_none() {
            orgs::look_for_ours(model);
        }
        (Call::ListOrgs, failure)
    } else if data.user.awaits(ticket) {
        let failure = settle(&mut data.user, answer, |reply| match reply {
            Reply::User(user) => Some(*user),
            _ => None,
        });
        (Call::CurrentUser, failure)
    } else if data.personal.awaits(ticket) {
        let selected = profile::selection(model);
        let failure = settle(&mut model.data.personal, answer, |reply| match reply {
            Reply::PersonalTokens(list) => Some(list),
            _ => None,
        });
        profile::arrange(model, selected.as_ref());
        (Call::ListPersonalTokens, failure)
    } else if data.audit.awaits(ticket) {
        audit::settle(model, ticket, answer)
    } else {
        return;
    };
    if refused.is_some_and(|refused| learn(model, &call, &refused)) {
        return;
    }
    if let Some(failure) = failure {
        model.notify_failure(&call, &failure);
    }
}

fn settle<T>(
    remote: &mut Remote<T>,
    answer: Answer,
    pick: impl FnOnce(Reply) -> Option<T>,
) -> Option<Failure> {
    match answer {
        // A reply of another kind than was asked for cannot come: each call
        // has one kind of reply.
        Ok(reply) => pick(reply).and_then(|value| remote.settle(Ok(value))),
        Err(failure) => remote.settle(Err(failure)),
    }
}

fn on_tokens(model: &mut Model, answer: Answer) -> Option<Failure> {
    let selected = root_selection(model);
    let line = model.api_tokens_mut().map(|state| state.list.line());
    let failure = settle(&mut model.data.tokens, answer, |reply| match reply {
        Reply::Tokens(list) => Some(list),
        _ => None,
    });
    if failure.is_none() {
        model.prune_rotations();
    }
    api_tokens::arrange(model, selected.as_ref());
    if let (Some(line), Some(state)) = (line, model.api_tokens_mut()) {
        state.list.hold(line);
    }
    failure
}
