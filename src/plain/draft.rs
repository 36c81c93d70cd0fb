//! Drafts of tokens: new ones, clones, and tokens that replace others. The questions come one
//! after another; `q` goes back to the one before, and keeps what was typed.

use super::{
    PlainUi,
    menu::{Draft as Command, Rights},
    prompter::PromptAbort,
    renew::confirmation,
    secret::Destination,
};
use crate::{
    app::matrix::{Base, ExpiryChange, Matrix, Plan},
    cli::tokens::Grace,
    commands::{change::Job, draft::Draft as Written, tokens::create},
    domain::{
        ApiToken, Expiry, Grants, Kind, NewToken, grace::DEFAULT_LENGTH, lifetime::DEFAULT_EXPIRY,
        policy::Subject, review::Finding, token::Renewal, validate,
    },
    ops::{Listed, change::Intent},
};

/// A question about a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Name,
    Description,
    Rights,
    Expiry,
    Grace,
    Secret,
}

const NEW: &[Step] = &[Step::Name, Step::Description, Step::Rights, Step::Expiry, Step::Secret];
const REPLACE: &[Step] = &[Step::Rights, Step::Expiry, Step::Grace, Step::Secret];

/// A draft.
#[derive(Debug)]
pub struct Draft {
    /// The token to replace.
    pub replaces: Option<ApiToken>,
    name: String,
    description: String,
    /// The rights, and their changes.
    pub matrix: Matrix,
    /// Where the rights come from, if the user only presses Enter.
    pub usual: Option<Rights>,
    /// The expiry as typed, so that a duration counts from the request.
    pub expires: Option<String>,
    grace: Option<Grace>,
    pub destination: Option<Destination>,
}

/// The matrix of a draft that starts from these rights, under this name.
fn matrix(label: &str, grants: Grants) -> Matrix {
    let base = Base { label: label.to_owned(), grants: grants.clone() };
    Matrix::new(Kind::Advanced, base, grants)
}

impl Draft {
    fn empty() -> Self {
        Self {
            replaces: None,
            name: String::new(),
            description: String::new(),
            matrix: matrix("an empty draft", Grants::default()),
            usual: None,
            expires: Some(DEFAULT_EXPIRY.to_owned()),
            grace: None,
            destination: None,
        }
    }

    /// A draft with the token's texts and these rights. An unreadable expiry has no default:
    /// that may be much later than what was chosen.
    fn like(token: &ApiToken, grants: Grants) -> Self {
        let usual = match token.kind() {
            Kind::Basic => Rights::Ingest,
            Kind::Advanced => Rights::Commands,
        };
        Self {
            name: token.name.raw().to_owned(),
            description: token.description.raw().to_owned(),
            matrix: matrix(token.name.shown(), grants),
            usual: Some(usual),
            expires: (!token.expiry.is_unread()).then(|| DEFAULT_EXPIRY.to_owned()),
            ..Self::empty()
        }
    }

    fn steps(&self) -> &'static [Step] {
        if self.replaces.is_some() { REPLACE } else { NEW }
    }

    /// Gives the draft these rights, which can be undone.
    pub fn take(&mut self, grants: &Grants, words: &str, expires: Option<String>) {
        let mut plan = self.matrix.plan_to(grants, words.to_owned());
        plan.expiry = expires.map(|after| ExpiryChange { before: String::new(), after });
        self.apply(plan);
    }

    /// Makes a change.
    pub fn apply(&mut self, mut plan: Plan) {
        if let Some(change) = plan.expiry.as_mut().filter(|_| !plan.rows.is_empty()) {
            change.before = self.expires.replace(change.after.clone()).unwrap_or_default();
        }
        self.matrix.apply(plan);
    }

    /// Undoes the last change, or redoes it, and returns what to say.
    pub fn turn(&mut self, undo: bool) -> String {
        let before = self.expires.clone().unwrap_or_default();
        let (words, expiry) = self.matrix.turn(undo, &before);
        // An expiry that was empty has no default.
        self.expires =
            expiry.map_or(self.expires.take(), |text| Some(text).filter(|t| !t.is_empty()));
        words
    }
}

impl PlainUi<'_> {
    pub(super) async fn create(&mut self) -> Result<(), PromptAbort> {
        self.may_change()?;
        let tokens = self.tokens().await?;
        Box::pin(self.draft(Draft::empty(), &tokens)).await
    }

    pub(super) async fn clone_token(
        &mut self,
        token: &ApiToken,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        self.may_change()?;
        let name = format!("{}-copy", token.name.raw());
        Box::pin(self.draft(Draft { name, ..Draft::like(token, token.grants.clone()) }, tokens))
            .await
    }

    /// Replaces a token. `narrow` has narrower rights to start with, and what they fix.
    pub(super) async fn replace(
        &mut self,
        token: &ApiToken,
        narrow: Option<(Grants, String)>,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        self.may_change()?;
        let mut grants = token.grants.clone();
        if let Some((narrow, _)) = &narrow {
            // A plan has no rows for scopes unknown to this version.
            grants.unknown.clone_from(&narrow.unknown);
        }
        let mut draft = Draft { replaces: Some(token.clone()), ..Draft::like(token, grants) };
        if let Some((grants, words)) = narrow {
            draft.take(&grants, &words, None);
            draft.usual = Some(Rights::Commands);
        }
        Box::pin(self.draft(draft, tokens)).await
    }

    /// Asks for everything that a draft needs, then sends it. A refused draft can be changed.
    async fn draft(&mut self, mut draft: Draft, tokens: &[ApiToken]) -> Result<(), PromptAbort> {
        let steps = draft.steps();
        let mut at = 0;
        loop {
            let done = match steps.get(at) {
                Some(step) => self.step(*step, &mut draft, tokens).await.map(|()| at + 1),
                None => match self.last_question(&mut draft, tokens).await {
                    Ok(true) => return Ok(()),
                    Ok(false) => Ok(at),
                    Err(abort) => Err(abort),
                },
            };
            at = match done {
                Err(PromptAbort::Back) if at > 0 => at - 1,
                done => done?,
            };
        }
    }

    async fn step(
        &mut self,
        step: Step,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        match step {
            Step::Name => {
                let default = Some(draft.name.as_str()).filter(|name| !name.is_empty());
                let help = "The name of the token in lists, such as ci-ingest-edge.";
                draft.name = self.text("Name:", default, help, validate::name).await?;
            }
            Step::Description => {
                let question = if draft.description.is_empty() {
                    "Description (may be empty):"
                } else {
                    "Description (- for none):"
                };
                let help = "What the token is for, and who owns it. May be empty.";
                let read = |text: &str| validate::description(if text == "-" { "" } else { text });
                let default = draft.description.clone();
                draft.description = self.text(question, Some(&default), help, read).await?;
            }
            Step::Rights => self.rights(draft, tokens).await?,
            Step::Expiry => {
                let question = if draft.replaces.is_some() {
                    "When does the new token expire?"
                } else {
                    "When does the token expire?"
                };
                // Read again later, so that a duration counts from then.
                let (_, text) = self.expiry(question, draft.expires.as_deref()).await?;
                draft.expires = Some(text);
            }
            Step::Grace => {
                let old = draft.replaces.clone();
                draft.grace = Some(self.grace(old.as_slice()).await?);
            }
            Step::Secret => {
                let old = draft.replaces.as_ref().map(|old| &old.id);
                draft.destination = Some(self.secret_destination(&[old]).await?);
            }
        }
        Ok(())
    }

    /// Asks for a text until it is valid.
    pub(super) async fn text(
        &mut self,
        question: &str,
        default: Option<&str>,
        help: &str,
        read: impl Fn(&str) -> Result<String, validate::FieldError>,
    ) -> Result<String, PromptAbort> {
        loop {
            let text = self.prompter.ask(question, default, help).await?;
            match read(&text) {
                Ok(text) => return Ok(text),
                Err(e) => self.prompter.say(&format!("Not possible: {e}.")),
            }
        }
    }

    /// Asks for an expiry and repeats it. Returns it with the text that the user typed.
    pub(super) async fn expiry(
        &mut self,
        question: &str,
        default: Option<&str>,
    ) -> Result<(Expiry, String), PromptAbort> {
        loop {
            let help = "A duration such as 12h, 90d, 2w, 6mo or 1y, a date such as 2027-12-31, or \
                        never.";
            let text = self.prompter.ask(question, default, help).await?;
            let now = self.signed_in.now();
            match Expiry::parse(&text, now) {
                Ok(expiry) => {
                    let words = expiry.describe(now).replace(" · ", ", ");
                    self.prompter.say(&format!("Expires: {words}."));
                    return Ok((expiry, text));
                }
                Err(e) => self.prompter.say(&format!("Not possible: {e}.")),
            }
        }
    }

    /// The token that the draft describes.
    pub(super) fn finished(&self, draft: &Draft) -> Result<NewToken, PromptAbort> {
        let written = Written {
            name: Some(draft.name.clone()),
            description: Some(draft.description.clone()),
            expires: draft.expires.clone(),
            grants: draft.matrix.grants().clone(),
        };
        create::token(&written, self.signed_in.now()).map_err(|error| self.refused(&error.message))
    }

    /// What the organisation's rules have against the draft so far.
    pub(super) fn objections(&self, draft: &Draft) -> Vec<Finding> {
        let now = self.signed_in.now();
        let expiry = draft.expires.as_deref().and_then(|text| Expiry::parse(text, now).ok());
        let new = Subject {
            name: &draft.name,
            description: &draft.description,
            expiry: expiry.unwrap_or(Expiry::At(now)).into(),
            grants: draft.matrix.grants(),
        };
        self.signed_in.session.policies.objections(&new, now)
    }

    /// The change that the draft stands for, and whether programs that use the old token fail
    /// immediately.
    pub(super) fn job(&self, draft: &Draft) -> Result<(Job, bool), PromptAbort> {
        let new = self.finished(draft)?;
        let Some(old) = &draft.replaces else {
            return Ok((Job::new(Intent::create(new)), false));
        };
        let usual = || Grace { grace: DEFAULT_LENGTH.to_owned(), yes: false };
        let grace = draft.grace.clone().unwrap_or_else(usual);
        let renewal = |_: &_| Renewal::Replaced(Box::new(new.clone()));
        let (mut jobs, fails) = self.renewals(std::slice::from_ref(old), &grace, renewal)?;
        jobs.pop().map(|job| (job, fails)).ok_or(PromptAbort::Back)
    }

    /// Shows the draft, and asks to send or to change it. Returns whether it is finished with.
    async fn last_question(
        &mut self,
        draft: &mut Draft,
        tokens: &[ApiToken],
    ) -> Result<bool, PromptAbort> {
        let (job, ends_now) = self.job(draft)?;
        self.review(draft, &job, ends_now, tokens).await?;
        let does = if draft.replaces.is_some() { "replace" } else { "create" };
        let question = format!("Type send to {does} the token, ? for other answers:");
        let help = "Nothing has been sent yet. Each of the other words asks its question again. q \
                    goes back to the question before.";
        loop {
            let (command, rest) = self.prompter.command(&question, help).await?;
            let step = match command {
                Command::Send => break,
                Command::Cancel => {
                    self.prompter.say("Discarded. Nothing was sent.");
                    return Ok(true);
                }
                Command::Request => {
                    self.print_request(draft, &rest)?;
                    continue;
                }
                Command::Name => Step::Name,
                Command::Description => Step::Description,
                Command::Rights => Step::Rights,
                Command::Expiry => Step::Expiry,
                Command::Secret => Step::Secret,
            };
            return match self.step(step, draft, tokens).await {
                Ok(()) | Err(PromptAbort::Back) => Ok(false),
                Err(abort) => Err(abort),
            };
        }
        if let (true, Some(old)) = (ends_now, &draft.replaces) {
            let wanted = confirmation(std::slice::from_ref(old), tokens);
            if let Err(abort) = self.prompter.confirm(&wanted).await {
                return if abort == PromptAbort::Back { Ok(false) } else { Err(abort) };
            }
        }
        let to = draft.destination.as_ref().and_then(|to| to.to.first().cloned());
        let listed = Listed { tokens: Some(tokens.to_vec()), ..Listed::default() };
        let mut job = [Job { to, ..job }];
        match self.override_policy(&mut job, &listed).await {
            Ok(()) => self.send(&job[0], &listed).await,
            Err(PromptAbort::Back) => Ok(false),
            Err(abort) => Err(abort),
        }
    }
}
