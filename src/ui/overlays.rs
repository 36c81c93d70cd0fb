//! Draws the dialogs. The state of `overlays/x.rs` is in `app/overlays/x.rs`.

pub mod check_secret;
pub mod compare;
pub mod confirm;
pub mod confirm_stored;
pub mod create_summary;
pub mod delete;
pub mod edit_rights;
pub mod error_dialog;
pub mod help;
pub mod new_personal;
pub mod orgs;
pub mod palette;
pub mod presets;
pub mod prompt;
pub mod regenerate;
pub mod reveal;
pub mod run;
pub mod secret_destination;
pub mod sheet;
pub mod sign_in;
pub mod themes;
pub mod unconfirmed;

use ratatui::layout::Rect;

use crate::{
    app::{
        Model,
        layout_info::Window,
        mouse::{HitTarget, Scrolled},
        stack::Overlay,
    },
    ui::Canvas,
};

/// Draws the topmost dialog only; the dialogs below it stay hidden. Returns the visible part
/// of its text or list, if it scrolls.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) -> Option<Window> {
    let window = layer(frame, area, model)?;
    // The wheel scrolls the dialog wherever the pointer is.
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Overlay, window));
    Some(window)
}

/// Draws only the value of the topmost secret, if the user asked for that or the terminal is
/// too small for a dialog. Returns whether it did.
pub fn draw_secret_alone(frame: &mut Canvas<'_, '_>, model: &Model, is_tiny: bool) -> bool {
    match model.overlay() {
        Some(Overlay::Reveal(state)) if is_tiny => reveal::tiny(frame, model, state),
        Some(Overlay::Reveal(state)) => reveal::value_only(frame, model, state),
        _ => false,
    }
}

fn layer(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) -> Option<Window> {
    match model.overlay()? {
        Overlay::Help(state) => return Some(help::draw(frame, area, model, state)),
        Overlay::Palette(state) => return Some(palette::draw(frame, area, model, state)),
        Overlay::Presets(state) => return Some(presets::draw(frame, area, model, state)),
        Overlay::Sheet(state) => return Some(sheet::draw(frame, area, state)),
        Overlay::Orgs(state) => return Some(orgs::draw(frame, area, model, state)),
        Overlay::Themes(state) => return Some(themes::draw(frame, area, model, state)),
        Overlay::Delete(state) => return Some(delete::draw(frame, area, model, state)),
        Overlay::EditRights(state) => return Some(edit_rights::draw(frame, area, state)),
        Overlay::Regenerate(state) => return Some(regenerate::draw(frame, area, model, state)),
        Overlay::Run(state) => return Some(run::draw(frame, area, model, state)),
        Overlay::Compare(state) => return Some(compare::draw(frame, area, model, state)),
        Overlay::CreateSummary(state) => {
            return Some(create_summary::draw(frame, area, model, state));
        }
        Overlay::SignIn(state) => sign_in::draw(frame, area, model, state),
        Overlay::NewPersonal(state) => new_personal::draw(frame, area, model, state),
        Overlay::Unconfirmed(state) => unconfirmed::draw(frame, area, model, state),
        Overlay::SecretDestination(state) => secret_destination::draw(frame, area, state),
        Overlay::CheckSecret(state) => check_secret::draw(frame, area, model, state),
        Overlay::Prompt(state) => prompt::draw(frame, area, state),
        Overlay::Confirm(state) => confirm::draw(frame, area, state),
        Overlay::Reveal(state) => reveal::draw(frame, area, model, state),
        Overlay::ConfirmStored(state) => confirm_stored::draw(frame, area, state),
        Overlay::ErrorDialog(state) => error_dialog::draw(frame, area, model, state),
    }
    None
}
