//! Choosing a theme. Its colours are in `ui`.

use super::{layer::Step, notice::NoticeKind, shared::Shared};
use crate::domain::{Theme, choices::Choice};

/// Uses a theme, now and in later sessions.
pub fn choose(shared: &mut Shared, theme: Theme) -> Step {
    shared.themes.chosen = theme;
    shared.notify(NoticeKind::Info, format!("Theme {}, now and when axtok starts.", theme.name()));
    let setting = shared.themes.setting;
    Step::effect(shared.choose(Choice::Theme { theme, setting }))
}
