//! Keeps names for the shell's completion, if the settings want it. Whatever
//! reads a list goes through here, the screens and the commands alike, so that
//! neither has to think of it.

use super::{Connection, Ops, USUAL};
use crate::{
    api::call::{Answer, Reply},
    config::Config,
    domain::{SafeText, SecretKind},
    names::{self, Named, NamesScope, What},
};

impl Ops {
    /// Keeps the names of a list that was read, apart from whoever waits for it.
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
            // Mostly there is nothing to do, and ten thousand names to do it with.
            (wanted || asked.files.names.exists()).then_some(wanted)
        });
        // A disk that does not answer keeps nothing, and holds up no answer.
        let wanted = tokio::time::timeout(USUAL, asking).await;
        let Ok(Ok(Some(wanted))) = wanted else { return };
        let Some((of, names)) = answer.as_ref().ok().and_then(listed) else { return };
        let place = place(connection, org);
        let log = self.log.clone();
        #[expect(clippy::disallowed_methods, reason = "names count for some minutes")]
        let now = crate::clock::now();
        let keeping = self.keeping.begin();
        // It waits for the disk.
        tokio::task::spawn_blocking(move || {
            let file = &config.files.names;
            let kept = match place {
                // Whoever turns it off wants the names gone, and not to have to know
                // where they are. Nothing else would ever remove them.
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

/// Read each time, so that it counts for a session that runs. It has to be asked
/// for: what cannot be read asks for nothing.
fn is_wanted(config: &Config) -> bool {
    config.load().is_ok_and(|catalogue| catalogue.completes_names())
}

/// What a list has to offer: no right, no description.
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

/// Where names are from, in the words by which completion finds it again: it asks
/// nobody, and runs no command for a credential. Nothing where it could not.
fn place(connection: &Connection, org: Option<&SafeText>) -> Option<NamesScope> {
    let org = match connection.credential.kind() {
        // It belongs to one organisation, and does not say to which: only its
        // deployment tells it from others.
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
