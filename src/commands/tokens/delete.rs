//! `axtok tokens delete` and `axtok tokens prune`.

use jiff::Timestamp;

use crate::{
    api::call::Call,
    cli::tokens::{Delete, Prune},
    commands::{
        CommandResult, ExitError, ask,
        change::{self, Job, Permitted},
        exit,
        find::Among,
        json, print_array,
        start::Start,
        words::tell,
    },
    domain::{ApiToken, TokenExpiry, expiry},
    ops::{Listed, SignedIn, change::Intent},
};

/// Deletes the tokens.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn run(args: &Delete, start: &Start) -> CommandResult {
    run_signed_in(args, start.signed_in().await?, start).await
}

/// Deletes the tokens in this session.
///
/// # Errors
/// As [`run`].
pub async fn run_signed_in(args: &Delete, mut signed_in: SignedIn, start: &Start) -> CommandResult {
    signed_in.without_journal = args.sending.without_journal;
    let among = Among::new(signed_in.tokens().await, &Call::ListTokens, &args.tokens)?;
    let (found, now) = (among.all(&args.tokens)?, signed_in.now());
    let jobs: Vec<_> = found.iter().map(|token| Job::new(Intent::delete(token))).collect();
    if args.sending.dry_run {
        return change::dry_run(&jobs, "", args.form, false, start.may_change(&signed_in));
    }
    start.may_change(&signed_in)?;
    let lines = found.iter().map(|t| {
        if !among.is_listed {
            return format!("  {}", t.id);
        }
        format!(
            "  {}  {}\n    can: {}; expires: {}",
            t.name,
            t.id,
            t.grants.access(),
            t.expiry.describe(now)
        )
    });
    let text = format!(
        "These tokens stop working immediately. This can't be undone:\n{}",
        lines.collect::<Vec<_>>().join("\n")
    );
    ask::confirm(&text, &among.confirmation(&found), args.yes)?;
    let listed = Listed { tokens: among.list(), ..Listed::default() };
    let jobs = Permitted::without_rules(jobs);
    change::run_jobs(&signed_in, &jobs, &listed, &args.sending, args.form, false).await
}

/// Deletes the tokens that expired a while ago.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn prune(args: &Prune, start: &Start) -> CommandResult {
    before(args, Timestamp::UNIX_EPOCH)?;
    let mut signed_in = start.signed_in().await?;
    signed_in.without_journal = args.sending.without_journal;
    let listed = signed_in.tokens().await.map_err(|f| exit::failed(&f, &Call::ListTokens))?;
    let before = before(args, signed_in.now())?;
    // An expiry that cannot be read may be in the future.
    let is_over = |token: &&ApiToken| match &token.expiry {
        TokenExpiry::Known(expiry) => expiry.at().is_some_and(|at| at <= before),
        TokenExpiry::Unread(_) => false,
    };
    let mut found: Vec<&ApiToken> = listed.iter().filter(is_over).collect();
    found.sort_by_key(|token| token.expiry.at());
    if found.is_empty() {
        tell(["no token has expired that long ago"]);
        return if args.form.json {
            print_array::<json::ChangeResult<'_>>([])
        } else {
            Ok(std::process::ExitCode::SUCCESS)
        };
    }
    let jobs: Vec<_> = found.iter().map(|token| Job::new(Intent::delete(token))).collect();
    if args.sending.dry_run {
        return change::dry_run(&jobs, "", args.form, false, start.may_change(&signed_in));
    }
    start.may_change(&signed_in)?;
    let line = |token: &&ApiToken| {
        format!("  {}  {}\n    expired: {}", token.name, token.id, token.expiry.date())
    };
    let lines: Vec<_> = found.iter().map(line).collect();
    let text =
        format!("These tokens have expired. Deleting them can't be undone:\n{}", lines.join("\n"));
    let wanted = format!("delete {} expired", found.len());
    ask::confirm(&text, &wanted.as_str().into(), args.yes)?;
    let listed = Listed { tokens: Some(listed.clone()), ..Listed::default() };
    let jobs = Permitted::without_rules(jobs);
    change::run_jobs(&signed_in, &jobs, &listed, &args.sending, args.form, false).await
}

/// The moment by which a token must have expired.
fn before(args: &Prune, now: Timestamp) -> Result<Timestamp, ExitError> {
    let Some(length) = &args.older_than else { return Ok(now) };
    expiry::past(length, now)
        .ok_or_else(|| ExitError::usage("--older-than: write a duration such as 30d"))
}
