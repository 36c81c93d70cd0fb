//! `axtok tokens delete`.

use crate::{
    api::call::Call,
    cli::tokens::Delete,
    commands::{
        Ending, ask,
        change::{self, Job},
        find::Among,
        start::Start,
    },
    domain::confirm,
    ops::{Listed, change::Intent},
};

/// Deletes them.
///
/// # Errors
/// With what is wrong with the arguments, or in the way.
pub async fn run(args: &Delete, start: &Start) -> Ending {
    let mut errand = start.errand().await?;
    errand.without_journal = args.sending.without_journal;
    let among = Among::new(errand.tokens().await, &Call::ListTokens, &args.tokens)?;
    let (found, now) = (among.all(&args.tokens)?, errand.now());
    let jobs: Vec<_> = found.iter().map(|token| Job::new(Intent::delete(token))).collect();
    if args.sending.dry_run {
        return change::rehearse(&jobs, "", args.form, false, start.may_change(&errand));
    }
    start.may_change(&errand)?;
    let lines = found.iter().map(|t| {
        if !among.is_listed {
            return format!("  {}", t.id);
        }
        format!(
            "  {}  {}\n    can: {}; expires: {}",
            t.name,
            t.id,
            t.grants.access(),
            t.expiry.words(now)
        )
    });
    let text = format!(
        "These tokens stop working at once, which cannot be undone:\n{}",
        lines.collect::<Vec<_>>().join("\n")
    );
    let wanted = confirm::deletion(found.iter().map(|t| &t.name));
    ask::confirm(&text, &wanted, args.yes)?;
    let listed = Listed { tokens: among.list(), ..Listed::default() };
    change::carry_out(&errand, &jobs, &listed, &args.sending, args.form, false).await
}
