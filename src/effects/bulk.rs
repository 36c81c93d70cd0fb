//! What a run needs of the world: a depot for its secrets, and a file for its
//! report.

use std::{fs::OpenOptions, io::Write as _, os::unix::fs::OpenOptionsExt as _, sync::Arc};

use super::Effects;
use crate::{
    app::{
        Msg, Ticket,
        effect::{Depot, Report},
    },
    domain::{SafeText, Secret, TokenId},
    sink::{Sink, SinkError, folder},
};

impl Effects {
    /// Looks at a depot before there is anything to be put there; a folder that
    /// does not exist is made.
    ///
    /// # Errors
    /// With what is in the way.
    pub fn check_depot(&self, depot: &Depot) -> Result<(), String> {
        let ready = match depot {
            Depot::Folder(text) => {
                folder::parse(text, self.home()).and_then(|path| folder::prepare(&path))
            }
            Depot::Command(line) => Sink::command(line).and_then(|sink| sink.check()),
        };
        ready.map_err(|e| e.to_string())
    }

    /// Puts a secret there; one `Msg::Deposited` comes back.
    pub fn deposit(
        &self,
        ticket: Ticket,
        secret: Arc<Secret>,
        depot: &Depot,
        (name, id): (&SafeText, &TokenId),
    ) {
        let sink = match depot {
            Depot::Folder(text) => folder::parse(text, self.home())
                .map(|path| folder::sink_for(&path, name.raw(), id.raw())),
            Depot::Command(line) => Sink::command(line),
        };
        // As they are shown: a variable cannot hold every character.
        let (name, id) = (name.to_string(), id.to_string());
        let effects = self.clone();
        let under_way = self.under_way.begin();
        tokio::spawn(async move {
            let variables = [("AXTOK_TOKEN_NAME", name.as_str()), ("AXTOK_TOKEN_ID", id.as_str())];
            let result = match sink {
                Ok(sink) => sink.deliver_about(&secret, &variables).await.map(|d| d.place()),
                Err(e) => Err(e),
            };
            drop((under_way, secret));
            let result = result.map_err(|e| e.with_secret_kept());
            effects.send_back(Msg::Deposited { ticket, result });
        });
    }

    /// Writes a report into a new file; says where that is.
    ///
    /// # Errors
    /// With why it was not.
    pub fn save_report(&self, report: &Report) -> Result<String, String> {
        let path = match Sink::file(&report.path, self.home()) {
            Ok(Sink::File(path)) => path,
            Ok(Sink::Command(_)) | Err(SinkError::NoPath) => {
                return Err("a path is needed, such as ~/report.tsv".to_owned());
            }
            Err(e) => return Err(e.to_string()),
        };
        let shown = SafeText::from(path.to_string_lossy().into_owned());
        let text = report.text(&path);
        let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = new.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        match written {
            Ok(()) => Ok(shown.to_string()),
            Err(e) => Err(format!("{shown}: {}", e.kind())),
        }
    }

    fn home(&self) -> Option<&std::path::Path> {
        self.config.as_ref().map(|c| c.files.home.as_path())
    }
}
