//! `axtok tokens create`.

use jiff::Timestamp;

use crate::{
    api::call::{Call, Reply},
    cli::tokens::Create,
    commands::{
        CommandResult, ExitError,
        change::{self, Job, Permitted},
        draft::Draft,
        exit,
        find::Among,
        rights, secret,
        start::Start,
        words::tell,
    },
    domain::{
        ApiToken, Expiry, NewToken, Policies, SafeText, SecretKind, WILDCARD,
        lifetime::DEFAULT_EXPIRY, review, validate,
    },
    ops::{Listed, SignedIn, change::Intent},
};

/// Creates the token.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn run(args: &Create, start: &Start) -> CommandResult {
    let draft = rights::draft(&args.rights, &start.presets)?;
    let draft = Draft {
        name: args.name.clone().or(draft.name),
        description: args.description.clone().or(draft.description),
        expires: args.expires.clone().or(draft.expires),
        ..draft
    };
    // By this computer's clock, since the server's is not known yet.
    #[expect(clippy::disallowed_methods, reason = "a command is a moment")]
    let now = crate::clock::now();
    let new = token(&draft, now)?;
    if args.sending.dry_run {
        let (new, checked) = dry_run(args, &draft, new, start, now).await;
        return change::dry_run(&[Job::new(Intent::create(new))], "", args.form, true, checked);
    }
    let mut to = secret::places(&args.secret, &[None], args.form.json, &start.home)?;
    let mut signed_in = start.signed_in().await?;
    start.may_change(&signed_in)?;
    signed_in.without_journal = args.sending.without_journal;
    let (new, tokens) = compared(&signed_in, &draft).await?;
    let mut job = Job::new(Intent::create(new));
    job.to = to.pop();
    let listed = Listed { tokens, ..Listed::default() };
    let jobs = permit(job, &signed_in.session.policies, &listed, args, signed_in.now())?;
    change::run_jobs(&signed_in, &jobs, &listed, &args.sending, args.form, true).await
}

/// Runs the checks of the real run; without a credential, only those that need none. Returns
/// the token by the server's clock.
async fn dry_run(
    args: &Create,
    draft: &Draft,
    new: NewToken,
    start: &Start,
    now: Timestamp,
) -> (NewToken, Result<(), ExitError>) {
    let checked = secret::dry_run(&args.secret, &[None], args.form.json, &start.home);
    let signed_in = match start.anywhere().await {
        Ok(signed_in) => signed_in,
        Err(error) if error.status == exit::NOT_SIGNED_IN => {
            tell(["not signed in: the names of tokens and datasets were not checked"]);
            let job = Job::new(Intent::create(new.clone()));
            let policies = start.ops.policies(start.demo, None);
            let checked = checked
                .and_then(|()| start.may_change_anywhere())
                .and_then(|()| permit(job, &policies, &Listed::default(), args, now).map(drop));
            return (new, checked);
        }
        Err(error) => return (new, checked.and(Err(error))),
    };
    let look = async {
        checked?;
        let signed_in = signed_in.in_an_org().await?;
        start.may_change(&signed_in)?;
        let (new, tokens) = compared(&signed_in, draft).await?;
        let (job, listed) =
            (Job::new(Intent::create(new.clone())), Listed { tokens, ..Listed::default() });
        let policies = &signed_in.session.policies;
        let checked = permit(job, policies, &listed, args, signed_in.now());
        Ok((new, checked.map(drop)))
    };
    match look.await {
        Ok(checked) => checked,
        Err(error) => (new, Err(error)),
    }
}

/// Checks the new token against the organisation's rules.
fn permit(
    job: Job,
    policies: &Policies,
    listed: &Listed,
    args: &Create,
    now: Timestamp,
) -> Result<Permitted, ExitError> {
    Permitted::check(vec![job], policies, listed, &args.overriding, now)
}

/// The token by the server's clock, and the list of tokens if the credential can read it.
/// Warns about a duplicate name and about unknown datasets.
async fn compared(
    signed_in: &SignedIn,
    draft: &Draft,
) -> Result<(NewToken, Option<Vec<ApiToken>>), ExitError> {
    let tokens = Among::new(signed_in.tokens().await, &Call::ListTokens, &[])?.list();
    let new = token(draft, signed_in.now())?;
    let duplicate = tokens.iter().flatten().any(|t: &ApiToken| t.name.raw() == new.name);
    warn(&new, duplicate, &unknown_names(signed_in, &new).await, signed_in.now());
    Ok((new, tokens))
}

/// The token that a draft describes.
///
/// # Errors
/// When the draft is incomplete or invalid.
pub fn token(draft: &Draft, now: Timestamp) -> Result<NewToken, ExitError> {
    let wrong = |what: &'static str| {
        move |e: validate::FieldError| ExitError::usage(format!("{what}: {e}"))
    };
    let name = validate::name(draft.name.as_deref().unwrap_or_default()).map_err(wrong("name"))?;
    let description = validate::description(draft.description.as_deref().unwrap_or_default());
    let description = description.map_err(wrong("description"))?;
    let expiry = Expiry::parse(draft.expires.as_deref().unwrap_or(DEFAULT_EXPIRY), now);
    let expiry = expiry.map_err(|e| ExitError::usage(format!("--expires: {e}")))?;
    if draft.grants.is_empty() {
        return Err(ExitError::usage(
            "the token has no rights: add --dataset NAME=query:read, --org users:read, --preset or \
             --from",
        ));
    }
    Ok(NewToken { name, description, expiry, grants: draft.grants.clone() })
}

/// The datasets in the rights that do not exist; none if the credential cannot list datasets.
/// They may be created later, but most are misspelt.
pub async fn unknown_names(signed_in: &SignedIn, new: &NewToken) -> Vec<SafeText> {
    let named = new.grants.datasets.iter().map(|(name, _)| name);
    let named: Vec<_> = named.filter(|name| name.raw() != WILDCARD).collect();
    // An API token gets an incomplete list.
    if named.is_empty() || signed_in.session.credential != SecretKind::Personal {
        return Vec::new();
    }
    let Ok(Reply::Datasets(there)) = signed_in.read(&Call::ListDatasets).await else {
        return Vec::new();
    };
    let is_strange = |name: &&&SafeText| !there.iter().any(|d| d.name == ***name);
    named.iter().filter(is_strange).map(|name| (*name).clone()).collect()
}

/// Warns about a duplicate name, unknown datasets, and findings. What breaks the policy is an
/// error elsewhere.
pub fn warn(new: &NewToken, duplicate: bool, unknown_names: &[SafeText], now: Timestamp) {
    let say = |text: String| tell([text.as_str()]);
    if duplicate {
        say(format!("a token named {} already exists", SafeText::from(new.name.as_str())));
    }
    for name in unknown_names {
        say(format!("there is no dataset {name}"));
    }
    for finding in review::findings_of_new(new, Default::default(), now) {
        say(format!("finding ({}): {}", finding.severity.label(), finding.why));
    }
}
