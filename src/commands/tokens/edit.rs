//! `axtok tokens replace --edit`: regenerates tokens with changed rights. Each token keeps what
//! no change is about.

use std::{fmt::Display, process::ExitCode};

use jiff::Timestamp;

use super::{
    create,
    regenerate::{self, How},
};
use crate::{
    api::{
        call::{Call, Reply},
        error::FailureKind,
    },
    cli::tokens::Replace,
    commands::{
        CommandResult, ExitError, draft::Draft, exit, find, print, rights, start::Start,
        words::tell,
    },
    domain::{
        ApiToken, Kind, NewToken, SafeText, Scope, SecretKind,
        edit::{Difference, Edit, Existing, Outcome, Plan, Planned, Vocabulary},
        review::Finding,
        token::Renewal,
    },
    ops::SignedIn,
};

/// A token that changes: the old one, its place in the plan, and the new one.
type Changed<'a> = (&'a ApiToken, &'a Planned, NewToken);

/// Replaces the tokens whose rights change.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn run(args: &Replace, start: &Start) -> CommandResult {
    // A file of presets that cannot be read must not stop a right from being revoked.
    let applies = args.edit.iter().any(|lines| lines.contains("apply"));
    let presets = if applies { rights::presets(&start.presets)? } else { Vec::new() };
    let vocabulary = Vocabulary { presets: Some(&presets), kind: Kind::Advanced };
    let edits = args.edit.iter().map(|lines| Edit::parse_all(lines, vocabulary));
    let edits = edits.collect::<Result<Vec<_>, _>>().map_err(wrong)?.concat();
    let signed_in = regenerate::signed_in(start, args.sending.without_journal).await?;
    let all = tokens(&signed_in).await?;
    let (found, now) = (find::all(&args.tokens, &all)?, signed_in.now());
    let plan = Plan::new(&edits, &found, &existing(&signed_in, &edits).await).map_err(wrong)?;
    let changed = changed(args, &found, &plan, now)?;
    show(&found, &plan, &changed);
    if changed.is_empty() {
        tell(["nothing to change: nothing was sent"]);
        return if args.form.json { print("[]\n") } else { Ok(ExitCode::SUCCESS) };
    }
    let old: Vec<&ApiToken> = changed.iter().map(|(old, ..)| *old).collect();
    let job = |(old, _, new): &Changed<'_>| {
        let renewal = Renewal::Replaced(Box::new(new.clone()));
        regenerate::job(old, &args.grace, now, renewal)
    };
    let jobs = changed.iter().map(job).collect::<Result<Vec<_>, _>>()?;
    let (grace, secret, sending) = (&args.grace, &args.secret, &args.sending);
    let (overriding, form) = (&args.overriding, args.form);
    let asks = Some(format!("{} tokens are replaced as shown above.", old.len()));
    let how = How { grace, secret, sending, overriding, form, asks };
    how.send(jobs, &old, Some(all.clone()), &signed_in, start, false).await
}

fn wrong(why: impl Display) -> ExitError {
    ExitError::usage(format!("--edit: {why}"))
}

/// All tokens. Without them, the rights that are to be changed are not known.
async fn tokens(signed_in: &SignedIn) -> Result<Vec<ApiToken>, ExitError> {
    signed_in.tokens().await.map_err(|failure| {
        if failure.kind == FailureKind::Status(403) {
            return ExitError::new(
                exit::REFUSED,
                "this credential cannot list tokens, so their rights are not known and --edit \
                 cannot change them: use one that can, or replace each token with --dataset, \
                 --view and --org",
            );
        }
        exit::failed(&failure, &Call::ListTokens)
    })
}

/// The names of datasets and views, if the changes need them and the credential can list them.
pub async fn existing(signed_in: &SignedIn, edits: &[Edit]) -> Existing {
    let needs = |scope| edits.iter().flat_map(|edit| &edit.names).any(|n| n.scope() == scope);
    let mut existing = Existing::default();
    // An API token gets an incomplete list.
    if signed_in.session.credential != SecretKind::Personal {
        return existing;
    }
    if needs(Scope::Dataset)
        && let Ok(Reply::Datasets(all)) = signed_in.read(&Call::ListDatasets).await
    {
        existing.datasets = Some(all.into_iter().map(|dataset| dataset.name).collect());
    }
    if needs(Scope::View)
        && let Ok(Reply::Views(all)) = signed_in.read(&Call::ListViews).await
    {
        existing.views = Some(all.into_iter().map(|view| view.name).collect());
    }
    existing
}

/// The tokens that change.
///
/// # Errors
/// When a token would have no rights left, or cannot be made with its name, or the expiry is
/// invalid. Nothing is sent then, as for a token that is not found.
fn changed<'a>(
    args: &Replace,
    found: &[&'a ApiToken],
    plan: &'a Plan,
    now: Timestamp,
) -> Result<Vec<Changed<'a>>, ExitError> {
    let with = |outcome| {
        let pairs = found.iter().copied().zip(&plan.tokens);
        pairs.filter(move |(_, planned)| planned.outcome == outcome)
    };
    let empty: Vec<_> =
        with(Outcome::Empty).map(|(old, _)| format!("{} ({})", old.name, old.id)).collect();
    if !empty.is_empty() {
        return Err(ExitError::usage(format!(
            "nothing was sent, because no rights would be left for {}: leave it out, or delete it \
             with `axtok tokens delete`",
            empty.join(", ")
        )));
    }
    let new = |(old, planned): (&'a ApiToken, &'a Planned)| {
        let draft = Draft {
            name: Some(old.name.raw().to_owned()),
            description: Some(old.description.raw().to_owned()),
            expires: args.expires.clone(),
            grants: planned.grants.clone(),
        };
        let new = create::token(&draft, now);
        let new = new.map_err(|e| ExitError { message: format!("{}: {}", old.id, e.message), ..e });
        Ok((old, planned, new?))
    };
    with(Outcome::Changed).map(new).collect()
}

/// Prints the plan: the differences of each token that changes, and the other tokens.
fn show(found: &[&ApiToken], plan: &Plan, changed: &[Changed<'_>]) {
    let verb = if changed.len() == 1 { "changes" } else { "change" };
    let mut lines = vec![format!("{} of {} {verb}:", changed.len(), count(found.len()))];
    for (old, planned, _) in changed {
        lines.push(format!("{} {}", old.name, old.id));
        lines.extend(planned.changes.iter().map(Difference::describe));
        lines.extend(planned.notes.iter().map(|words| format!("! {words}")));
        let words = |f: &Finding| format!("! finding ({}): {}", f.severity.label(), f.why);
        lines.extend(planned.findings.iter().map(words));
    }
    let unchanged = found.iter().zip(&plan.tokens);
    let unchanged = unchanged.filter(|(_, planned)| planned.outcome == Outcome::Unchanged);
    let mut names: Vec<SafeText> = Vec::new();
    for (old, planned) in unchanged {
        names.push(format!("{} {}", old.name, old.id).into());
        lines.extend(
            planned.notes.iter().map(|words| format!("! {} {}: {words}", old.name, old.id)),
        );
    }
    if !names.is_empty() {
        let names: Vec<_> = names.iter().map(SafeText::shown).collect();
        lines.push(format!("unchanged: {}", names.join(", ")));
    }
    tell(lines.iter().map(String::as_str));
}

fn count(tokens: usize) -> String {
    if tokens == 1 { "1 token".to_owned() } else { format!("{tokens} tokens") }
}
