//! Where we are: the session, its server, the organisation.

use jiff::{SignedDuration, Timestamp};

use super::{Server, Shared};
use crate::{
    app::notice::NoticeKind,
    domain::{
        Access, Org, SafeText, SecretKind,
        session::{ReauthTarget, Session},
        when,
    },
};

impl Shared {
    /// Takes over a session, with what holds for all of them.
    pub fn begin_at(&mut self, session: Session) {
        self.session = session;
        if self.read_only && self.session.usual_access == Access::Full {
            self.session.usual_access = Access::ReadOnly;
        }
        self.session.access = self.session.usual_access;
    }

    /// The place, to sign in to it again; `None` where that makes no sense.
    #[must_use]
    pub fn reauth_target(&self) -> Option<ReauthTarget> {
        let session = &self.session;
        (session.connection.is_some() && !session.demo).then(|| ReauthTarget {
            deployment: session.deployment.clone(),
            url: session.url.clone(),
            org: session.org.clone(),
        })
    }

    /// The organisation whose tokens are shown.
    #[must_use]
    pub fn org(&self) -> Option<&Org> {
        let orgs = self.data.orgs.value()?;
        match &self.session.org {
            Some(id) => orgs.iter().find(|o| o.id == *id),
            None => orgs.first().filter(|_| orgs.len() == 1),
        }
    }

    /// The id of the organisation whose tokens are shown.
    #[must_use]
    pub fn org_id(&self) -> Option<String> {
        let known = self.org().map(|org| org.id.raw().to_owned());
        known.or_else(|| self.session.org.as_ref().map(|id| id.raw().to_owned()))
    }

    /// The organisation that we are signed in for, if the credential does not
    /// see it.
    #[must_use]
    pub fn unseen_org(&self) -> Option<&SafeText> {
        let (orgs, ours) = (self.data.orgs.value()?, self.session.org.as_ref()?);
        let unseen = self.session.credential != SecretKind::Api;
        (unseen && orgs.iter().all(|o| o.id != *ours)).then_some(ours)
    }

    /// The organisation in words, or what is known instead of it.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.org(), &self.session.org) {
            (Some(org), _) => format!("{} ({})", org.name, org.id),
            (None, Some(id)) => id.to_string(),
            (None, None) => self.session.deployment.to_string(),
        }
    }

    /// The server that we are signed in to.
    #[must_use]
    pub fn server(&self) -> Server {
        let connection = self.session.connection.unwrap_or_default();
        self.servers.get(&connection).copied().unwrap_or_default()
    }

    /// The time on the server's clock: what lives and ends there is counted from
    /// it, whatever this computer's clock says.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.server().ahead);
        self.now.checked_add(ahead).unwrap_or(self.now)
    }

    /// Until when the server takes no requests, if it said so and that is still
    /// to come.
    #[must_use]
    pub fn limited_until(&self) -> Option<Timestamp> {
        self.server().limited_until.filter(|at| *at > self.now)
    }

    /// By how much the clocks differ, if that matters, as in "This … is 2 hours
    /// behind the server's".
    #[must_use]
    pub fn clock_difference(&self) -> Option<String> {
        when::clock_difference(self.server().ahead)
    }

    /// Says that the clocks differ, if they do, and what follows from it.
    pub fn warn_of_clock(&mut self) {
        if let Some(words) = self.clock_difference() {
            let text = format!("This clock {words}: expiries follow the server's.");
            self.notify(NoticeKind::Warning, text);
        }
    }
}
