//! Finds the credential to sign in with. The first place that has one wins.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::domain::Secret;

/// Where the API is unless something else is said.
pub const DEFAULT_URL: &str = "https://api.axiom.co";
/// The Axiom CLI's file, in the home directory.
pub const CLI_FILE: &str = ".axiom.toml";

/// What is needed to sign in.
#[derive(Debug)]
pub struct SignIn {
    pub token: Secret,
    pub org: Option<String>,
    pub url: String,
    /// The deployment's name, where the place has one.
    pub deployment: Option<String>,
}

/// Why there is no credential.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "no credential found. Looked for:\n  \
         - AXIOM_TOKEN in the environment (with AXIOM_ORG_ID for a personal token)\n  \
         - the active deployment of the Axiom CLI in {}\n\
         Sign in with the Axiom CLI, set AXIOM_TOKEN, or try it with: axtok --demo",
        .file.display()
    )]
    None { file: PathBuf },
    #[error("{} cannot be read: {kind}", .file.display())]
    Unreadable { file: PathBuf, kind: io::ErrorKind },
    // Where, not what: the parser's words quote values, which may be tokens.
    #[error("{}, line {line}: not as the Axiom CLI writes it", .file.display())]
    Broken { file: PathBuf, line: usize },
    #[error(
        "{} names {name} as its active deployment, but has no such deployment. \
         It has: {known}",
        .file.display()
    )]
    NoDeployment { file: PathBuf, name: String, known: String },
}

/// The file as the Axiom CLI writes it; members that we do not need are ignored.
#[derive(Deserialize)]
struct CliFile {
    active_deployment: Option<String>,
    #[serde(default)]
    deployments: BTreeMap<String, Deployment>,
}

#[derive(Deserialize)]
struct Deployment {
    url: Option<String>,
    token: Option<String>,
    org_id: Option<String>,
}

/// Finds the credential: the environment first, then the Axiom CLI's file.
///
/// # Errors
/// With where was looked, or with what is wrong with the file.
pub fn find(env: impl Fn(&str) -> Option<String>, home: &Path) -> Result<SignIn, ConfigError> {
    let set = |name: &str| env(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    if let Some(token) = set("AXIOM_TOKEN") {
        return Ok(SignIn {
            token: Secret::new(token),
            org: set("AXIOM_ORG_ID"),
            url: set("AXIOM_URL").unwrap_or_else(|| DEFAULT_URL.to_owned()),
            deployment: None,
        });
    }
    from_cli_file(&home.join(CLI_FILE), set("AXIOM_DEPLOYMENT"))
}

fn from_cli_file(file: &Path, wanted: Option<String>) -> Result<SignIn, ConfigError> {
    let none = || ConfigError::None { file: file.to_owned() };
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(none()),
        Err(e) => return Err(ConfigError::Unreadable { file: file.to_owned(), kind: e.kind() }),
    };
    let mut parsed: CliFile = toml::from_str(&text).map_err(|e| ConfigError::Broken {
        file: file.to_owned(),
        line: e.span().map_or(1, |s| text[..s.start].matches('\n').count() + 1),
    })?;
    let only =
        || (parsed.deployments.len() == 1).then(|| parsed.deployments.keys().next().cloned());
    let name = wanted
        .or_else(|| parsed.active_deployment.clone().filter(|n| !n.is_empty()))
        .or_else(|| only().flatten())
        .ok_or_else(none)?;
    let Some(deployment) = parsed.deployments.remove(&name) else {
        let known: Vec<_> = parsed.deployments.keys().map(String::as_str).collect();
        return Err(ConfigError::NoDeployment {
            file: file.to_owned(),
            name,
            known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
        });
    };
    Ok(SignIn {
        token: deployment
            .token
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty())
            .map(Secret::new)
            .ok_or_else(none)?,
        org: deployment.org_id.filter(|o| !o.is_empty()),
        url: deployment.url.filter(|u| !u.is_empty()).unwrap_or_else(|| DEFAULT_URL.to_owned()),
        deployment: Some(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(text: &str, env: &[(&str, &str)]) -> Result<SignIn, ConfigError> {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(CLI_FILE), text).unwrap();
        let env = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        find(env, home.path())
    }

    const FILE: &str = "active_deployment = \"prod\"\n\
        [deployments.prod]\nurl = \"https://cloud.axiom.co\"\ntoken = \"xapt-1\"\norg_id = \"acme\"\n\
        [deployments.dev]\nurl = \"http://127.0.0.1:1\"\ntoken = \"xaat-2\"\n";

    #[test]
    fn the_environment_comes_first() {
        let found = with_file(FILE, &[("AXIOM_TOKEN", " xaat-9 \n"), ("AXIOM_URL", "")]).unwrap();
        assert_eq!(found.token.expose(), "xaat-9");
        assert_eq!(found.url, DEFAULT_URL);
        assert_eq!(found.org, None);
    }

    #[test]
    fn then_the_active_deployment_of_the_cli() {
        let found = with_file(FILE, &[]).unwrap();
        assert_eq!(found.token.expose(), "xapt-1");
        assert_eq!(found.org.as_deref(), Some("acme"));
        assert_eq!(found.deployment.as_deref(), Some("prod"));
        let other = with_file(FILE, &[("AXIOM_DEPLOYMENT", "dev")]).unwrap();
        assert_eq!(other.token.expose(), "xaat-2");
    }

    #[test]
    fn what_is_wrong_is_said_without_quoting_a_token() {
        for text in
            ["[deployments.prod]\ntoken = xapt-secret", "[deployments]\nprod = 'xapt-secret'"]
        {
            let text = with_file(text, &[]).unwrap_err().to_string();
            assert!(text.contains("line 2"), "{text}");
            assert!(!text.contains("xapt-secret"), "{text}");
        }

        let missing = with_file(FILE, &[("AXIOM_DEPLOYMENT", "stage")]).unwrap_err().to_string();
        assert!(missing.contains("It has: dev, prod"), "{missing}");

        let none = with_file("", &[]).unwrap_err().to_string();
        assert!(none.contains("AXIOM_TOKEN") && none.contains("axtok --demo"), "{none}");
    }
}
