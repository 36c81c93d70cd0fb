//! `axtok tokens create`.

use std::io::{self, Write as _};

use jiff::Timestamp;

use crate::{
    api::call::Call,
    app::{model::Intent, screens::new_token::DEFAULT_EXPIRY},
    cli::tokens::Create,
    commands::{
        Ending, Stop,
        change::{self, Job},
        draft::Draft,
        exit, rights, secret,
        start::Start,
    },
    domain::{Expiry, NewToken, SafeText, review, validate},
    effects::Listed,
};

/// Creates it.
///
/// # Errors
/// With what is wrong with the arguments, or in the way.
pub async fn run(args: &Create, start: &Start) -> Ending {
    let draft = rights::draft(&args.rights, &start.presets)?;
    let draft = Draft {
        name: args.name.clone().or(draft.name),
        description: args.description.clone().or(draft.description),
        expires: args.expires.clone().or(draft.expires),
        ..draft
    };
    // By our own clock; the server's is not known yet.
    #[expect(clippy::disallowed_methods, reason = "a command is a moment")]
    let new = token(&draft, Timestamp::now())?;
    if args.sending.dry_run {
        return change::preview(&[job(new)], "", args.form, true);
    }
    let mut to = secret::places(&args.secret, &[None], args.form.json, &start.home)?;
    let mut errand = start.errand().await?;
    start.may_change(&errand)?;
    errand.without_journal = args.sending.without_journal;
    let tokens = errand.tokens().await.map_err(|f| exit::stop(&f, &Call::ListTokens))?;
    let new = token(&draft, errand.now())?;
    warn(&new, tokens.iter().any(|t| t.name.raw() == new.name), errand.now());
    let mut job = job(new);
    job.to = to.pop();
    let listed = Listed { tokens, ..Listed::default() };
    change::carry_out(&errand, &[job], &listed, &args.sending, args.form, true).await
}

fn job(new: NewToken) -> Job {
    Job {
        intent: Intent::Create { name: new.name.clone() },
        name: SafeText::from(new.name.as_str()),
        call: Call::CreateToken(Box::new(new)),
        to: None,
    }
}

/// The token that a draft describes.
///
/// # Errors
/// With what is missing or wrong.
pub fn token(draft: &Draft, now: Timestamp) -> Result<NewToken, Stop> {
    let wrong =
        |what: &'static str| move |e: validate::FieldError| Stop::usage(format!("{what}: {e}"));
    let name = validate::name(draft.name.as_deref().unwrap_or_default()).map_err(wrong("name"))?;
    let description = validate::description(draft.description.as_deref().unwrap_or_default());
    let description = description.map_err(wrong("description"))?;
    let expiry = Expiry::parse(draft.expires.as_deref().unwrap_or(DEFAULT_EXPIRY), now);
    let expiry = expiry.map_err(|e| Stop::usage(format!("--expires: {e}")))?;
    if draft.grants.is_empty() {
        return Err(Stop::usage(
            "nothing is granted: add --dataset NAME=query:read, --org users:read, --preset or --from",
        ));
    }
    Ok(NewToken { name, description, expiry, grants: draft.grants.clone() })
}

/// What deserves a second look, though it was asked for.
fn warn(new: &NewToken, duplicate: bool, now: Timestamp) {
    let mut err = io::stderr().lock();
    let mut say = |text: String| {
        // Where nobody listens there is nothing more to be done.
        let _ = writeln!(err, "axtok: {text}");
    };
    if duplicate {
        say(format!("a token called {} exists already", SafeText::from(new.name.as_str())));
    }
    for finding in review::findings(&new.grants, new.expiry, now) {
        say(format!("finding ({}): {}", finding.severity.label(), finding.why));
    }
}
