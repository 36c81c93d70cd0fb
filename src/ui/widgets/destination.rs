//! Describes where a new secret will go.

use crate::{
    app::Model,
    domain::{SafeText, destination::Destination},
    input::{Action, Context},
};

/// The end of a sentence about the secret: "is shown once on this screen (Ctrl-o to change)".
#[must_use]
pub fn text(model: &Model, destination: Option<&Destination>) -> String {
    let words = destination.map(Destination::describe);
    let words = words.unwrap_or_else(|| "is shown once on this screen".to_owned());
    let key = model.shared.key_in(Context::Form, Action::Destination);
    format!("{} ({key} to change)", SafeText::from(words))
}
