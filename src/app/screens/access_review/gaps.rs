//! What the review misses because datasets or views are not listed in full.

use crate::{
    api::error::{Failure, FailureKind},
    app::{remote::Remote, shared::Shared},
    domain::{Scope, SecretKind},
};

/// A scope that is not listed, or not in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Datasets or views.
    pub scope: Scope,
    /// The reason, such as "403" or "still loading".
    pub why: String,
    /// Whether nothing is listed; otherwise a part or an older list is.
    pub is_whole: bool,
}

/// The scopes of the current organisation that are not listed in full.
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
            gap(format!("{}; showing an older list", short(failure)), false)
        }
        (Remote::Ready(..), None) if shared.session.credential != SecretKind::Personal => {
            gap("an API token sees only its own".to_owned(), false)
        }
        (Remote::Ready(..), None) => None,
    }
}

fn short(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Status(status) => status.to_string(),
        _ => "no usable response".to_owned(),
    }
}
