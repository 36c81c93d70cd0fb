//! Token actions that several screens share, and when they are not possible.

use super::{DeleteTarget, Draft, Nav, Open, Page, Step};
use crate::{
    app::{
        audit,
        effect::{CopyText, Effect},
        notice::NoticeKind,
        remote::Remote,
        shared::Shared,
    },
    domain::{Access, ApiToken, TokenId, Verb},
    input::{Action, Context},
};

/// The step for an action on a token.
pub fn about_token(action: Action, id: Option<&TokenId>, shared: &Shared) -> Step {
    let Some(token) = id.and_then(|id| shared.data.token(id)) else { return Step::none() };
    let copy = |what, text: &str| {
        Step::effect(Effect::Copy(CopyText::Plain { what, text: text.to_owned() }))
    };
    let draft = |draft| Step::show(Page::NewToken(Box::new(draft)));
    match action {
        Action::Regenerate => Step::open(Open::Regenerate(vec![token.clone()])),
        Action::Delete => {
            Step::open(Open::Delete(Box::new(DeleteTarget::Api(vec![token.clone()]))))
        }
        Action::Clone => draft(Draft::CloneOf(token.clone())),
        Action::Replace => draft(Draft::Replacing(token.clone())),
        Action::CopyId => copy("id", token.id.raw()),
        Action::CopyName => copy("name", token.name.raw()),
        Action::CopyJson => Step::effect(Effect::Copy(CopyText::Json(Box::new(token.clone())))),
        _ => Step::none(),
    }
}

/// Opens the comparison if exactly two tokens are marked; otherwise shows a notice.
pub fn compare(marked: Vec<TokenId>, shared: &mut Shared) -> Step {
    match <[TokenId; 2]>::try_from(marked) {
        Ok([left, right]) => Step::none().nav(Nav::Open(Open::Compare(left, right))),
        Err(marked) => {
            let words = format!("Mark two tokens to compare them: {} marked.", marked.len());
            shared.notify(NoticeKind::Info, words);
            Step::none()
        }
    }
}

/// Why an action on the token under the cursor, or on the marked tokens, is not possible
/// now.
#[must_use]
pub fn refusal(
    action: Action,
    token: Option<&TokenId>,
    marked: Option<&[&ApiToken]>,
    shared: &Shared,
) -> Option<String> {
    check(action, token, marked, shared).err()
}

fn check(
    action: Action,
    token: Option<&TokenId>,
    marked: Option<&[&ApiToken]>,
    shared: &Shared,
) -> Result<(), String> {
    if let Some(right) = right(action) {
        writable(shared)?;
        granted(shared, right)?;
    }
    match (action, marked) {
        // These actions apply to marked tokens even if the filter hides them.
        (Action::Regenerate | Action::Replace | Action::Delete, Some(marked)) => {
            match marked.iter().find(|t| shared.is_busy(&t.id)) {
                Some(token) => Err(format!("A change to {} is in progress.", token.name)),
                None => Ok(()),
            }
        }
        (
            Action::Open
            | Action::Submit
            | Action::Mark
            | Action::MarkRange
            | Action::MarkShown
            | Action::Regenerate
            | Action::Delete
            | Action::Clone
            | Action::Replace
            | Action::Narrow
            | Action::CopyId
            | Action::CopyName
            | Action::CopyJson,
            _,
        ) if token.is_none() => Err(without_token(shared)),
        (Action::Usage, _) if shared.data.tokens.value().is_none() => Err(without_token(shared)),
        (Action::Regenerate | Action::Delete | Action::Replace | Action::Narrow, _)
            if token.is_some_and(|token| shared.is_busy(token)) =>
        {
            Err("A change to this token is in progress.".to_owned())
        }
        (Action::AuditLog, _) => audit::refused(shared).map_or(Ok(()), Err),
        _ => Ok(()),
    }
}

/// Why there is no token.
fn without_token(shared: &Shared) -> String {
    match shared.data.tokens {
        Remote::Loading(_) | Remote::Idle => "The tokens are still loading.".to_owned(),
        Remote::Failed(..) => {
            let key = shared.key_in(Context::Tokens, Action::Refresh);
            format!("The token list could not be loaded. Press {key} to retry.")
        }
        Remote::Ready(..) => "No token is selected.".to_owned(),
    }
}

/// The organisation right that an action needs.
const fn right(action: Action) -> Option<(&'static str, Verb)> {
    match action {
        Action::New | Action::Clone => Some(("apiTokens", Verb::Create)),
        Action::Regenerate | Action::Replace | Action::Narrow => Some(("apiTokens", Verb::Update)),
        Action::Delete => Some(("apiTokens", Verb::Delete)),
        _ => None,
    }
}

/// Whether this session allows changes.
///
/// # Errors
/// Returns the reason why not, as a short sentence.
pub fn writable(shared: &Shared) -> Result<(), String> {
    match shared.session.access {
        Access::Full => Ok(()),
        Access::ReadOnly => {
            Err(format!("Read-only session: {} allows changes.", shared.said("rw")))
        }
        Access::Locked => Err("Read-only session, locked by the settings.".to_owned()),
    }
}

/// Whether the credential may have this right: the server has not refused it so far.
///
/// # Errors
/// Returns the reason why not, as a short sentence.
pub fn granted(shared: &Shared, right: (&'static str, Verb)) -> Result<(), String> {
    if !shared.refused.contains(&right) {
        return Ok(());
    }
    let (capability, verb) = right;
    Err(format!("Needs the right {capability}:{}, which this credential lacks (403).", verb.wire()))
}
