//! What became of a text that was to be copied; and a secret on the clipboard,
//! which does not stay there.

use jiff::Timestamp;

use super::{
    effect::Effect,
    model::{Model, NoticeKind, after},
    msg::Copied,
};

/// The clipboard was asked.
pub fn copied(model: &mut Model, what: &str, result: Result<Copied, String>) {
    let (kind, words) = match result {
        Ok(Copied::Confirmed) => (NoticeKind::Info, format!("The {what} was copied.")),
        Ok(Copied::For { seconds }) => {
            // A later one takes the place of an earlier one.
            model.secret_copied_until = Some(after(model.now, i64::from(seconds) * 1_000));
            let words = format!(
                "The {what} was copied; it is cleared from the clipboard after {seconds} s."
            );
            (NoticeKind::Info, words)
        }
        Ok(Copied::Sent) => (
            NoticeKind::Info,
            format!(
                "The {what} was sent to your terminal's clipboard, not confirmed: paste to check."
            ),
        ),
        Err(why) => (NoticeKind::Warning, format!("Not copied: {why}")),
    };
    model.notify(kind, words);
}

/// A moment came: perhaps the one at which the clipboard is cleared.
pub fn wake(model: &mut Model) -> Option<Effect> {
    model.secret_copied_until.take_if(|until| *until <= model.now).map(|_| Effect::ClearClipboard)
}

/// When the clipboard is cleared.
#[must_use]
pub const fn next_wake(model: &Model) -> Option<Timestamp> {
    model.secret_copied_until
}
