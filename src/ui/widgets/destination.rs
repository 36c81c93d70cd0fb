//! Where a secret that is about to be made will go, in words.

use crate::{
    app::Model,
    domain::{SafeText, destination::Destination},
    input::{Action, Context},
};

/// As in "is shown once, on this screen (Ctrl-o changes that)".
#[must_use]
pub fn text(model: &Model, destination: Option<&Destination>) -> String {
    let words = destination.map(Destination::describe);
    let words = words.unwrap_or_else(|| "is shown once, on this screen".to_owned());
    let key = model.shared.key_in(Context::Form, Action::Destination);
    format!("{} ({key} to change)", SafeText::from(words))
}
