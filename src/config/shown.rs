//! The settings in effect, for `axtok config show`: defaults filled in, and where each
//! deployment's credential comes from. Contains no token.

use std::fmt::Write as _;

use super::{Catalogue, Config, ConfigError, Credential, Deployment, KeyRow, Source};
use crate::domain::{
    Access, SafeText,
    pasted::{covered_wholly, without_user},
    safe_text::safe_lines,
};

impl Config {
    /// The settings in effect, as TOML with comments.
    ///
    /// # Errors
    /// If the settings cannot be read or are invalid.
    pub fn shown(&self) -> Result<String, ConfigError> {
        let catalogue = self.load()?;
        let mut out = String::new();
        for warning in catalogue.warnings() {
            let _ = writeln!(out, "# ! {warning}");
        }
        let chosen = catalogue.choose(None)?;
        if let Some(chosen) = &chosen {
            let _ = writeln!(out, "# used: {} ({})", chosen.deployment.name, chosen.why);
            if chosen.deployment.source == Source::Environment {
                let _ = writeln!(out, "#   url = {}", quoted(&chosen.deployment.url));
            }
        } else {
            let why = catalogue.undecided();
            let why = why.unwrap_or_else(|| "no credential was found".to_owned());
            let _ = writeln!(out, "# used: none: {why}");
        }
        let _ = writeln!(out, "{}", head(&catalogue));
        for deployment in catalogue.deployments() {
            let _ = write!(out, "\n{}", section(deployment));
        }
        out.push_str(&keys(&self.keys()?));
        // Warnings and reasons may quote names.
        Ok(safe_lines(&out))
    }
}

fn head(catalogue: &Catalogue) -> String {
    let preferred = catalogue.preferred().map(|name| format!("deployment = {}\n", quoted(name)));
    let clipboard = quoted(catalogue.clipboard().unwrap_or("auto"));
    let policy = catalogue.policy().map(|file| format!("\npolicy = {}", quoted_path(file)));
    let mouse = quoted(catalogue.mouse().unwrap_or("auto"));
    let on_due = catalogue.alarm().map(|alarm| format!("\non-due = {}", list(&alarm.program)));
    format!(
        "{}read-only = {}\nclipboard = {clipboard}\ntheme = {}\nmouse = {mouse}\ntitle = {}\n\
         complete-names = {}\nusage = {}\nhistory = {}{}{}\ndue-within = {}",
        preferred.unwrap_or_default(),
        access(catalogue.access()),
        quoted(catalogue.theme().name()),
        catalogue.title(),
        catalogue.completes_names(),
        quoted(catalogue.usage().name()),
        quoted(catalogue.history().name()),
        policy.unwrap_or_default(),
        on_due.unwrap_or_default(),
        quoted(catalogue.due_within().name())
    )
}

fn quoted_path(file: &std::path::Path) -> String {
    quoted(&file.display().to_string())
}

fn line(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{name} = {value}");
}

fn section(deployment: &Deployment) -> String {
    let mut out = format!("[deployments.{}]\n", key(&deployment.name));
    line(&mut out, "url", &quoted(&deployment.url));
    if let Some(org) = &deployment.org {
        line(&mut out, "org-id", &quoted(org));
    }
    match &deployment.credential {
        Credential::Command(arguments) => {
            line(&mut out, "token-command", &list(arguments));
        }
        Credential::File(file) => {
            line(&mut out, "token-file", &quoted_path(file));
        }
        Credential::Value(_) | Credential::Unusable(_) => {
            let _ = writeln!(out, "# token: in {}", deployment.source.describe());
        }
    }
    line(&mut out, "read-only", access(deployment.access));
    if let Some(path) = &deployment.routes.personal {
        line(&mut out, "personal-tokens-path", &quoted(path));
    }
    if let Some(there) = deployment.routes.elsewhere(&deployment.url) {
        let _ = writeln!(out, "# the token is sent to {} too", there.host());
    }
    if let Some(dataset) = &deployment.routes.audit_dataset {
        line(&mut out, "audit-dataset", &quoted(dataset));
    }
    out
}

/// The key bindings, grouped by context.
fn keys(rows: &[KeyRow]) -> String {
    let mut out = String::new();
    let mut of = None;
    for row in rows {
        if of != Some(&row.context.text) {
            let _ = writeln!(out, "\n[keys.{}]", key(&row.context.text));
            of = Some(&row.context.text);
        }
        let keys: Vec<_> = row.keys.iter().map(|k| quoted(&k.text)).collect();
        line(&mut out, &key(&row.action.text), &format!("[{}]", keys.join(", ")));
    }
    out
}

/// A list of values.
fn list(values: &[String]) -> String {
    let shown: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", shown.join(", "))
}

const fn access(access: Access) -> &'static str {
    match access {
        Access::Full => "false",
        Access::ReadOnly => "true",
        Access::Locked => "\"locked\"",
    }
}

/// A value in TOML quotes, with anything that may be a token hidden: people paste tokens into the
/// wrong field.
fn quoted(text: &str) -> String {
    let text = covered_wholly(text);
    let text = without_user(&text);
    toml::Value::from(SafeText::from(&*text).shown()).to_string()
}

/// A name as a TOML key, quoted if necessary.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Files};

    #[test]
    fn a_mistake_in_the_settings_shortens_no_history() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::under(home.path(), None);
        std::fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
        let config = Config { files, environment: Environment::default() };
        let history = |text: &str| {
            std::fs::write(&config.files.settings, text).unwrap();
            config.history().name().to_owned()
        };
        assert_eq!(config.history().name(), "90d", "without settings");
        assert_eq!(history("theme = 'dark'"), "90d");
        assert_eq!(history("history = '1y'"), "1y");
        assert_eq!(history("history = '1y'\ntheme = 'no'"), "forever");
        assert_eq!(history("history ="), "forever");
    }

    #[test]
    fn the_output_can_be_parsed_again_and_contains_no_token() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::under(home.path(), None);
        std::fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
        let text = "[deployments.\"a b\"]\ntoken-command = ['echo', 'xapt-canary']\n";
        let keys = "[keys.tokens]\ndelete = ['D', 'g d']\nnew = []\n[keys.help]\nback = ['x']\n";
        let on_due = "on-due = ['~/page', 'xaat-canary']\ndue-within = '2w'\n";
        std::fs::write(&files.settings, format!("{on_due}{text}{keys}")).unwrap();
        std::fs::write(&files.cli, "[deployments.cli]\ntoken = 'xaat-canary'\n").unwrap();
        let config = Config { files, environment: Environment::default() };
        let shown = config.shown().unwrap();
        assert!(!shown.contains("canary"), "{shown}");
        let parts = [
            "# used: a b (the only deployment",
            "[\"echo\", \"xapt-…\"]",
            "/page\", \"xaat-…\"]\ndue-within = \"2w\"\n",
            "# token: in ~/.axiom.toml",
            "[keys.tokens]\ndelete = [\"D\", \"g d\"]\nnew = []\n",
        ];
        for part in parts {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
        let again = crate::config::Settings::parse(home.path(), &shown, home.path());
        assert!(again.is_ok(), "{again:?}\n{shown}");
    }
}
