//! The tokens that have become due, for the program in the settings.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Shared;
use crate::{
    domain::{
        SafeText, SecretKind, TokenId,
        due::{Alarm, Batch, DueToken, Place, due_tokens},
    },
    journal::replaced,
};

/// What to report, and what was handed over for that in this session.
#[derive(Debug, Default)]
pub struct Alerts {
    /// What the settings say; `None` reports nothing.
    pub alarm: Option<Alarm>,
    /// The address, token and expiry of each due token that was handed over. A failure is not
    /// tried again before the next start.
    handed: HashSet<(String, TokenId, Timestamp)>,
}

impl Shared {
    /// The due tokens that were not handed over yet. `None` if there are none, in the demo, and
    /// until the list and the journal were read, which says what was replaced.
    pub fn take_due(&mut self) -> Option<Batch> {
        let alarm = self.alerts.alarm.as_ref().filter(|_| !self.session.demo)?;
        self.data.tokens.value()?;
        self.rotations.plan.as_ref()?;
        // The list of organisations says which one an API token belongs to.
        let is_api = self.session.credential == SecretKind::Api;
        if is_api && self.data.orgs.load().is_some() {
            return None;
        }
        let now = self.server_now();
        let here = (self.session.url.as_str(), self.session.org.as_ref().map(SafeText::raw));
        let is_listed = |id: &TokenId| self.data.position(id).is_some();
        let rotations = &self.rotations.contents.rotations;
        let replaced = replaced(rotations, here, is_listed, now);
        let due =
            due_tokens(self.data.listed_tokens(), |id| replaced.contains(id), &alarm.within, now);
        let program = alarm.program.clone();
        let (deployment, url) = (self.session.deployment.clone(), self.session.url.clone());
        let handed = &mut self.alerts.handed;
        let is_new = |due: &DueToken| handed.insert((url.clone(), due.id.clone(), due.expires));
        let due: Vec<_> = due.into_iter().filter(is_new).collect();
        let place = Place { deployment, url, org: self.org_id() };
        (!due.is_empty()).then_some(Batch { program, place, due, now })
    }
}
