//! The session, its organisation and its server.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Server, Shared, Topic};
use crate::{
    app::{effect::Effect, notice::NoticeKind},
    domain::{
        Access, Org, Policies, SafeText, SecretKind,
        review::{Standards, accepted::Accepted},
        session::{ReauthTarget, Session},
        text::sentence,
        when,
    },
};

impl Shared {
    /// Starts a session. Applies [`Shared::read_only`] and resets its access.
    pub fn begin_at(&mut self, session: Session) {
        self.session = session;
        if self.read_only && self.session.usual_access == Access::Full {
            self.session.usual_access = Access::ReadOnly;
        }
        self.session.access = self.session.usual_access;
    }

    /// The deployment to sign in to again; `None` in the demo or without a connection.
    #[must_use]
    pub fn reauth_target(&self) -> Option<ReauthTarget> {
        let session = &self.session;
        (session.connection.is_some() && !session.demo).then(|| ReauthTarget {
            deployment: session.deployment.clone(),
            url: session.url.clone(),
            org: session.org.clone(),
        })
    }

    /// The key under which acceptances are stored: the organisation's id, or the address of
    /// the deployment if the id is unknown.
    #[must_use]
    pub fn acceptance_org(&self) -> String {
        self.org_id().unwrap_or_else(|| self.session.url.clone())
    }

    /// Reads the organisation's own rules again: the files may have changed.
    #[must_use]
    pub const fn reload_policies(&self) -> Effect {
        Effect::LoadPolicies { demo: self.session.demo }
    }

    /// Uses these rules from now on.
    pub fn take_policies(&mut self, policies: Arc<Policies>) {
        if self.session.policies != policies {
            self.session.policies = policies;
            self.touch(Topic::Accepted);
            self.warn_of_policy();
        }
    }

    /// Shows a notice if a policy cannot be used: its findings are missing then.
    pub fn warn_of_policy(&mut self) {
        if let Err(why) = self.session.policies.usable() {
            self.notify(NoticeKind::Warning, sentence(&why));
        }
    }

    /// What decides whether a finding is open.
    #[must_use]
    pub fn standards(&self) -> Standards<'_> {
        Standards { policies: &self.session.policies, accepted: self.accepted_here() }
    }

    /// The accepted findings of this organisation.
    #[must_use]
    pub fn accepted_here(&self) -> Accepted<'_> {
        Accepted::of(&self.accepted, &self.acceptance_org())
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

    /// The session's organisation, if it is not among those of the credential.
    #[must_use]
    pub fn inaccessible_org(&self) -> Option<&SafeText> {
        let (orgs, ours) = (self.data.orgs.value()?, self.session.org.as_ref()?);
        let unseen = self.session.credential != SecretKind::Api;
        (unseen && orgs.iter().all(|o| o.id != *ours)).then_some(ours)
    }

    /// The name and id of the organisation, or as much as is known; else the deployment.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.org(), &self.session.org) {
            (Some(org), _) => format!("{} ({})", org.name, org.id),
            (None, Some(id)) => id.to_string(),
            (None, None) => self.session.name().to_string(),
        }
    }

    /// What is known about the session's server.
    #[must_use]
    pub fn server(&self) -> Server {
        let connection = self.session.connection.unwrap_or_default();
        self.servers.get(&connection).copied().unwrap_or_default()
    }

    /// The time on the server's clock, which decides when tokens expire.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.server().ahead);
        self.now.checked_add(ahead).unwrap_or(self.now)
    }

    /// When the rate limit ends, if one applies.
    #[must_use]
    pub fn limited_until(&self) -> Option<Timestamp> {
        self.server().limited_until.filter(|at| *at > self.now)
    }

    /// How much the clocks differ, if that matters: "is 2 hours behind the server's".
    #[must_use]
    pub fn clock_difference(&self) -> Option<String> {
        when::clock_difference(self.server().ahead)
    }

    /// Shows a warning if the clocks differ.
    pub fn warn_of_clock(&mut self) {
        if let Some(words) = self.clock_difference() {
            let text = format!("This clock {words}. Expiry uses server time.");
            self.notify(NoticeKind::Warning, text);
        }
    }
}
