//! `axtok tokens delete`.

use crate::{
    api::call::Call,
    cli::tokens::Delete,
    commands::{
        CommandResult, ask,
        change::{self, Job},
        find::Among,
        start::Start,
    },
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
    change::run_jobs(&signed_in, &jobs, &listed, &args.sending, args.form, false).await
}
