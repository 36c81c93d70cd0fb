//! What the review cannot know, since datasets or views are not listed in full.

use crate::{
    api::error::{Failure, FailureKind},
    app::{remote::Remote, shared::Shared},
    domain::{Scope, SecretKind},
};

/// Something that is not listed, or not in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub scope: Scope,
    /// As in "403" or "still loading".
    pub why: String,
    /// Nothing of it is listed; otherwise a part, or an older list, is.
    pub is_whole: bool,
}

/// What is not listed in full at the place where we are.
#[must_use]
pub fn gaps(shared: &Shared) -> Vec<Gap> {
    let data = &shared.data;
    let datasets = gap(shared, Scope::Dataset, &data.datasets, data.stale.datasets.as_ref());
    let views = gap(shared, Scope::View, &data.views, data.stale.views.as_ref());
    datasets.into_iter().chain(views).collect()
}

fn gap<T>(shared: &Shared, scope: Scope, list: &Remote<T>, stale: Option<&Failure>) -> Option<Gap> {
    let gap = |why: String, is_whole| Some(Gap { scope, why, is_whole });
    match (list, stale) {
        (Remote::Idle | Remote::Loading(_), _) => gap("still loading".to_owned(), true),
        (Remote::Failed(failure, _), _) => gap(short(failure), true),
        (Remote::Ready(..), Some(failure)) => {
            gap(format!("{}, an older list is shown", short(failure)), false)
        }
        (Remote::Ready(..), None) if shared.session.credential != SecretKind::Personal => {
            gap("an API token sees its own only".to_owned(), false)
        }
        (Remote::Ready(..), None) => None,
    }
}

fn short(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Status(status) => status.to_string(),
        _ => "no usable reply".to_owned(),
    }
}
