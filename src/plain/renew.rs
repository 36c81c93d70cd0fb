//! Regenerating and deleting tokens: one, or several in a run.

use std::collections::HashMap;

use super::{PlainUi, choose, menu::Ended, prompter::PromptAbort, secret::Destination};
use crate::{
    api::call::Call,
    cli::tokens::Grace,
    commands::{
        change::{self, Job, Report},
        exit,
        tokens::regenerate,
    },
    domain::{
        ApiToken, Grants, TokenId,
        confirm::Confirmation,
        grace::{DEFAULT_LENGTH, Grace as Length},
        lifetime::DEFAULT_EXPIRY,
        policy::Override,
        report,
        review::accepted,
        token::Renewal,
    },
    ops::{Listed, change::Intent},
};

impl PlainUi<'_> {
    pub(super) async fn regenerate_one(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let tokens = self.tokens().await?;
        let token = self.token_of(&tokens).await?;
        self.regenerate(vec![token], &tokens).await
    }

    pub(super) async fn delete_one(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let tokens = self.tokens().await?;
        let token = self.token_of(&tokens).await?;
        self.delete(vec![token], &tokens).await
    }

    /// Asks how long old tokens keep working.
    pub(super) async fn grace(&mut self, tokens: &[ApiToken]) -> Result<Grace, PromptAbort> {
        let old = if tokens.len() == 1 { "does the old token" } else { "do the old tokens" };
        let question = format!("How long {old} keep working?");
        let help = "A duration such as 1h, 48h or 7d, a date, or now. Programs that use the old \
                    token need the new one before then.";
        loop {
            let grace = self.prompter.ask(&question, Some(DEFAULT_LENGTH), help).await?;
            match Length::of(&grace).end(&grace, self.signed_in.now()) {
                Ok(_) => return Ok(Grace { grace, yes: false }),
                Err(why) => self.prompter.say(&format!("Not possible: {why}.")),
            }
        }
    }

    /// The changes that regenerate these tokens, and whether programs that use the old ones fail
    /// immediately.
    pub(super) fn renewals(
        &self,
        tokens: &[ApiToken],
        grace: &Grace,
        renewal: impl Fn(&ApiToken) -> Renewal,
    ) -> Result<(Vec<Job>, bool), PromptAbort> {
        let now = self.signed_in.now();
        let all: Vec<_> = tokens.iter().collect();
        let jobs = regenerate::jobs(&all, grace, now, renewal);
        let jobs = jobs.map_err(|error| self.refused(&error.message))?;
        let length = Length::of(&grace.grace);
        Ok((jobs, all.iter().any(|token| length.fails_callers(&token.expiry, now))))
    }

    pub(super) async fn regenerate(
        &mut self,
        chosen: Vec<ApiToken>,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        self.renew(chosen, tokens, &HashMap::new()).await
    }

    /// Regenerates tokens. Those in `rights` get these rights, the others keep their own.
    pub(super) async fn renew(
        &mut self,
        chosen: Vec<ApiToken>,
        tokens: &[ApiToken],
        rights: &HashMap<TokenId, Grants>,
    ) -> Result<(), PromptAbort> {
        self.may_change()?;
        let is_one = chosen.len() == 1;
        let new = if is_one { "does the new token" } else { "do the new tokens" };
        let question = format!("When {new} expire?");
        let ids: Vec<_> = chosen.iter().map(|t| Some(&t.id)).collect();
        // q goes back to the question before.
        let (mut jobs, destination) = 'grace: loop {
            let grace = self.grace(&chosen).await?;
            'expiry: loop {
                let expires = match self.expiry(&question, Some(DEFAULT_EXPIRY)).await {
                    Err(PromptAbort::Back) => continue 'grace,
                    expires => expires?.0,
                };
                let renewal = |token: &ApiToken| token.renewed(rights.get(&token.id), expires);
                loop {
                    let destination = match self.secret_destination(&ids).await {
                        Err(PromptAbort::Back) => continue 'expiry,
                        destination => destination?,
                    };
                    let (jobs, ends_now) = self.renewals(&chosen, &grace, renewal)?;
                    let does = if rights.is_empty() { "regenerate" } else { "replace" };
                    self.review_renewal(&chosen, &jobs, ends_now, tokens, &destination);
                    let wanted = if ends_now { confirmation(&chosen, tokens) } else { does.into() };
                    match self.prompter.confirm(&wanted).await {
                        Err(PromptAbort::Back) => {}
                        done => break 'grace done.map(|()| (jobs, destination))?,
                    }
                }
            }
        };
        for (job, to) in jobs.iter_mut().zip(destination.to) {
            job.to = Some(to);
        }
        let listed = Listed { tokens: Some(tokens.to_vec()), ..Listed::default() };
        self.override_policy(&mut jobs, &listed).await?;
        self.run(jobs, tokens).await
    }

    /// Shows what a regeneration does, before it is confirmed.
    fn review_renewal(
        &self,
        chosen: &[ApiToken],
        jobs: &[Job],
        ends_now: bool,
        tokens: &[ApiToken],
        destination: &Destination,
    ) {
        self.prompter.say("");
        let replaces = jobs.iter().any(|job| {
            let how = if let Call::RegenerateToken(_, how) = &job.call { Some(how) } else { None };
            how.is_some_and(|how| matches!(how.renewal, Renewal::Replaced(_)))
        });
        let (doing, rights) = if replaces {
            ("Replacing", "the rights listed above")
        } else {
            ("Regenerating", "the same rights")
        };
        let (old, it) = if let [token] = chosen {
            self.prompter.say(&format!("{doing} {}, id {}.", token.name, token.id));
            self.prompter.say(&format!("The new token has {rights}, a new id and a new secret."));
            ("The old token stops", "it")
        } else {
            self.prompter.say(&format!("{doing} {} tokens:", chosen.len()));
            self.names(chosen);
            self.prompter.say(&format!("The new tokens have {rights}, new ids and new secrets."));
            ("The old tokens stop", "them")
        };
        self.warn_replaced(jobs, tokens);
        self.prompter.say(&destination.sentence);
        if ends_now {
            self.prompter
                .say(&format!("{old} working immediately, and programs that use {it} fail."));
        }
    }

    /// Warns about tokens that already have a replacement, and tells which half is deleted.
    pub(super) fn warn_replaced(&self, jobs: &[Job], tokens: &[ApiToken]) {
        let tokens = Some(tokens.to_vec());
        for job in jobs {
            if let Some(words) = change::replaced_words(&self.signed_in, &job.intent, &tokens) {
                self.prompter.say(&format!("Warning: {words}."));
            }
        }
    }

    /// Asks why the policy does not count, if new tokens would break it.
    pub(super) async fn override_policy(
        &mut self,
        jobs: &mut [Job],
        listed: &Listed,
    ) -> Result<(), PromptAbort> {
        // The files may have changed since the session began.
        let policies = self.start.ops.read_policies(self.signed_in.session.demo).await;
        self.signed_in.session.policies = policies;
        let against: Vec<_> = {
            let (policies, now) = (&self.signed_in.session.policies, self.signed_in.now());
            jobs.iter().map(|job| job.objections(policies, listed, now)).collect()
        };
        if against.iter().all(Vec::is_empty) {
            return Ok(());
        }
        for (job, against) in jobs.iter().zip(&against) {
            for finding in against {
                self.prompter.say(&format!("Policy: {} {}.", job.name, finding.why));
            }
        }
        let help = "The history keeps the reason. q goes back, and nothing is sent.";
        let reason = loop {
            let question = "Why does the policy not count here?";
            let text = self.prompter.ask(question, None, help).await?;
            match accepted::reason(&text) {
                Ok(reason) => break reason,
                Err(why) => self.prompter.say(&format!("Not possible: {why}.")),
            }
        };
        for (job, against) in jobs.iter_mut().zip(&against) {
            job.overridden = Override::of(against, &reason);
        }
        Ok(())
    }

    pub(super) async fn delete(
        &mut self,
        chosen: Vec<ApiToken>,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        self.may_change()?;
        let now = self.signed_in.now();
        self.prompter.say("");
        if let [token] = &chosen[..] {
            self.prompter.say(&format!("Deleting: {}", choose::line(token, now)));
        } else {
            self.prompter.say(&format!("Deleting {} tokens:", chosen.len()));
            self.names(&chosen);
        }
        let it = if chosen.len() == 1 { "it" } else { "them" };
        if chosen.iter().any(|token| !token.expiry.is_past(now)) {
            let stop = if chosen.len() == 1 { "The token stops" } else { "Tokens that work stop" };
            self.prompter.say(&format!(
                "{stop} working immediately. This can't be undone. To leave time to replace {it}, \
                 regenerate {it} instead."
            ));
        } else {
            self.prompter.say("This can't be undone.");
        }
        let jobs: Vec<Job> = chosen.iter().map(|token| Job::new(Intent::delete(token))).collect();
        self.warn_replaced(&jobs, tokens);
        self.prompter.confirm(&confirmation(&chosen, tokens)).await?;
        self.run(jobs, tokens).await
    }

    /// Sends the changes. After a run over several tokens, offers to retry what failed and to
    /// save the results.
    async fn run(&mut self, mut jobs: Vec<Job>, tokens: &[ApiToken]) -> Result<(), PromptAbort> {
        let mut listed = Listed { tokens: Some(tokens.to_vec()), ..Listed::default() };
        let is_one = jobs.len() == 1;
        let mut lines: Vec<report::Line> = Vec::new();
        loop {
            let reports = self.send_all(&jobs, &listed).await?;
            if is_one {
                return Ok(());
            }
            for (job, report) in jobs.iter().zip(&reports) {
                let line = report.line(job);
                match lines.iter_mut().find(|there| there.old == line.old) {
                    Some(there) => *there = line,
                    None => lines.push(line),
                }
            }
            self.tally(&lines);
            let failed = |(job, report): (&Job, &Report)| {
                (!matches!(report.status, exit::DONE | exit::UNKNOWN)
                    && report.line(job).new.is_none())
                .then(|| job.clone())
            };
            let left: Vec<_> = jobs.iter().zip(&reports).filter_map(failed).collect();
            match self.after(&left, &lines).await? {
                None => return Ok(()),
                Some(tokens) => listed.tokens = Some(tokens),
            }
            jobs = left;
        }
    }

    fn tally(&self, lines: &[report::Line]) {
        let count = |result| lines.iter().filter(|line| line.result == result).count();
        let mut words = vec![format!("{} of {} done", count("done"), lines.len())];
        for (result, text) in [
            ("failed", "failed"),
            ("unknown", "with an unknown outcome"),
            ("not-started", "not sent"),
        ] {
            match count(result) {
                0 => {}
                n => words.push(format!("{n} {text}")),
            }
        }
        self.prompter.say("");
        self.prompter.say(&format!("{}.", words.join(", ")));
    }

    /// Offers to retry and to save. Returns the list of tokens before a retry.
    async fn after(
        &mut self,
        left: &[Job],
        lines: &[report::Line],
    ) -> Result<Option<Vec<ApiToken>>, PromptAbort> {
        loop {
            let help = "Saved results have no secrets. q goes back to the main menu.";
            match self.prompter.choose("What next?", help).await? {
                Ended::Retry if left.is_empty() => {
                    self.prompter.say("There is nothing to retry.");
                }
                Ended::Retry => return self.tokens().await.map(Some),
                Ended::Save => {
                    let help = "The path of a file that does not exist. JSON if it ends in .json, \
                                otherwise a table with tabs.";
                    let path = self.prompter.ask("Path of the new file:", None, help).await;
                    let path = match path {
                        Ok(path) => path,
                        Err(PromptAbort::Back) => continue,
                        Err(abort) => return Err(abort),
                    };
                    let report = report::Report { path, lines: lines.to_vec() };
                    match self.start.ops.save_report(&report) {
                        Ok(path) => self.prompter.say(&format!("Saved to {path}.")),
                        Err(why) => self.prompter.say(&format!("Not saved: {why}.")),
                    }
                }
            }
        }
    }
}

/// What confirms a change to these tokens of a list.
pub fn confirmation(chosen: &[ApiToken], listed: &[ApiToken]) -> Confirmation {
    let all = listed.iter().map(|t| (&t.name, &t.id));
    Confirmation::of(chosen.iter().map(|t| (&t.name, &t.id)), &all)
}
