//! Saves names for shell completion, if the settings enable it. Every list that is read passes
//! through here, so that neither screens nor commands have to take care of it.

use super::{Connection, Ops, USUAL};
use crate::{
    api::call::{Answer, Reply},
    config::Config,
    domain::{SafeText, SecretKind},
    names::{self, Named, NamesScope, What},
};

impl Ops {
    /// Saves the names of a list that was read, without delaying its response.
    pub(super) async fn remember(
        &self,
        connection: &Connection,
        org: Option<&SafeText>,
        answer: &Answer,
    ) {
        let Some(config) = self.config.clone() else { return };
        let asked = config.clone();
        let asking = tokio::task::spawn_blocking(move || {
            let wanted = is_wanted(&asked);
            // Usually nothing has to be done; then do not copy ten thousand names.
            (wanted || asked.files.names.exists()).then_some(wanted)
        });
        // If the disk does not respond, save nothing rather than delay the response.
        let wanted = tokio::time::timeout(USUAL, asking).await;
        let Ok(Ok(Some(wanted))) = wanted else { return };
        let Some((of, names)) = answer.as_ref().ok().and_then(listed) else { return };
        let place = place(connection, org);
        let log = self.log.clone();
        #[expect(clippy::disallowed_methods, reason = "names are valid for some minutes")]
        let now = crate::clock::now();
        let keeping = self.keeping.begin();
        // Blocks on the disk.
        tokio::task::spawn_blocking(move || {
            let file = &config.files.names;
            let kept = match place {
                // After the setting is turned off, the names must go. Nothing else would ever
                // remove them.
                _ if !wanted => names::forget(file),
                Some(place) => names::keep(file, &place, of, names, now),
                None => Ok(()),
            };
            if let (Err(e), Some(log)) = (kept, log) {
                // A log that cannot be written must not stop the work.
                let _ = log.names_not_kept(now, e.kind());
            }
            drop(keeping);
        });
    }
}

/// Whether the settings enable completion of names. They are read each time, so that a change
/// applies to a running session. Off by default, and if the settings cannot be read.
fn is_wanted(config: &Config) -> bool {
    config.load().is_ok_and(|catalogue| catalogue.completes_names())
}

/// The names in a list, without rights or descriptions.
fn listed(reply: &Reply) -> Option<(What, Vec<Named>)> {
    let named = |name: &SafeText| Named { id: None, name: name.raw().to_owned() };
    Some(match reply {
        Reply::Tokens(list) => {
            let token = |id: &str, name| Named { id: Some(id.to_owned()), ..named(name) };
            (What::Tokens, list.iter().map(|t| token(t.id.raw(), &t.name)).collect())
        }
        Reply::Datasets(list) => (What::Datasets, list.iter().map(|d| named(&d.name)).collect()),
        Reply::Views(list) => (What::Views, list.iter().map(|v| named(&v.name)).collect()),
        _ => return None,
    })
}

/// Where the names come from, as far as completion can determine it without network access and
/// without running a token command. `None` if it could not.
fn place(connection: &Connection, org: Option<&SafeText>) -> Option<NamesScope> {
    let org = match connection.credential.kind() {
        // An API token belongs to one organisation but does not say which. Only its deployment
        // distinguishes it from others.
        SecretKind::Api if connection.is_of_its_deployment => None,
        SecretKind::Api => return None,
        _ => Some(org?.raw().to_owned()),
    };
    (!connection.demo).then(|| NamesScope {
        deployment: connection.deployment.clone(),
        url: connection.endpoint.to_string(),
        org,
    })
}
