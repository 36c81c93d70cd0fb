//! What happens to the core.

use crate::{
    api::call::Answer,
    app::effect::Ticket,
    domain::{SafeText, preset::Preset},
    input::Key,
};

/// One thing that happened.
#[derive(Debug)]
pub enum Msg {
    Key(Key),
    /// Text from a bracketed paste: only ever text, never keys.
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    /// The terminal lost the focus.
    FocusLost,
    /// A moment came that [`crate::app::Model::next_wake`] had asked for.
    Wake,
    /// The answer to a call.
    Replied {
        ticket: Ticket,
        org: Option<SafeText>,
        answer: Answer,
    },
    /// The clipboard was asked; on failure the reason.
    Copied {
        what: &'static str,
        result: Result<(), String>,
    },
    /// The user's own presets, or why they cannot be read.
    Presets(Result<Vec<Preset>, String>),
    /// A preset was saved under this label, or why not.
    PresetSaved(Result<String, String>),
    /// The shell continued us after a suspension.
    Resumed,
}
