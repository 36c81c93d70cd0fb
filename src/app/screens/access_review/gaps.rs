//! What the review misses because datasets or views are not listed in full.

use crate::{
    api::{
        call::Call,
        error::{Failure, FailureKind},
    },
    app::{
        remote::Remote,
        shared::{Shared, Topic},
    },
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
    let failed = |topic| data.ages.get(&topic).and_then(|age| age.failed.as_ref());
    let datasets = gap(shared, Scope::Dataset, &data.datasets, failed(Topic::Datasets));
    let views = gap(shared, Scope::View, &data.views, failed(Topic::Views));
    datasets.into_iter().chain(views).collect()
}

fn gap<T>(shared: &Shared, scope: Scope, list: &Remote<T>, stale: Option<&Failure>) -> Option<Gap> {
    let gap = |why: String, is_whole| Some(Gap { scope, why, is_whole });
    match (list, stale) {
        (Remote::Idle | Remote::Loading(_), _) => gap("still loading".to_owned(), true),
        (Remote::Failed(failure, _), _) => gap(short(scope, failure), true),
        (Remote::Ready(..), Some(failure)) => {
            gap(format!("{}; showing an older list", short(scope, failure)), false)
        }
        (Remote::Ready(..), None) if shared.session.credential != SecretKind::Personal => {
            gap("an API token sees only its own".to_owned(), false)
        }
        (Remote::Ready(..), None) => None,
    }
}

fn short(scope: Scope, failure: &Failure) -> String {
    let call = if scope == Scope::View { Call::ListViews } else { Call::ListDatasets };
    match (failure.kind, call.needs()) {
        (FailureKind::Status(403), Some((capability, verb))) => {
            format!("403: needs the right {capability}:{}", verb.wire())
        }
        (FailureKind::Status(status), _) => status.to_string(),
        _ => "no usable response".to_owned(),
    }
}
