//! What became of a text that was to be copied; and a secret on the clipboard,
//! which does not stay there.

use jiff::Timestamp;

use super::{effect::Effect, msg::Copied, notice::NoticeKind, shared::Shared, time::after};

/// The clipboard was asked.
pub fn copied(shared: &mut Shared, what: &str, result: Result<Copied, String>) {
    let (kind, words) = match result {
        Ok(Copied::Confirmed) => (NoticeKind::Info, format!("The {what} was copied.")),
        Ok(Copied::For { seconds }) => {
            // A later one takes the place of an earlier one.
            shared.secret_copied_until = Some(after(shared.now, i64::from(seconds) * 1_000));
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
    shared.notify(kind, words);
}

/// A moment came: perhaps the one at which the clipboard is cleared.
pub fn wake(shared: &mut Shared) -> Option<Effect> {
    shared.secret_copied_until.take_if(|until| *until <= shared.now).map(|_| Effect::ClearClipboard)
}

/// When the clipboard is cleared.
#[must_use]
pub const fn next_wake(shared: &Shared) -> Option<Timestamp> {
    shared.secret_copied_until
}
