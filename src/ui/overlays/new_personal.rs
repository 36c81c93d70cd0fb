//! A new personal token.

use ratatui::layout::Rect;

use crate::{
    app::{
        Model,
        overlays::new_personal::{Field, NewPersonal},
    },
    ui::{
        Canvas,
        widgets::{destination, dialog, form::Content},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &NewPersonal) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 70), theme);
    let words = "! It will be able to do everything that you can, in every organisation, and it \
                 does not expire. Prefer an API token where one is enough.";
    content.paragraph(words, theme.warning);
    content.blank();
    content.part(Field::Name);
    content.part(Field::Description);
    content.blank();
    let destination = destination::text(model, state.sending.destination.as_ref());
    content.paragraph(&format!("Its secret {destination}."), theme.faint);
    content.sent(model, state.sending.ticket(), "Creating");
    content.dialog(frame, area, "New personal token");
}
