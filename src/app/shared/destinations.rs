//! Where the last secrets went, as a proposal for the next.

use super::Shared;
use crate::{
    app::effect::Effect,
    domain::{
        choices::Choice,
        destination::{BulkDestination, Destination, FOLDER, file_name, folder_of},
    },
};

/// The last command lines of this session. They are not saved: an argument may be a secret.
#[derive(Clone, Debug, Default)]
pub struct Commands {
    /// The command that got a single secret.
    pub one: String,
    /// The command that got the secrets of a bulk run.
    pub bulk: String,
}

impl Shared {
    /// The folder to propose for files with secrets.
    #[must_use]
    pub fn proposed_folder(&self) -> &str {
        self.choices.folder.as_deref().unwrap_or(FOLDER)
    }

    /// The file to propose for the secret of a token of this name. A renewed token gets the
    /// date too: the previous secret may have the name alone.
    #[must_use]
    pub fn proposed_file(&self, name: &str, is_renewed: bool) -> String {
        let name = match file_name(name) {
            name if name.is_empty() => "new".to_owned(),
            name => name,
        };
        let today = self.server_now().strftime("-%Y-%m-%d");
        let date = if is_renewed { today.to_string() } else { String::new() };
        format!("{}/{name}{date}.token", self.proposed_folder())
    }

    /// Remembers a destination that was checked. Returns the effect that saves it.
    pub fn remember(&mut self, destination: &Destination) -> Option<Effect> {
        match destination {
            Destination::File(path) => self.remember_folder(folder_of(path, true)),
            Destination::Command(line) => {
                self.commands.one.clone_from(line);
                None
            }
        }
    }

    /// Remembers the destination of a bulk run, as [`Self::remember`].
    pub fn remember_bulk(&mut self, destination: &BulkDestination) -> Option<Effect> {
        match destination {
            BulkDestination::Folder(path) => self.remember_folder(folder_of(path, false)),
            BulkDestination::Command(line) => {
                self.commands.bulk.clone_from(line);
                None
            }
        }
    }

    fn remember_folder(&mut self, folder: Option<&str>) -> Option<Effect> {
        let folder = folder.filter(|folder| *folder != self.proposed_folder())?;
        Some(self.choose(Choice::Folder(folder.to_owned())))
    }
}
