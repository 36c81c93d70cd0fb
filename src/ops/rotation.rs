//! Rotations with proof: regenerate, deliver, prove, probe, end the old token. Each step is a mark
//! in the journal, so that a later run continues where one ended.

mod half;
mod lock;
pub mod overview;
mod run;
mod store;

use std::time::Duration;

use jiff::Timestamp;

use overview::Row;

use super::{Interrupt, Ops, SignedIn};
use crate::{
    api::{call::Call, error::Failure},
    config::plan,
    domain::{
        Grants, Policies, SafeText, TokenId,
        policy::{self, Subject},
        review::Finding,
        rotation::{Misfit, Plan, Rule},
        session::Session,
    },
    journal::{Stage, Step},
};

/// Which tokens to rotate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// All that are due, and what earlier runs left unfinished.
    Due,
    /// These, due or not. One that is being rotated continues.
    Rotate(Vec<TokenId>),
    /// None: read the secret of this token's rotation back from its store and use it.
    Prove(TokenId),
}

/// A run over a plan.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which tokens to rotate.
    pub work: Work,
    /// How long to check for the outcome after a lost response.
    pub look_for: Duration,
}

/// What happened to one token.
#[derive(Clone, Debug)]
pub struct Report {
    /// The token's name.
    pub name: SafeText,
    /// The token that was due.
    pub old: Option<TokenId>,
    /// The new token, if there is one and its id is known.
    pub new: Option<TokenId>,
    /// When the old token stops working.
    pub old_ends: Option<Timestamp>,
    /// How far the rotation is.
    pub stage: Option<Stage>,
    /// How the run ended for this token.
    pub end: End,
    /// What happened, one sentence each.
    pub words: Vec<String>,
    /// What the user has to do, if anything.
    pub advice: Option<String>,
}

/// How a run ended for one token.
#[derive(Clone, Debug)]
pub enum End {
    /// Every step of the rule succeeded.
    Complete,
    /// It was complete before, and what could be checked still holds.
    Unchanged,
    /// A step failed. The old token was not ended.
    Stuck(Step),
    /// The outcome of a request is not known.
    Unknown,
    /// The server refused the request, so nothing changed.
    Refused(Box<Failure>, Box<Call>),
    /// It was not started, because an earlier token with this rule failed or a signal arrived.
    Skipped,
}

/// Why a run did not start, or ended early.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Stop {
    /// Another run is going on.
    #[error("another rotation is running on this computer: try again when it has ended")]
    Busy,
    /// The plan does not fit the tokens.
    #[error("the rotation plan: {0}")]
    Misfit(Misfit),
    /// The journal, or the folder for secrets that cannot be delivered, is not usable.
    #[error("{0}: nothing was sent")]
    Files(String),
    /// The tokens could not be listed.
    #[error("the tokens could not be listed")]
    Failed(Failure),
}

impl Ops {
    /// The user's rotation plan; `None` if there is no file.
    ///
    /// # Errors
    /// If the file cannot be read, or is invalid.
    pub fn rotation_plan(&self) -> Result<Option<Plan>, String> {
        let Some(config) = &self.config else { return Ok(None) };
        plan::load(&config.files.rotation).map_err(|e| e.to_string())
    }

    /// Rotates tokens for the screens. `tell` gets each step as a sentence.
    ///
    /// # Errors
    /// If the run could not start.
    pub async fn run_rotation(
        &self,
        session: Session,
        plan: Plan,
        work: Work,
        tell: impl FnMut(String),
    ) -> Result<Vec<Report>, Stop> {
        let signed_in = SignedIn::of(self.clone(), session);
        let options = Options { work, look_for: LOOK_FOR };
        rotate(&signed_in, &plan, options, &Interrupt::default(), tell).await
    }
}

/// What is due, rotating, proven or stuck here; only what the plan covers, or axtok began.
///
/// # Errors
/// If the tokens cannot be listed, or the plan does not fit them.
pub async fn preview(signed_in: &SignedIn, plan: &Plan) -> Result<Vec<Row>, Stop> {
    let plan = here(signed_in, plan);
    let now = run::now(signed_in, &plan).await?;
    plan.check(&now.tokens, now.at).map_err(Stop::Misfit)?;
    Ok(now.rows.into_iter().filter(run::is_ours).collect())
}

/// What the organisation's rules have against the expiry that a rule gives to a token of this name.
/// The rest of the new token is as it was: refusing it would end what works, and the review reports
/// it.
#[must_use]
pub fn against_policy(
    policies: &Policies,
    name: &SafeText,
    rule: &Rule,
    now: Timestamp,
) -> Option<Finding> {
    let expiry = rule.new_expiry(now).into();
    let new = Subject { name: name.raw(), description: "", expiry, grants: &Grants::default() };
    let about_it =
        [policy::UNCHECKED, policy::Rule::MaxLifetime.code(), policy::Rule::NeverExpires.code()];
    policies.objections(&new, now).into_iter().find(|f| about_it.contains(&f.code))
}

/// The rules for this deployment and organisation that fit no listed token. None if the tokens
/// cannot be listed.
pub async fn idle(signed_in: &SignedIn, plan: &Plan) -> Vec<Rule> {
    let plan = here(signed_in, plan);
    let Ok(tokens) = signed_in.tokens().await else { return Vec::new() };
    plan.idle(&tokens, signed_in.now()).into_iter().cloned().collect()
}

fn here(signed_in: &SignedIn, plan: &Plan) -> Plan {
    let org = signed_in.session.org.as_ref().map(SafeText::raw);
    plan.of(signed_in.session.deployment.raw(), org)
}

/// How long the screens check for the outcome after a lost response.
const LOOK_FOR: Duration = Duration::from_secs(30);

/// Runs a plan for the session's deployment and organisation. `tell` gets each step as a sentence.
///
/// # Errors
/// If the run could not start, or the tokens could not be listed.
pub async fn rotate(
    signed_in: &SignedIn,
    plan: &Plan,
    options: Options,
    interrupt: &Interrupt,
    tell: impl FnMut(String),
) -> Result<Vec<Report>, Stop> {
    // Only one run at a time may decide what is due.
    let _lock = lock::take(signed_in)?;
    let signed_in = signed_in.rotating(true);
    let plan = here(&signed_in, plan);
    Box::pin(run::Run::new(signed_in.clone(), plan, options, interrupt.clone(), tell).all()).await
}
