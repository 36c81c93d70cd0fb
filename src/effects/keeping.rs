//! Accepted findings, and reviews that are written to files.

use std::path::PathBuf;

use super::Effects;
use crate::{
    accepted,
    app::Msg,
    domain::{SafeText, review::accepted::Acceptance},
    sink::Sink,
};

const NOWHERE: &str = "there is no state folder: set HOME";

impl Effects {
    /// The same, with accepted findings kept in this file.
    #[must_use]
    pub fn with_accepted(self, file: Option<PathBuf>) -> Self {
        Self { accepted: file, ..self }
    }

    /// What is accepted; nothing where nothing can be kept.
    ///
    /// # Errors
    /// With what is wrong with the file.
    pub fn load_accepted(&self) -> Result<Vec<Acceptance>, String> {
        let Some(file) = &self.accepted else { return Ok(Vec::new()) };
        accepted::load(file).map_err(|e| e.to_string())
    }

    /// Accepts a finding, or takes that back; what is accepted then comes back.
    ///
    /// # Errors
    /// With what is wrong with the file.
    pub fn set_accepted(&self, this: &Acceptance, on: bool) -> Result<Vec<Acceptance>, String> {
        let file = self.accepted.as_ref().ok_or(NOWHERE)?;
        accepted::set(file, this, on).map_err(|e| e.to_string())
    }

    /// Writes a text into a new file; one `Msg::Exported` comes back.
    pub fn export(&self, path: &str, text: String) {
        let home = self.config.as_ref().map(|c| c.files.home.as_path());
        let sink = Sink::file(path, home);
        let effects = self.clone();
        tokio::spawn(async move {
            let result = match sink {
                Ok(sink) => sink.write(text).await.map(|d| d.words()),
                Err(e) => Err(e),
            };
            let result = result.map_err(|e| SafeText::from(e.to_string()).to_string());
            effects.send_back(Msg::Exported(result));
        });
    }
}
