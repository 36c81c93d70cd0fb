//! Screens and dialogs to open, as data.

use super::Nav;
pub use crate::app::delete_target::DeleteTarget;
use crate::{
    app::{
        effect::{LayerId, SecretId},
        error_dialog::ErrorDialog,
        matrix::Matrix,
    },
    domain::{
        ApiToken, Grants, NewToken, Org, Scope, TokenId, destination::Destination,
        review::accepted::Acceptance, session::ReauthTarget,
    },
    input::{Action, Context},
    journal::EntryId,
};

/// A screen to show.
#[derive(Clone, Debug)]
pub enum Page {
    /// The details of a token.
    TokenDetail(TokenId),
    /// The form for a new token.
    NewToken(Box<Draft>),
    /// The user's profile and personal tokens.
    Profile,
    /// The access review.
    AccessReview,
    /// The history of changes.
    History,
    /// The rotations.
    Rotations,
}

impl Page {
    /// Whether the screen closes all others except the token list.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self, Self::Profile | Self::AccessReview | Self::History | Self::Rotations)
    }
}

/// A dialog to open.
#[derive(Clone, Debug)]
pub enum Open {
    /// The keys of this context, for these actions.
    Help(Context, Vec<Action>),
    /// The palette, with these actions.
    Palette(Vec<Action>),
    /// The presets, for the draft with this matrix.
    Presets(Box<Matrix>),
    /// A dialog that asks for a line of text.
    Prompt(Box<Ask>),
    /// A text to read.
    Sheet(Box<Text>),
    /// A question with a few choices.
    Confirm(Box<Question>),
    /// The summary of a new token before it is created.
    CreateSummary(Box<Drafted>),
    /// Regenerate these tokens.
    Regenerate(Vec<ApiToken>),
    /// Regenerate a token with the rights and expiry of a draft.
    Replace(Box<ApiToken>, Box<Drafted>),
    /// Change the rights of these tokens.
    EditRights(Vec<TokenId>),
    /// Regenerate tokens, each with these rights.
    ReplaceAll(Vec<(ApiToken, Grants)>),
    /// Delete tokens.
    Delete(Box<DeleteTarget>),
    /// The progress of the bulk run.
    Run,
    /// Create a personal token.
    NewPersonal,
    /// The unconfirmed change with this journal entry.
    Unconfirmed(EntryId),
    /// An error.
    ErrorDialog(Box<ErrorDialog>),
    /// Two tokens side by side.
    Compare(TokenId, TokenId),
    /// The choice of a theme.
    Themes,
    /// Organisations and deployments to switch to, with the reason for asking.
    Orgs(Option<String>),
    /// The choice of one of these organisations, with the reason for asking.
    ChooseOrg(Vec<Org>, Option<String>),
    /// The sign-in page.
    SignIn {
        /// Why signing in is necessary.
        reason: Option<String>,
        /// The server's address, if it is known.
        url: Option<String>,
        /// The deployment whose credential is to be replaced.
        reauth: Option<ReauthTarget>,
    },
    /// A dialog about a secret.
    Secret(SecretId, Secrecy),
    /// The choice of where a new secret goes.
    Destination {
        /// The present choice; `None` is the screen.
        chosen: Option<Destination>,
        /// The path to propose for a file.
        file: String,
    },
}

/// The kind of dialog about a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Shows the secret.
    Reveal,
    /// Asks the user to confirm that the secret is stored.
    ConfirmStored,
    /// Compares a pasted text with the secret.
    Check,
    /// Saves the secret to a file.
    ToFile,
    /// Sends the secret to a command.
    ToCommand,
}

/// The initial content of the form for a new token.
#[derive(Clone, Debug)]
pub enum Draft {
    /// No rights.
    Empty,
    /// The rights of another token.
    CloneOf(ApiToken),
    /// The rights of a token that the draft is to replace.
    Replacing(ApiToken),
    /// Narrower rights for a token that the draft is to replace, and the reason.
    Narrowing(ApiToken, Grants, String),
}

/// A completed draft.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The token to create.
    pub token: NewToken,
    /// Where its secret goes; `None` is the screen.
    pub destination: Option<Destination>,
}

/// A text to read, with buttons that copy parts of it.
#[derive(Clone, Debug)]
pub struct Text {
    /// The dialog's title.
    pub title: String,
    /// The lines of the text.
    pub lines: Vec<String>,
    /// For each button: its label, the noun for the copied text, and the text.
    pub copies: Vec<(&'static str, &'static str, String)>,
}

/// A question with a few choices.
#[derive(Clone, Debug)]
pub struct Question {
    /// The dialog's title.
    pub title: String,
    /// The lines of the question.
    pub lines: Vec<String>,
    /// The choices; the first is the safe one.
    pub choices: Vec<Choice>,
    /// Whether the question is about the current bulk run; it closes when the run ends.
    pub is_of_run: bool,
}

/// An answer to a [`Question`].
#[derive(Clone, Debug)]
pub struct Choice {
    /// The button's label.
    pub label: String,
    /// What to do when it is chosen.
    pub then: Vec<Nav>,
}

impl Question {
    /// A question with these choices: each a label and what to do.
    #[must_use]
    pub fn new(title: &str, lines: Vec<String>, choices: Vec<(&str, Vec<Nav>)>) -> Self {
        let choices =
            choices.into_iter().map(|(label, then)| Choice { label: label.to_owned(), then });
        Self { title: title.to_owned(), lines, choices: choices.collect(), is_of_run: false }
    }

    /// Asks whether unsaved input in a layer may be discarded. `label` is the button that
    /// closes the layer.
    #[must_use]
    pub fn discard(title: &str, label: &str, layer: LayerId) -> Self {
        let lines = vec!["Unsaved changes will be lost.".to_owned()];
        let choices = vec![("Keep editing", Vec::new()), (label, vec![Nav::Close(layer)])];
        Self::new(title, lines, choices)
    }

    /// Asks whether a changed form may be closed.
    #[must_use]
    pub fn discard_form(form: LayerId) -> Self {
        Self::discard("Leave the form?", "Leave", form)
    }
}

/// A request for a line of text.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The dialog's title.
    pub title: &'static str,
    /// What to type.
    pub hint: String,
    /// What the text is for.
    pub wanted: Wanted,
}

/// What a prompted line of text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The name for a new row of the matrix.
    RowName(Scope),
    /// The name of a preset to save.
    PresetName,
    /// The file for the report of a bulk run.
    ReportFile,
    /// This text, as confirmation that changes are to be allowed.
    LiftReadOnly(String),
    /// The reason for accepting this finding.
    Reason(Box<Acceptance>),
    /// The file for the access review.
    ReviewFile,
    /// The reason for closing this entry of the journal.
    ClosingReason(EntryId),
}
