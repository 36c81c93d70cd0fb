//! `axtok tokens regenerate` and `axtok tokens replace`.

use jiff::Timestamp;

use super::create;
use crate::{
    api::call::Call,
    cli::{
        args::{Form, Overriding, SecretTo, Sending},
        tokens::{self, Regenerate, Replace},
    },
    commands::{
        CommandResult, ExitError, ask,
        change::{self, Job, Permitted},
        draft::Draft,
        find::Among,
        rights, secret,
        start::Start,
    },
    domain::{ApiToken, Expiry, grace::Grace, token::Renewal},
    ops::{Listed, SignedIn, change::Intent},
};

/// Regenerates the tokens.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn run(args: &Regenerate, start: &Start) -> CommandResult {
    let signed_in = signed_in(start, args.sending.without_journal).await?;
    let among = Among::new(signed_in.tokens().await, &Call::ListTokens, &args.tokens)?;
    let (found, now) = (among.all(&args.tokens)?, signed_in.now());
    let new_expiry = Expiry::parse(&args.expires, now);
    let new_expiry = new_expiry.map_err(|e| ExitError::usage(format!("--expires: {e}")))?;
    let renewal = |_: &ApiToken| Renewal::Same { new_expiry };
    let jobs = jobs(&found, &args.grace, now, renewal)?;
    let (grace, secret, sending) = (&args.grace, &args.secret, &args.sending);
    let how = How { grace, secret, sending, overriding: &args.overriding, form: args.form };
    how.send(jobs, &found, &among, &signed_in, start, false).await
}

/// Regenerates a token with other rights.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn replace(args: &Replace, start: &Start) -> CommandResult {
    if args.rights.is_empty() {
        return Err(ExitError::usage(
            "the new token's rights are missing: add --dataset, --view, --org, --preset or --from, \
             or use `axtok tokens regenerate` to keep the rights",
        ));
    }
    let draft = rights::draft(&args.rights, &start.presets)?;
    let signed_in = signed_in(start, args.sending.without_journal).await?;
    let wanted = std::slice::from_ref(&args.token);
    let among = Among::new(signed_in.tokens().await, &Call::ListTokens, wanted)?;
    let (old, now) = (among.one(&args.token)?, signed_in.now());
    if !among.is_listed && args.name.is_none() && draft.name.is_none() {
        return Err(ExitError::usage(
            "this credential cannot read the old token's name: add --name for the new token",
        ));
    }
    let kept = |text: &str| Some(text.to_owned());
    let draft = Draft {
        name: args.name.clone().or(draft.name).or_else(|| kept(old.name.raw())),
        description: args
            .description
            .clone()
            .or(draft.description)
            .or_else(|| kept(old.description.raw())),
        expires: args.expires.clone().or(draft.expires),
        ..draft
    };
    let new = create::token(&draft, now)?;
    create::warn(&new, false, &create::unknown_names(&signed_in, &new).await, now);
    let renewal = |_: &ApiToken| Renewal::Replaced(Box::new(new.clone()));
    let jobs = jobs(&[old], &args.grace, now, renewal)?;
    let (grace, secret, sending) = (&args.grace, &args.secret, &args.sending);
    let how = How { grace, secret, sending, overriding: &args.overriding, form: args.form };
    how.send(jobs, &[old], &among, &signed_in, start, true).await
}

/// The arguments that say how tokens are regenerated.
struct How<'a> {
    grace: &'a tokens::Grace,
    secret: &'a SecretTo,
    sending: &'a Sending,
    overriding: &'a Overriding,
    form: Form,
}

impl How<'_> {
    /// Checks the changes to these tokens, and sends them unless this is a dry run.
    async fn send(
        &self,
        mut jobs: Vec<Job>,
        found: &[&ApiToken],
        among: &Among<ApiToken>,
        signed_in: &SignedIn,
        start: &Start,
        alone: bool,
    ) -> CommandResult {
        let (form, now) = (self.form, signed_in.now());
        let ids: Vec<_> = found.iter().map(|t| Some(&t.id)).collect();
        let listed = Listed { tokens: among.list(), ..Listed::default() };
        let checked = start.may_change(signed_in);
        let policies = &signed_in.session.policies;
        let permit = |jobs| Permitted::check(jobs, policies, &listed, self.overriding, now);
        if self.sending.dry_run {
            let checked = checked
                .and_then(|()| secret::dry_run(self.secret, &ids, form.json, &start.home))
                .and_then(|()| permit(jobs.clone()).map(drop));
            return change::dry_run(&jobs, "", form, alone, checked);
        }
        checked?;
        for (job, to) in
            jobs.iter_mut().zip(secret::places(self.secret, &ids, form.json, &start.home)?)
        {
            job.to = Some(to);
        }
        let jobs = permit(jobs)?;
        ends_now(found, self.grace, now)?;
        change::run_jobs(signed_in, &jobs, &listed, self.sending, form, alone).await
    }
}

async fn signed_in(start: &Start, without_journal: bool) -> Result<SignedIn, ExitError> {
    let mut signed_in = start.signed_in().await?;
    signed_in.without_journal = without_journal;
    Ok(signed_in)
}

/// The changes that regenerate these tokens.
///
/// # Errors
/// When the grace period is invalid.
pub fn jobs(
    tokens: &[&ApiToken],
    grace: &tokens::Grace,
    now: Timestamp,
    renewal: impl Fn(&ApiToken) -> Renewal,
) -> Result<Vec<Job>, ExitError> {
    let job = |token: &&ApiToken| {
        let old_ends = Grace::of(&grace.grace).old_end(&grace.grace, &token.expiry, now);
        let old_ends = old_ends.map_err(|e| ExitError::usage(format!("--grace: {e}")))?.at;
        Ok(Job::new(Intent::regenerate(token, old_ends, renewal(token))))
    };
    tokens.iter().map(job).collect()
}

/// Asks for confirmation if tokens that still work stop working now.
fn ends_now(tokens: &[&ApiToken], grace: &tokens::Grace, now: Timestamp) -> Result<(), ExitError> {
    let wanted = Grace::of(&grace.grace);
    let work_on = tokens.iter().filter(|t| wanted.fails_callers(&t.expiry, now));
    let work_on: Vec<_> = work_on.map(|t| format!("  {}  {}", t.name, t.id)).collect();
    if work_on.is_empty() {
        return Ok(());
    }
    let text = format!("Programs that use these tokens fail immediately:\n{}", work_on.join("\n"));
    ask::confirm(&text, &format!("end {} now", work_on.len()).as_str().into(), grace.yes)
}
