//! What can be opened, as data: what it is about, in words of the domain.

use super::Nav;
pub use crate::app::delete_target::DeleteTarget;
use crate::{
    app::{
        effect::{LayerId, SecretId},
        matrix::Matrix,
        error_dialog::ErrorDialog,
    },
    domain::{
        ApiToken, Grants, NewToken, Org, Scope, TokenId, destination::Destination,
        review::accepted::Acceptance, session::ReauthTarget,
    },
    input::Context,
    journal::EntryId,
};

/// A screen to be shown.
#[derive(Clone, Debug)]
pub enum Page {
    TokenDetail(TokenId),
    NewToken(Box<Draft>),
    Profile,
    AccessReview,
}

impl Page {
    /// Whether it stands over the list alone.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self, Self::Profile | Self::AccessReview)
    }
}

/// A dialog to be opened.
#[derive(Clone, Debug)]
pub enum Open {
    /// The keys of a context.
    Help(Context),
    Palette,
    Presets(Box<Matrix>),
    Prompt(Box<Ask>),
    Sheet(Box<Text>),
    Confirm(Box<Question>),
    /// A new token in words, before it is asked for.
    CreateSummary(Box<Drafted>),
    Regenerate(Vec<ApiToken>),
    /// Regenerate a token as a draft says.
    Replace(Box<ApiToken>, Box<Drafted>),
    Delete(Box<DeleteTarget>),
    Run,
    NewPersonal,
    Unconfirmed(EntryId),
    ErrorDialog(Box<ErrorDialog>),
    Compare(TokenId, TokenId),
    Themes,
    Orgs(Option<String>),
    /// Choose one of these, with a credential that sees them.
    ChooseOrg(Vec<Org>, Option<String>),
    /// Sign in: why, and where if the address is known.
    SignIn {
        reason: Option<String>,
        url: Option<String>,
        reauth: Option<ReauthTarget>,
    },
    /// A secret, and what is done with it.
    Secret(SecretId, Secrecy),
    /// Where the secret of a change goes that the layer is about to send.
    Destination(Option<Destination>),
}

/// What is done with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    Reveal,
    /// "Have you stored it?"
    ConfirmStored,
    Check,
    ToFile,
    ToCommand,
}

/// What a form begins with.
#[derive(Clone, Debug)]
pub enum Draft {
    Empty,
    CloneOf(ApiToken),
    /// It is to take the place of this token.
    Replacing(ApiToken),
    /// The same with narrower rights, and why in words.
    Narrowing(ApiToken, Grants, String),
}

/// What a draft has come to.
#[derive(Clone, Debug)]
pub struct Drafted {
    pub token: NewToken,
    /// Where its secret is to go, if that was chosen already.
    pub destination: Option<Destination>,
}

/// A text to look at, with what can be copied from it.
#[derive(Clone, Debug)]
pub struct Text {
    pub title: String,
    pub lines: Vec<String>,
    /// A button's label, what it copies, and the text.
    pub copies: Vec<(&'static str, &'static str, String)>,
}

/// A question with a few answers.
#[derive(Clone, Debug)]
pub struct Question {
    pub title: String,
    pub lines: Vec<String>,
    /// What can be answered; the first is the safe one.
    pub choices: Vec<Choice>,
    /// It is about the run that goes on.
    pub is_of_run: bool,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Choice {
    pub label: String,
    /// What follows from it.
    pub then: Vec<Nav>,
}

impl Question {
    #[must_use]
    pub fn new(title: &str, lines: Vec<String>, choices: Vec<(&str, Vec<Nav>)>) -> Self {
        let choices =
            choices.into_iter().map(|(label, then)| Choice { label: label.to_owned(), then });
        Self { title: title.to_owned(), lines, choices: choices.collect(), is_of_run: false }
    }

    /// Whether what was typed in a layer may be lost.
    #[must_use]
    pub fn discard(title: &str, label: &str, layer: LayerId) -> Self {
        let lines = vec!["Unsaved changes will be lost.".to_owned()];
        let choices = vec![("Keep editing", Vec::new()), (label, vec![Nav::Close(layer)])];
        Self::new(title, lines, choices)
    }

    /// Whether a form that was changed may be left.
    #[must_use]
    pub fn discard_form(form: LayerId) -> Self {
        Self::discard("Leave the form?", "Leave", form)
    }
}

/// A line that is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub title: &'static str,
    pub hint: String,
    pub wanted: Wanted,
}

/// What has to be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The name of a row that the server did not list.
    RowName(Scope),
    PresetName,
    /// The file for the report of a run.
    ReportFile,
    /// This text, to allow changes.
    LiftReadOnly(String),
    /// The reason why this finding is accepted.
    Reason(Box<Acceptance>),
    /// The file for the review.
    ReviewFile,
}
