//! `axtok personal`: the user's personal tokens. The API description does not have their
//! routes, so a deployment may not support them.

use super::{
    CommandResult, ExitError, ask,
    change::{self, Job, Permitted},
    exit,
    find::Among,
    json, print_array, print_text, secret,
    start::Start,
    table::{OutputStyle, table},
};
use crate::{
    api::call::Call,
    cli::{
        args::{Form, SecretTo},
        tokens::{Delete, PersonalCommand},
    },
    domain::{NewPersonalToken, PersonalToken, validate},
    ops::{Listed, SignedIn, change::Intent},
};

/// Runs the command.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn run(command: &PersonalCommand, start: &Start) -> CommandResult {
    match command {
        PersonalCommand::List(form) => list(*form, start).await,
        PersonalCommand::Create { name, description, secret, sending, form } => {
            let wrong = |e: validate::FieldError| ExitError::usage(e);
            let name = validate::name(name).map_err(wrong)?;
            let description = validate::description(description).map_err(wrong)?;
            let new = NewPersonalToken { name, description };
            let mut job = Job::new(Intent::create_personal(new));
            if sending.dry_run {
                let signed_in = start.anywhere().await?;
                let path = signed_in.personal_path();
                let checked = dry_run(secret, *form, signed_in, start).await;
                return change::dry_run(&[job], &path, *form, true, checked);
            }
            job.to = secret::places(secret, &[None], form.json, &start.home)?.pop();
            let mut signed_in = start.signed_in().await?;
            start.may_change(&signed_in)?;
            signed_in.without_journal = sending.without_journal;
            let among = Among::new(signed_in.personal().await, &Call::ListPersonalTokens, &[])?;
            let listed = Listed { personal: among.list(), ..Listed::default() };
            let jobs = Permitted::without_rules(vec![job]);
            change::run_jobs(&signed_in, &jobs, &listed, sending, *form, true).await
        }
        PersonalCommand::Delete(args) => delete(args, start.signed_in().await?, start).await,
    }
}

/// Runs the checks of the real run.
async fn dry_run(
    to: &SecretTo,
    form: Form,
    signed_in: SignedIn,
    start: &Start,
) -> Result<(), ExitError> {
    secret::dry_run(to, &[None], form.json, &start.home)?;
    let signed_in = signed_in.in_an_org().await?;
    start.may_change(&signed_in)?;
    let listed = signed_in.personal().await;
    Among::<PersonalToken>::new(listed, &Call::ListPersonalTokens, &[]).map(drop)
}

async fn tokens(signed_in: &SignedIn) -> Result<Vec<PersonalToken>, ExitError> {
    signed_in.personal().await.map_err(|f| exit::failed(&f, &Call::ListPersonalTokens))
}

async fn list(form: Form, start: &Start) -> CommandResult {
    let list = tokens(&start.signed_in().await?).await?;
    if form.json {
        return print_array(list.iter().map(json::PersonalToken::from));
    }
    let row = |t: &PersonalToken| {
        vec![t.name.shown().into(), t.id.to_string().into(), t.description.shown().into()]
    };
    let rows: Vec<_> = list.iter().map(row).collect();
    print_text(&table(&["NAME", "ID", "DESCRIPTION"], &rows, OutputStyle::here()))
}

/// Deletes personal tokens in this session.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn delete(args: &Delete, mut signed_in: SignedIn, start: &Start) -> CommandResult {
    signed_in.without_journal = args.sending.without_journal;
    let among = Among::new(signed_in.personal().await, &Call::ListPersonalTokens, &args.tokens)?;
    let found = among.all(&args.tokens)?;
    let jobs = found.iter().map(|token| Job::new(Intent::delete_personal(token)));
    let jobs: Vec<_> = jobs.collect();
    if args.sending.dry_run {
        let path = signed_in.personal_path();
        return change::dry_run(&jobs, &path, args.form, false, start.may_change(&signed_in));
    }
    start.may_change(&signed_in)?;
    let line = |t: &&PersonalToken| {
        if among.is_listed { format!("  {}  {}", t.name, t.id) } else { format!("  {}", t.id) }
    };
    let lines: Vec<_> = found.iter().map(line).collect();
    let text = format!(
        "These personal tokens stop working immediately. This can't be undone:\n{}",
        lines.join("\n")
    );
    ask::confirm(&text, &among.confirmation(&found), args.yes)?;
    let listed = Listed { personal: among.list(), ..Listed::default() };
    let jobs = Permitted::without_rules(jobs);
    change::run_jobs(&signed_in, &jobs, &listed, &args.sending, args.form, false).await
}
