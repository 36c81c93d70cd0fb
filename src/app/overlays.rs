//! Dialogs, help and the palette: layers that open over a screen. Lists the kinds and
//! creates each of them. `ui/overlays/x.rs` draws `overlays/x.rs`.

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

use check_secret::CheckSecret;
use compare::Compare;
use confirm::Confirm;
use confirm_stored::ConfirmStored;
use create_summary::CreateSummary;
use delete::Delete;
use edit_rights::EditRights;
use error_dialog::ErrorDialog;
use help::Help;
use new_personal::NewPersonal;
use orgs::Orgs;
use palette::Palette;
use presets::Presets;
use prompt::Prompt;
use regenerate::Regenerate;
use reveal::Reveal;
use secret_destination::SecretDestination;
use sheet::Sheet;
use sign_in::SignIn;
use themes::Themes;

use super::{
    effect::LayerId,
    kinds::kinds,
    layer::{Open, Secrecy},
    shared::Shared,
};
use crate::input::Context;

kinds! {
    /// An open dialog on the stack.
    Overlay {
        Help(Help),
        Palette(Palette),
        Presets(Presets),
        Prompt(Prompt),
        Sheet(Sheet),
        Confirm(Confirm),
        CreateSummary(CreateSummary),
        EditRights(EditRights),
        Regenerate(Regenerate),
        Delete(Delete),
        Run(run::Dialog),
        NewPersonal(NewPersonal),
        Unconfirmed(unconfirmed::Dialog),
        ErrorDialog(ErrorDialog),
        Compare(Compare),
        Themes(Themes),
        Orgs(Orgs),
        SignIn(SignIn),
        Reveal(Reveal),
        ConfirmStored(ConfirmStored),
        CheckSecret(CheckSecret),
        SecretDestination(SecretDestination),
    }
}

impl Overlay {
    /// Creates the dialog that `open` describes. `asker` is the layer that gets its answer,
    /// `context` the key context of the layer below it.
    #[must_use]
    pub fn open(open: Open, asker: Option<LayerId>, context: Context, shared: &Shared) -> Self {
        match open {
            Open::Help(context, offered) => Self::Help(Box::new(Help::new(context, offered))),
            Open::Palette(offered) => Self::Palette(Box::new(Palette::new(context, offered))),
            Open::Presets(matrix) => Self::Presets(Box::new(Presets::new(*matrix, asker, shared))),
            Open::Prompt(ask) => Self::Prompt(Box::new(Prompt::new(*ask, asker))),
            Open::Sheet(text) => Self::Sheet(Box::new(Sheet::new(*text))),
            Open::Confirm(question) => Self::Confirm(Box::new(Confirm::new(*question))),
            Open::CreateSummary(draft) => {
                Self::CreateSummary(Box::new(CreateSummary::new(*draft, asker, shared)))
            }
            Open::Regenerate(tokens) => Self::Regenerate(Box::new(Regenerate::new(tokens, shared))),
            Open::Replace(token, draft) => {
                Self::Regenerate(Box::new(Regenerate::replacing(*token, *draft, asker, shared)))
            }
            Open::EditRights(tokens) => Self::EditRights(Box::new(EditRights::new(tokens, shared))),
            Open::ReplaceAll(tokens) => {
                Self::Regenerate(Box::new(Regenerate::editing(tokens, asker, shared)))
            }
            Open::Delete(delete_target) => {
                Self::Delete(Box::new(Delete::new(*delete_target, shared)))
            }
            Open::Run => Self::Run(Box::default()),
            Open::NewPersonal => Self::NewPersonal(Box::default()),
            Open::Unconfirmed(entry) => {
                Self::Unconfirmed(Box::new(unconfirmed::Dialog::new(entry)))
            }
            Open::ErrorDialog(dialog) => Self::ErrorDialog(dialog),
            Open::Compare(left, right) => Self::Compare(Box::new(Compare::new(left, right))),
            Open::Themes => Self::Themes(Box::new(Themes::new(shared))),
            Open::Orgs(why) => Self::Orgs(Box::new(Orgs::new(why, shared))),
            Open::ChooseOrg(orgs, why) => Self::Orgs(Box::new(Orgs::choosing(orgs, why))),
            Open::SignIn { reason, url, reauth } => {
                // Defaults to the address of the current session.
                let url = url.or_else(|| shared.reauth_target().map(|here| here.url));
                Self::SignIn(Box::new(SignIn::new(reason, url.as_deref(), reauth)))
            }
            Open::Secret(secret, secrecy) => match secrecy {
                Secrecy::Reveal => Self::Reveal(Box::new(Reveal { secret })),
                Secrecy::ConfirmStored => Self::ConfirmStored(Box::new(ConfirmStored::of(secret))),
                Secrecy::Check => Self::CheckSecret(Box::new(CheckSecret::of(secret))),
                Secrecy::ToFile | Secrecy::ToCommand => {
                    let to_file = secrecy == Secrecy::ToFile;
                    let state = SecretDestination::of(secret, to_file, shared);
                    Self::SecretDestination(Box::new(state))
                }
            },
            Open::Destination { chosen, file } => Self::SecretDestination(Box::new(
                SecretDestination::before(chosen.as_ref(), &file, asker, shared),
            )),
        }
    }

    /// Whether `open` would only repeat a dialog in `all`, which is ordered bottom to top.
    #[must_use]
    pub fn is_known<'a>(open: &Open, mut all: impl DoubleEndedIterator<Item = &'a Self>) -> bool {
        match open {
            Open::SignIn { .. } => all.any(|o| matches!(o, Self::SignIn(_))),
            Open::Help(..) => matches!(all.next_back(), Some(Self::Help(_))),
            _ => false,
        }
    }
}
