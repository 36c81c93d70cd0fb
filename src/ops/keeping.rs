//! The user's files: presets, accepted findings, choices and exported texts.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Ops;
use crate::{
    accepted, choices,
    config::{policy, presets},
    domain::{
        Policies, SafeText, choices::Choice, preset::Preset, report::Report,
        review::accepted::Acceptance,
    },
    sink::{Delivered, Sink, SinkError},
};

const NOWHERE: &str = "no state folder: set HOME";

impl Ops {
    /// Keeps accepted findings in this file.
    #[must_use]
    pub fn with_accepted(self, file: Option<PathBuf>) -> Self {
        Self { accepted: file, ..self }
    }

    /// Keeps what the user chooses on the screens in this file.
    #[must_use]
    pub fn with_choices(self, file: Option<PathBuf>) -> Self {
        Self { choices: file, ..self }
    }

    /// Saves a choice for the next session.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn keep_choice(&self, choice: Choice) -> Result<(), String> {
        choices::keep(self.choices.as_ref().ok_or(NOWHERE)?, choice)
    }

    pub(super) fn home(&self) -> Option<&Path> {
        self.config.as_ref().map(|c| c.files.home.as_path())
    }

    /// The accepted findings. Empty if there is no file for them.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn load_accepted(&self) -> Result<Vec<Acceptance>, String> {
        let Some(file) = &self.accepted else { return Ok(Vec::new()) };
        accepted::load(file).map_err(|e| e.to_string())
    }

    /// Accepts a finding if `on`, or withdraws the acceptance. Returns all accepted findings.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn set_accepted(&self, this: &Acceptance, on: bool) -> Result<Vec<Acceptance>, String> {
        let file = self.accepted.as_ref().ok_or(NOWHERE)?;
        accepted::set(file, this, on).map_err(|e| e.to_string())
    }

    /// The organisation's rules in force. `instead` replaces the user's own file, not the
    /// computer's.
    #[must_use]
    pub fn policies(&self, demo: bool, instead: Option<&Path>) -> Policies {
        match (&self.config, demo) {
            (_, true) => instead.map_or_else(Policies::of_demo, policy::only),
            (Some(config), false) => config.policies(instead),
            (None, false) => Policies::default(),
        }
    }

    /// Like [`Self::policies`], in a separate task: reading files can block.
    pub async fn read_policies(&self, demo: bool) -> Arc<Policies> {
        let ops = self.clone();
        let read = tokio::task::spawn_blocking(move || ops.policies(demo, None)).await;
        Arc::new(read.unwrap_or_else(|_| Policies {
            // Only after a panic, which the hook has reported.
            unusable: Some("it could not be read".to_owned()),
            ..Policies::default()
        }))
    }

    /// The user's own presets.
    ///
    /// # Errors
    /// If their file cannot be read.
    pub fn load_presets(&self) -> Result<Vec<Preset>, String> {
        match &self.config {
            Some(config) => presets::load(&config.files.presets).map_err(|e| e.to_string()),
            None => Ok(Vec::new()),
        }
    }

    /// Adds a preset to the user's own. Returns its label.
    ///
    /// # Errors
    /// If the preset could not be saved.
    pub fn save_preset(&self, preset: &Preset) -> Result<String, String> {
        let config = self.config.as_ref().ok_or("no settings folder: set HOME")?;
        presets::save(&config.files.presets, preset).map_err(|e| e.to_string())?;
        Ok(preset.label.clone())
    }

    /// Writes a text to a new file.
    ///
    /// # Errors
    /// If the file could not be written.
    pub async fn export(&self, path: &str, text: String) -> Result<Delivered, SinkError> {
        Sink::file(path, self.home())?.write(text).await
    }

    /// Writes a report to a new file. Returns the file's path.
    ///
    /// # Errors
    /// If the file could not be written.
    pub fn save_report(&self, report: &Report) -> Result<String, String> {
        let path = match Sink::file(&report.path, self.home()) {
            Ok(Sink::File(path)) => path,
            Ok(Sink::Command(_)) | Err(SinkError::NoPath) => {
                return Err("a path is required, such as ~/report.tsv".to_owned());
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
}
