//! What stands over a screen: dialogs and help. The last one of the stack gets
//! the keys. The drawing of `overlays/x.rs` is `ui/overlays/x.rs`.

pub mod check_secret;
pub mod compare;
pub mod confirm;
pub mod delete;
pub mod delete_many;
pub mod doubt;
pub mod handover;
pub mod help;
pub mod new_personal;
pub mod orgs;
pub mod palette;
pub mod presets;
pub mod prompt;
pub mod regenerate;
pub mod regenerate_many;
pub mod reveal;
pub mod review;
pub mod run;
pub mod sheet;
pub mod sign_in;
pub mod themes;
pub mod trouble;
pub mod unstored;

use jiff::Timestamp;

use super::{
    effect::{Effect, Ticket},
    field::Field,
    list::List,
    model::Model,
    secret_field::SecretField,
    servers,
};
use crate::input::{Action, Context};

/// One overlay of the stack.
#[derive(Debug)]
pub enum Overlay {
    Help(Box<help::Help>),
    Palette(Box<palette::Palette>),
    Presets(Box<presets::Presets>),
    Prompt(prompt::Prompt),
    Sheet(Box<sheet::Sheet>),
    Confirm(confirm::Confirm),
    Review(Box<review::Review>),
    Regenerate(Box<regenerate::Regenerate>),
    Delete(Box<delete::Delete>),
    Reveal(Box<reveal::Reveal>),
    /// "Have you stored it?", over the secret.
    Unstored(unstored::Unstored),
    Trouble(Box<trouble::Trouble>),
    Orgs(Box<orgs::Orgs>),
    SignIn(Box<sign_in::SignIn>),
    NewPersonal(Box<new_personal::NewPersonal>),
    Doubt(doubt::Dialog),
    /// Where a secret goes.
    Handover(Box<handover::Handover>),
    CheckSecret(Box<check_secret::CheckSecret>),
    Themes(themes::Themes),
    DeleteMany(Box<delete_many::DeleteMany>),
    RegenerateMany(Box<regenerate_many::RegenerateMany>),
    /// A run over many tokens, and what came of it.
    Run(run::Dialog),
    Compare(Box<compare::Compare>),
}

impl Overlay {
    #[must_use]
    pub const fn context(&self) -> Context {
        match self {
            Self::Help(state) if state.editing => Context::Filter,
            Self::Help(_) => Context::Help,
            Self::Reveal(_) => Context::Secret,
            Self::Palette(_) => Context::Palette,
            Self::Run(_) => Context::Run,
            _ => Context::Form,
        }
    }

    /// Whether printable keys are text.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Regenerate(state) => state.sent.is_none() && state.focus.is_text(),
            Self::Delete(state) => state.sent.is_none() && state.focus == delete::Focus::Typed,
            Self::Unstored(state) => state.focus == unstored::Focus::Typed,
            Self::Help(state) => state.editing,
            Self::CheckSecret(_) => true,
            Self::DeleteMany(state) => state.focus == delete::Focus::Typed,
            Self::RegenerateMany(state) => state.is_typing(),
            Self::Handover(state) => state.is_typing(),
            Self::SignIn(state) => state.is_typing(),
            Self::NewPersonal(state) => state.is_typing(),
            Self::Palette(_) | Self::Presets(_) | Self::Prompt(_) | Self::Orgs(_) => true,
            _ => false,
        }
    }

    /// Whether a place that was typed in it is being looked at.
    #[must_use]
    pub const fn is_checking(&self) -> bool {
        match self {
            Self::Handover(state) => state.checking.is_some(),
            Self::RegenerateMany(state) => state.checking.is_some(),
            _ => false,
        }
    }

    /// The text field that takes them.
    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self {
            Self::Regenerate(state) => state.field_mut(),
            Self::Delete(state) => state.field_mut(),
            Self::Unstored(state) => state.field_mut(),
            Self::Help(state) if state.editing => Some(&mut state.filter),
            Self::Palette(state) => Some(&mut state.field),
            Self::DeleteMany(state) => state.field_mut(),
            Self::RegenerateMany(state) => state.field_mut(),
            Self::Presets(state) => Some(&mut state.filter),
            Self::Prompt(state) => Some(&mut state.field),
            Self::Orgs(state) => Some(&mut state.filter),
            Self::Handover(state) => state.field_mut(),
            Self::SignIn(state) => state.field_mut(),
            Self::NewPersonal(state) => state.field_mut(),
            _ => None,
        }
    }

    /// The field for a secret that takes them.
    pub const fn secret_mut(&mut self) -> Option<&mut SecretField> {
        match self {
            Self::SignIn(state) => state.secret_mut(),
            Self::CheckSecret(state) => Some(&mut state.field),
            _ => None,
        }
    }

    /// What scrolls in it.
    pub const fn list_mut(&mut self) -> Option<&mut List> {
        match self {
            Self::Help(state) => Some(&mut state.list),
            Self::Palette(state) => Some(&mut state.list),
            Self::Presets(state) => Some(&mut state.list),
            Self::Sheet(state) => Some(&mut state.list),
            Self::Orgs(state) => Some(&mut state.list),
            Self::Themes(state) => Some(&mut state.list),
            Self::DeleteMany(state) => Some(&mut state.list),
            Self::RegenerateMany(state) => Some(&mut state.list),
            Self::Run(state) => Some(&mut state.list),
            Self::Compare(state) => Some(&mut state.list),
            _ => None,
        }
    }

    /// When it changes by itself.
    #[must_use]
    pub fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Reveal(state) => state.next_wake(now),
            Self::Trouble(state) => state.retry_at.and_then(|at| servers::next_tick(at, now)),
            _ => None,
        }
    }

    /// The change that it has sent and waits for.
    #[must_use]
    pub const fn sent(&self) -> Option<Ticket> {
        match self {
            Self::Review(state) => state.sent,
            Self::Regenerate(state) => state.sent,
            Self::Delete(state) => state.sent,
            Self::NewPersonal(state) => state.sent,
            _ => None,
        }
    }

    /// Its change was sent, and is waited for.
    pub const fn sending(&mut self, ticket: Ticket) {
        match self {
            Self::Review(state) => state.sent = Some(ticket),
            Self::Regenerate(state) => state.sent = Some(ticket),
            Self::Delete(state) => state.sent = Some(ticket),
            Self::NewPersonal(state) => state.sent = Some(ticket),
            _ => {}
        }
    }

    /// The change that it waited for was answered.
    pub const fn answered(&mut self) {
        match self {
            Self::Review(state) => state.sent = None,
            Self::Regenerate(state) => state.sent = None,
            Self::Delete(state) => state.sent = None,
            Self::NewPersonal(state) => state.sent = None,
            _ => {}
        }
    }
}

/// Carries out an action on the overlay on top. One that waits for an answer
/// can only be left: that ends the waiting, not the request.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(ticket) = model.overlays.last().and_then(Overlay::sent) {
        if action == Action::Back {
            model.overlays.pop();
            model.stop_waiting(ticket);
        }
        return Vec::new();
    }
    if action == Action::Destination {
        return destination(model);
    }
    match model.overlays.last() {
        Some(Overlay::Help(_)) => help::perform(model, action),
        Some(Overlay::Palette(_)) => palette::perform(model, action),
        Some(Overlay::Presets(_)) => presets::perform(model, action),
        Some(Overlay::Prompt(_)) => prompt::perform(model, action),
        Some(Overlay::Sheet(_)) => sheet::perform(model, action),
        Some(Overlay::Confirm(_)) => confirm::perform(model, action),
        Some(Overlay::Review(_)) => review::perform(model, action),
        Some(Overlay::Regenerate(_)) => regenerate::perform(model, action),
        Some(Overlay::Delete(_)) => delete::perform(model, action),
        Some(Overlay::Reveal(_)) => reveal::perform(model, action),
        Some(Overlay::Unstored(_)) => unstored::perform(model, action),
        Some(Overlay::Trouble(_)) => trouble::perform(model, action),
        Some(Overlay::Orgs(_)) => orgs::perform(model, action),
        Some(Overlay::SignIn(_)) => sign_in::perform(model, action),
        Some(Overlay::NewPersonal(_)) => new_personal::perform(model, action),
        Some(Overlay::Doubt(_)) => doubt::perform(model, action),
        Some(Overlay::Handover(_)) => handover::perform(model, action),
        Some(Overlay::CheckSecret(_)) => check_secret::perform(model, action),
        Some(Overlay::Themes(_)) => themes::perform(model, action),
        Some(Overlay::DeleteMany(_)) => delete_many::perform(model, action),
        Some(Overlay::RegenerateMany(_)) => regenerate_many::perform(model, action),
        Some(Overlay::Run(_)) => run::perform(model, action),
        Some(Overlay::Compare(_)) => compare::perform(model, action),
        None => Vec::new(),
    }
}

/// Asks where the secret of a dialog that will bring one is to go.
fn destination(model: &mut Model) -> Vec<Effect> {
    let brings_secret = matches!(
        model.overlays.last(),
        Some(Overlay::Review(_) | Overlay::Regenerate(_) | Overlay::NewPersonal(_))
    );
    if brings_secret {
        let overlay = handover::Handover::before(model.destination.as_ref());
        model.overlays.push(Overlay::Handover(Box::new(overlay)));
    }
    Vec::new()
}

/// The text of the overlay's field has changed.
pub fn field_changed(model: &mut Model) {
    match model.overlays.last() {
        Some(Overlay::Help(_)) => help::filter_changed(model),
        Some(Overlay::Palette(_)) => palette::typed(model),
        Some(Overlay::Presets(_)) => presets::arrange(model),
        Some(Overlay::Orgs(_)) => orgs::filter_changed(model),
        _ => {}
    }
}
