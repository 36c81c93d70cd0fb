//! `axtok review`: findings for all tokens, and who can do what.

mod findings;
mod preview;
mod reach;

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    CommandResult, ExitError, exit, find,
    start::Start,
    table::{Cell, OutputStyle, Tone},
    usage,
    words::tell,
};
use crate::{
    api::{
        call::{Call, Reply},
        error::{Failure, FailureKind},
    },
    cli::review::{ReviewArgs, Text},
    domain::{
        ApiToken, Dataset, Policies, SecretKind, View,
        review::{Inventory, unchecked},
        text,
        token::State,
        usage::Usage,
        when,
    },
    ops::SignedIn,
};

/// Runs the command.
///
/// # Errors
/// When the arguments are invalid, or a list cannot be read.
pub async fn run(args: &ReviewArgs, start: &Start) -> CommandResult {
    let Some(asked) = reach::Asked::of(args)? else { return findings::run(args, start).await };
    match args.format {
        Some(Text::Sarif | Text::Junit | Text::Openmetrics) => Err(ExitError::usage(
            "this format is for findings: leave out --dataset, --view, --org and --can, or use \
             --format csv",
        )),
        None | Some(Text::Csv | Text::Markdown) => reach::run(args, &asked, start).await,
    }
}

/// The line of a Markdown review that says which organisation it is about, and when.
#[must_use]
pub fn about(signed_in: &SignedIn) -> String {
    let session = &signed_in.session;
    let org = session.org.as_ref().unwrap_or(&session.deployment);
    format!("{org}, {}", when::date_time(signed_in.now()))
}

async fn tokens(signed_in: &SignedIn) -> Result<Vec<ApiToken>, ExitError> {
    signed_in.tokens().await.map_err(|f| exit::failed(&f, &Call::ListTokens))
}

/// The positions of the tokens that the arguments name; all of them if there are none.
fn chosen(wanted: &[String], tokens: &[ApiToken]) -> Result<Vec<usize>, ExitError> {
    let found = find::all(wanted, tokens)?;
    let is_meant = |token: &ApiToken| found.is_empty() || found.iter().any(|t| t.id == token.id);
    Ok(tokens.iter().enumerate().filter(|(_, t)| is_meant(t)).map(|(i, _)| i).collect())
}

/// The datasets and views, each only if the credential can list all of them.
#[derive(Debug, Default)]
pub struct Known {
    /// The datasets.
    pub datasets: Option<Vec<Dataset>>,
    /// The views.
    pub views: Option<Vec<View>>,
    /// What tokens do, if the audit log was asked.
    pub usage: Option<Usage>,
    /// The organisation's own rules in force.
    pub policies: Arc<Policies>,
    /// Whether the audit log was to be asked.
    asks_usage: bool,
    /// Why a list is missing, if the server refused it.
    pub gaps: Vec<String>,
}

impl Known {
    /// Reads these lists. An API token gets an incomplete list of datasets, so this reads
    /// nothing with one.
    ///
    /// # Errors
    /// When a list cannot be read for another reason than a missing right or route.
    pub async fn ask(signed_in: &SignedIn, calls: &[Call]) -> Result<Self, ExitError> {
        let mut known =
            Self { policies: Arc::clone(&signed_in.session.policies), ..Self::default() };
        if signed_in.session.credential != SecretKind::Personal {
            return Ok(known);
        }
        for call in calls {
            match signed_in.read(call).await {
                Ok(Reply::Datasets(list)) => known.datasets = Some(list),
                Ok(Reply::Views(list)) => known.views = Some(list),
                Ok(_) => {}
                // The credential may not list them, or the server has no views.
                Err(f) if matches!(f.kind, FailureKind::Status(403 | 404)) => {
                    known.gaps.push(without(&f, call));
                }
                Err(f) => return Err(exit::failed(&f, call)),
            }
        }
        Ok(known)
    }

    /// Asks the audit log what the tokens do.
    ///
    /// # Errors
    /// When that fails for another reason than a missing right or route.
    async fn ask_usage(
        &mut self,
        signed_in: &SignedIn,
        tokens: &[ApiToken],
    ) -> Result<(), ExitError> {
        self.asks_usage = true;
        match usage::ask(signed_in, tokens).await {
            Ok(usage) => self.usage = Some(usage),
            Err((call, failure)) if usage::is_lasting(&failure) => {
                self.gaps.push(without(&failure, &call));
            }
            Err((call, failure)) => return Err(exit::failed(&failure, &call)),
        }
        Ok(())
    }

    /// Reports the missing lists.
    fn report_gaps(&self) {
        self.gaps.iter().for_each(|gap| tell([gap.as_str()]));
    }

    /// What an API token cannot see, in words; `None` for a personal token.
    #[must_use]
    pub fn unseen(&self, signed_in: &SignedIn) -> Option<String> {
        (signed_in.session.credential != SecretKind::Personal).then(|| {
            format!(
                "not checked: {}; only a personal token can list every dataset and view",
                self.not_listed().join(", ")
            )
        })
    }

    /// The codes of findings that could not be checked.
    fn not_checked(&self) -> Vec<&'static str> {
        let unused = if self.asks_usage { unchecked(self.usage.as_ref()) } else { Vec::new() };
        self.not_listed().into_iter().chain(unused).collect()
    }

    /// The codes of findings that need a missing list.
    fn not_listed(&self) -> Vec<&'static str> {
        let datasets = self.datasets.is_none().then_some("missing-dataset");
        datasets.into_iter().chain(self.views.is_none().then_some("missing-view")).collect()
    }

    /// The lists, for the review.
    #[must_use]
    pub fn inventory(&self) -> Inventory<'_> {
        Inventory {
            datasets: self.datasets.as_deref(),
            views: self.views.as_deref(),
            usage: self.usage.as_ref(),
            policies: &self.policies,
        }
    }
}

/// Why the review has gaps.
fn without(failure: &Failure, call: &Call) -> String {
    format!("the review continues without this: {}", exit::message(failure, call))
}

/// The organisation's id in the file of accepted findings. With an API token it is the only
/// one in the list of organisations.
pub async fn org(signed_in: &SignedIn) -> String {
    if let Some(id) = &signed_in.session.org {
        return id.raw().to_owned();
    }
    let orgs = signed_in.orgs().await.unwrap_or_default();
    orgs.first().map_or_else(|| signed_in.session.url.clone(), |org| org.id.raw().to_owned())
}

/// The first columns of every table: name, id and expiry.
fn cells(token: &ApiToken, now: Timestamp, style: OutputStyle) -> Vec<Cell> {
    let expires = match token.state(now) {
        state @ State::Expired => Cell::toned(state.label(), Tone::Bad),
        State::Unknown => Cell::toned(token.expiry.date(), Tone::Warning),
        State::Expiring | State::Active => token.expiry.date().into(),
    };
    if is_narrow(style) {
        vec![text::cut(token.name.shown(), 24).into(), token.id.short().into(), expires]
    } else {
        vec![token.name.shown().into(), token.id.to_string().into(), expires]
    }
}

/// Whether ids have to be shortened.
fn is_narrow(style: OutputStyle) -> bool {
    style.width.is_some_and(|width| width < 120)
}
