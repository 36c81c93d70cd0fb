//! Reports the result of a copy, and clears a copied secret from the clipboard in time.

use jiff::Timestamp;

use super::{effect::Effect, msg::Copied, notice::NoticeKind, shared::Shared, time::after};

/// Shows whether a text was copied.
pub fn copied(shared: &mut Shared, what: &str, result: Result<Copied, String>) {
    let (kind, words) = match result {
        Ok(Copied::Confirmed) => (NoticeKind::Info, format!("The {what} was copied.")),
        Ok(Copied::For { seconds }) => {
            // A new secret replaces the one that was copied before.
            shared.secret_copied_until = Some(after(shared.now, i64::from(seconds) * 1_000));
            let words =
                format!("The {what} was copied; the clipboard is cleared after {seconds} s.");
            (NoticeKind::Info, words)
        }
        Ok(Copied::Sent) => (
            NoticeKind::Info,
            format!("The {what} was sent to the clipboard (not confirmed): paste to check."),
        ),
        Ok(Copied::SentToTmux) => (
            NoticeKind::Info,
            format!(
                "The {what} was sent to the tmux or screen outside this session: paste to check. \
                 tmux takes it only with set-clipboard on."
            ),
        ),
        Err(why) => (NoticeKind::Warning, format!("Not copied: {why}")),
    };
    shared.notify(kind, words);
}

/// Clears the clipboard if it is time to.
pub fn wake(shared: &mut Shared) -> Option<Effect> {
    shared.secret_copied_until.take_if(|until| *until <= shared.now).map(|_| Effect::ClearClipboard)
}

/// When to clear the clipboard, if a secret is on it.
#[must_use]
pub const fn next_wake(shared: &Shared) -> Option<Timestamp> {
    shared.secret_copied_until
}
