//! The profile: the user, the organisation, and the user's personal tokens.

use super::{
    PlainUi,
    menu::Profile,
    pick::{Pick, Picked},
    prompter::PromptAbort,
};
use crate::{
    api::call::{Call, Reply},
    commands::{change::Job, exit},
    domain::{
        NewPersonalToken, PersonalToken, SafeText, SecretKind, confirm::Confirmation, validate,
    },
    ops::{Listed, change::Intent},
};

impl PlainUi<'_> {
    pub(super) async fn profile(&mut self) -> Result<(), PromptAbort> {
        self.facts().await?;
        let mut again = false;
        loop {
            let help = "A personal token can do everything that its user can. q goes back.";
            let question = "Profile: what do you want to do?";
            let choice = self.prompter.choose_again(question, help, again).await?;
            again = true;
            let done = match choice {
                Profile::Facts => self.facts().await,
                Profile::List => self.list_personal().await,
                Profile::Create => self.create_personal().await,
                Profile::Delete => self.delete_personal().await,
            };
            match done {
                Ok(()) | Err(PromptAbort::Back) => {}
                Err(abort) => return Err(abort),
            }
        }
    }

    async fn facts(&mut self) -> Result<(), PromptAbort> {
        let session = self.signed_in.session.clone();
        let is_api = session.credential == SecretKind::Api;
        self.prompter.say("");
        if is_api {
            self.prompter.say("User: unknown, since you are signed in with an API token.");
        } else {
            let call = Call::CurrentUser;
            match self.prompter.unless_signal(self.signed_in.read(&call)).await? {
                Ok(Reply::User(user)) => {
                    let role = user.role.as_ref().map_or_else(String::new, |r| format!(", {r}"));
                    let words =
                        format!("User: {}, {}{role}. Id {}.", user.name, user.email, user.id);
                    self.prompter.say(&words);
                }
                Ok(_) => {}
                Err(failure) => {
                    self.prompter.say(&format!("Failed: {}", exit::message(&failure, &call)));
                }
            }
        }
        let call = Call::ListOrgs;
        match self.prompter.unless_signal(self.signed_in.orgs()).await? {
            Ok(orgs) => {
                let is_here = |id: &SafeText| session.org.as_ref().is_none_or(|here| here == id);
                for org in orgs.iter().filter(|org| is_here(&org.id)) {
                    self.prompter.say(&format!("Organisation: {}, id {}.", org.name, org.id));
                }
            }
            Err(failure) => {
                self.prompter.say(&format!("Failed: {}", exit::message(&failure, &call)));
            }
        }
        self.prompter.say(&format!("API address: {}", session.url));
        match &session.console {
            Some(address) => self.prompter.say(&format!("Console address: {address}")),
            None => self.prompter.say("Console address: unknown for this deployment."),
        }
        Ok(())
    }

    /// The personal tokens. Reports an error as a message.
    async fn personal(&self) -> Result<Vec<PersonalToken>, PromptAbort> {
        if self.signed_in.session.credential == SecretKind::Api {
            self.prompter.say("Sign in with a personal token to manage personal tokens.");
            return Err(PromptAbort::Back);
        }
        let call = Call::ListPersonalTokens;
        self.prompter.unless_signal(self.signed_in.personal()).await?.map_err(|failure| {
            if failure.lacks_routes(&call) {
                self.prompter.say("This deployment has no routes for personal tokens.");
            } else {
                self.prompter.say(&format!("Failed: {}", exit::message(&failure, &call)));
            }
            PromptAbort::Back
        })
    }

    /// Asks for personal tokens.
    async fn choose_personal(
        &mut self,
        all: &[PersonalToken],
        question: &str,
    ) -> Result<Vec<PersonalToken>, PromptAbort> {
        let line = |t: &PersonalToken| {
            let about = t.description.shown().trim_end_matches('.');
            let about = if about.is_empty() { String::new() } else { format!(" {about}.") };
            format!("{}.{about} Id {}.", t.name, t.id)
        };
        let lines: Vec<_> = all.iter().map(line).collect();
        if lines.is_empty() {
            self.prompter.say("There are no personal tokens.");
            return Err(PromptAbort::Back);
        }
        let question = format!("{} personal tokens. {question}", lines.len());
        let pick = Pick { many: true, ..Pick::one(&question, &lines, "q goes back.") };
        match self.prompter.pick(&pick).await? {
            Picked::Items(items) => {
                Ok(items.into_iter().filter_map(|at| all.get(at).cloned()).collect())
            }
            Picked::Word(_) => Err(PromptAbort::Back),
        }
    }

    async fn list_personal(&mut self) -> Result<(), PromptAbort> {
        let all = self.personal().await?;
        let question = "Type numbers to delete some, or q to go back.";
        let chosen = self.choose_personal(&all, question).await?;
        self.delete_chosen(&chosen, all).await
    }

    async fn delete_personal(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let all = self.personal().await?;
        let chosen = self.choose_personal(&all, "Which ones do you want to delete?").await?;
        self.delete_chosen(&chosen, all).await
    }

    async fn delete_chosen(
        &mut self,
        chosen: &[PersonalToken],
        all: Vec<PersonalToken>,
    ) -> Result<(), PromptAbort> {
        self.may_change()?;
        self.prompter.say("Deleting:");
        for (at, token) in chosen.iter().enumerate() {
            self.prompter.item(at + 1, &format!("{}, id {}", token.name, token.id));
        }
        self.prompter.say("They stop working immediately. This can't be undone.");
        let listed = all.iter().map(|token| (&token.name, &token.id));
        let wanted = Confirmation::of(chosen.iter().map(|t| (&t.name, &t.id)), &listed);
        self.prompter.confirm(&wanted).await?;
        let jobs: Vec<_> =
            chosen.iter().map(|token| Job::new(Intent::delete_personal(token))).collect();
        let listed = Listed { personal: Some(all), ..Listed::default() };
        self.send_all(&jobs, &listed).await.map(drop)
    }

    async fn create_personal(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let all = self.personal().await?;
        let help = "The name of the token in lists.";
        let name = self.text("Name:", None, help, validate::name).await?;
        let help = "What the token is for. May be empty.";
        let question = "Description (may be empty):";
        let description = self.text(question, Some(""), help, validate::description).await?;
        let mut destination = self.secret_destination(&[None]).await?;
        self.prompter.say("");
        self.prompter.say(&format!("New personal token: {}", SafeText::from(name.as_str())));
        self.prompter.say("It can do everything that you can, in every organisation.");
        self.prompter.say(&destination.sentence);
        self.prompter.confirm(&"create".into()).await?;
        let new = NewPersonalToken { name, description };
        let job = Job { to: destination.to.pop(), ..Job::new(Intent::create_personal(new)) };
        let listed = Listed { personal: Some(all), ..Listed::default() };
        if self.send(&job, &listed).await?
            && let Some(org) = &self.signed_in.session.org
        {
            let words = format!("Requests also need the organisation's id: X-Axiom-Org-Id: {org}");
            self.prompter.say(&words);
        }
        Ok(())
    }
}
