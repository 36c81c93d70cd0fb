//! Switches to another organisation or deployment, and turns read-only on and off.

use super::{PlainUi, prompter::PromptAbort};
use crate::{
    commands::{ExitError, exit},
    domain::{
        Access, Org, SafeText, SecretKind, pasted,
        session::{DeploymentSummary, Session, Target},
    },
};
use std::sync::Arc;

/// Where to switch to.
enum Place {
    Org(Org),
    Deployment(DeploymentSummary),
    SignIn,
}

/// The session with the access that the command line allows.
pub fn begun(session: Session, read_only: bool) -> Session {
    let access = match session.usual_access {
        Access::Full if read_only => Access::ReadOnly,
        access => access,
    };
    Session { access, usual_access: access, ..session }
}

impl PlainUi<'_> {
    pub(super) async fn places(&mut self) -> Result<(), PromptAbort> {
        let here = self.signed_in.session.clone();
        let orgs = match self.prompter.unless_signal(self.signed_in.orgs()).await? {
            Ok(orgs) => orgs,
            Err(failure) => {
                let call = crate::api::call::Call::ListOrgs;
                self.prompter.say(&format!("Failed: {}", exit::message(&failure, &call)));
                Vec::new()
            }
        };
        let deployments = self.start.ops.deployments().unwrap_or_else(|why| {
            self.prompter.say(&format!("The deployments cannot be listed: {why}."));
            Vec::new()
        });
        let mut places: Vec<_> = orgs.into_iter().map(Place::Org).collect();
        let others = deployments.into_iter().filter(|d| d.name != here.deployment);
        places.extend(others.map(Place::Deployment));
        places.push(Place::SignIn);
        let line = |place: &Place| match place {
            Place::Org(org) => {
                let is_here = if here.org.as_ref() == Some(&org.id) { ", current" } else { "" };
                format!("{}, organisation, id {}{is_here}", org.name, org.id)
            }
            Place::Deployment(d) => format!("{}, deployment, {}, from {}", d.name, d.url, d.source),
            Place::SignIn => "sign in with another token".to_owned(),
        };
        let lines: Vec<_> = places.iter().map(line).collect();
        let help = "If the switch fails, you stay where you are. q goes back.";
        let at = self.prompter.menu("Switch to what?", &lines, help).await?;
        match places.into_iter().nth(at) {
            Some(Place::Org(org)) => self.switch_org(org),
            Some(Place::Deployment(deployment)) => {
                self.switch(Target::Deployment(deployment.name.raw().to_owned())).await?;
            }
            Some(Place::SignIn) => self.sign_in().await?,
            None => {}
        }
        Ok(())
    }

    fn switch_org(&mut self, org: Org) {
        let session = &mut self.signed_in.session;
        if session.org.as_ref() == Some(&org.id) {
            self.prompter.say("You are there already.");
        } else if session.credential == SecretKind::Api {
            self.prompter.say(
                "An API token belongs to one organisation. To switch, sign in with a personal \
                 token, or with an API token of the other organisation.",
            );
        } else {
            // Changes were allowed for the organisation before only.
            session.access = session.usual_access;
            session.org = Some(org.id);
            self.say_place();
        }
    }

    async fn sign_in(&mut self) -> Result<(), PromptAbort> {
        let here = self.signed_in.session.url.clone();
        let help = "The address of the API, such as https://api.axiom.co.";
        let url = self.prompter.ask("API address:", Some(&here), help).await?;
        let help = "An API token or a personal token. A terminal does not show it. It is kept in \
                    memory only.";
        let pasted = self.prompter.ask_hidden("Token:", help).await?;
        match pasted::token(&pasted) {
            Ok(token) => self.switch(Target::Token { url, token: Arc::new(token), of: None }).await,
            Err(why) => {
                self.prompter.say(&format!("The text {why}."));
                Ok(())
            }
        }
    }

    /// Switches to another deployment. Nothing changes if that fails.
    async fn switch(&mut self, to: Target) -> Result<(), PromptAbort> {
        let elsewhere = self.prompter.unless_signal(self.signed_in.elsewhere(to)).await?;
        let (mut there, mut orgs) = match elsewhere {
            Ok(there) => there,
            Err(error) => {
                let error = ExitError::from(error);
                self.prompter.say(&format!("Still where you were. Failed: {}", error.message));
                return Ok(());
            }
        };
        let is_known = |id: &SafeText| orgs.iter().any(|org| org.id == *id);
        let has_org = there.session.credential == SecretKind::Api
            || there.session.org.as_ref().is_some_and(is_known);
        if !has_org {
            let chosen = match orgs.len() {
                0 => {
                    self.prompter.say("Still where you were. The token has no organisation.");
                    Err(PromptAbort::Back)
                }
                1 => Ok(0),
                _ => super::which_org(&mut self.prompter, &orgs).await,
            };
            match chosen {
                Ok(at) => there.session.org = Some(orgs.swap_remove(at).id),
                Err(abort) => {
                    there.leave();
                    return Err(abort);
                }
            }
        }
        there.session = begun(there.session, self.start.read_only);
        self.signed_in.leave();
        self.signed_in = there;
        self.clock_is_told = false;
        self.say_place();
        Ok(())
    }

    /// Says where the session is now.
    pub(super) fn say_place(&self) {
        let session = &self.signed_in.session;
        let org = session.org.as_ref().map_or_else(String::new, |o| format!(", organisation {o}"));
        let with = match session.credential {
            SecretKind::Personal => "a personal token",
            SecretKind::Api => "an API token",
            SecretKind::Ingest | SecretKind::Other => "a token",
        };
        let place = &session.deployment;
        self.prompter.say(&format!("{place}{org}. Signed in with {with}."));
        if session.access.is_read_only() {
            self.prompter.say("This session is read-only: you can't change anything.");
        }
    }

    /// Turns read-only on, or off after a confirmation.
    pub(super) async fn read_only(&mut self) -> Result<(), PromptAbort> {
        let session = &mut self.signed_in.session;
        match session.access {
            Access::Full => {
                session.access = Access::ReadOnly;
                self.prompter.say("The session is now read-only.");
            }
            Access::Locked => self
                .prompter
                .say("The settings lock this deployment as read-only: edit them to allow changes."),
            Access::ReadOnly => {
                let wanted = session.org.clone().unwrap_or_else(|| session.deployment.clone());
                self.prompter.say("This allows changes until you quit.");
                self.prompter.confirm(&wanted.shown().into()).await?;
                self.signed_in.session.access = Access::Full;
                self.prompter.say("Changes are allowed.");
            }
        }
        Ok(())
    }
}
