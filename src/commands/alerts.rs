//! The setting `on-due`: reports the tokens that have become due to a program.

use std::collections::HashSet;

use super::{start::Start, words::tell};
use crate::{
    domain::{
        ApiToken, TokenId,
        due::{Batch, Place},
    },
    ops::SignedIn,
};

/// How much of the program's error is shown, in columns.
const ERROR: usize = 200;

/// Reports the due tokens at these positions to the program in the settings, each once. What
/// fails is only a warning: the next run tries again.
pub async fn report_due(
    start: &Start,
    signed_in: &SignedIn,
    tokens: &[ApiToken],
    chosen: &[usize],
) {
    let session = &signed_in.session;
    if session.demo {
        return;
    }
    // An error in the settings would have ended the command when it signed in.
    let Some(alarm) = start.ops.catalogue().ok().and_then(|c| c.alarm()) else { return };
    let mut due = signed_in.due(tokens, &alarm.within).await;
    let chosen: HashSet<&TokenId> =
        chosen.iter().filter_map(|at| Some(&tokens.get(*at)?.id)).collect();
    due.retain(|due| chosen.contains(&due.id));
    if due.is_empty() {
        return;
    }
    let org = match &session.org {
        Some(id) => Some(id.raw().to_owned()),
        // An API token belongs to one organisation, which it may not be allowed to list.
        None => match signed_in.orgs().await.as_deref() {
            Ok([only]) => Some(only.id.raw().to_owned()),
            _ => None,
        },
    };
    let place = Place { deployment: session.deployment.clone(), url: session.url.clone(), org };
    let batch = Batch { program: alarm.program, place, due, now: signed_in.now() };
    if let Some(message) = start.ops.report_due(batch, ERROR).await {
        tell([message.as_str()]);
    }
}
