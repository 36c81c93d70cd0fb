//! `axtok doctor`: checks what is installed, the settings, credential, address, proxy,
//! certificates, clipboard, terminal and process protection, and says how to fix what is wrong.
//! It prints no secret and changes nothing.

mod installed;
mod report;
mod surroundings;

use std::sync::Arc;

pub use report::{Check, Report, State};
pub use surroundings::Env;

use crate::{
    api::{
        Endpoint,
        call::{Call, Reply},
        client::{self, Client},
        error::FailureKind,
    },
    config::{Catalogue, Config, ConfigError, DEFAULT_URL, Deployment},
    domain::{SafeText, Secret, SecretKind},
    process::Protection,
    programs,
    version::{COMMIT, VERSION},
};

/// The inputs of [`run_checks`].
#[expect(missing_debug_implementations, reason = "it holds a function")]
pub struct DoctorInputs<'a> {
    /// Where the settings and credentials come from.
    pub config: &'a Config,
    /// The name given with `--deployment`.
    pub wanted: Option<&'a str>,
    /// Looks up environment variables as text.
    pub env: Env<'a>,
    /// Columns and rows of the terminal, if there is one.
    pub size: Option<(u16, u16)>,
    /// What the process could do at its start to protect its memory.
    pub protection: Protection,
    /// The check of the key bindings, which the commands provide; `None` if the settings cannot be
    /// read.
    pub keys: Option<Check>,
    /// The check of the clipboard, which the terminal side provides.
    pub clipboard: Check,
    /// Whether one read-only request may be sent.
    pub online: bool,
}

/// Runs all checks.
pub async fn run_checks(inputs: &DoctorInputs<'_>) -> Report {
    let raw = &|name: &str| std::env::var_os(name);
    let mut checks = vec![installed::check(raw, std::env::current_exe())];
    let catalogue = settings(inputs, &mut checks);
    checks.extend(inputs.keys.clone());
    checks.extend(catalogue.as_ref().and_then(|_| policy(inputs.config)));
    let deployment = catalogue.as_ref().and_then(|c| chosen(inputs, c, &mut checks));
    let deployment = deployment.as_ref();
    let token = match deployment {
        Some(deployment) => credential(deployment, &mut checks).await,
        None => None,
    };
    let endpoint = deployment.and_then(|d| address(d, &mut checks));
    // Without a deployment's address, check the default one.
    if let Some(endpoint) = endpoint.clone().or_else(|| Endpoint::parse(DEFAULT_URL).ok()) {
        checks.push(surroundings::proxy(raw, &endpoint));
        let ready = client::readiness(&endpoint);
        checks.push(surroundings::certificates(raw, &endpoint, ready));
    }
    if let (Some(deployment), Some(endpoint), Some(token), true) =
        (deployment, endpoint, token, inputs.online)
    {
        checks.push(answer(deployment, endpoint, token).await);
    }
    checks.push(inputs.clipboard.clone());
    checks.push(surroundings::terminal(inputs.env, inputs.size));
    checks.push(memory(inputs.protection));
    Report { version: VERSION, commit: COMMIT, checks }
}

fn settings(inputs: &DoctorInputs<'_>, checks: &mut Vec<Check>) -> Option<Catalogue> {
    let file = &inputs.config.files.settings;
    match inputs.config.load() {
        Ok(catalogue) => {
            let says = if file.exists() {
                file.display().to_string()
            } else {
                format!("no file at {}: using defaults", file.display())
            };
            checks.push(Check::new("settings", State::Fine, says));
            for warning in catalogue.warnings() {
                checks.push(Check::new("files", State::Warning, warning.clone()));
            }
            checks.extend(on_due(&catalogue));
            Some(catalogue)
        }
        Err(e) => {
            checks.push(
                Check::new("settings", State::Problem, e.to_string())
                    .fix("correct this first: axtok does not start with invalid settings"),
            );
            None
        }
    }
}

/// The organisation's own rules; `None` if there are none.
fn policy(config: &Config) -> Option<Check> {
    let policies = config.policies(None);
    if let Err(why) = policies.usable() {
        let fix = "correct it: until then new tokens need --override-policy";
        return Some(Check::new("policy", State::Problem, why).fix(fix));
    }
    let files: Vec<_> = policies.all.iter().map(|(file, _)| file.to_string()).collect();
    (!files.is_empty()).then(|| Check::new("policy", State::Fine, files.join(", ")))
}

/// Whether the program for due tokens can be found, if the settings name one.
fn on_due(catalogue: &Catalogue) -> Option<Check> {
    let alarm = catalogue.alarm()?;
    let program = alarm.program.first()?;
    Some(match programs::find(program) {
        Ok(found) => Check::new("on-due", State::Fine, found.display().to_string()),
        Err(why) => Check::new("on-due", State::Warning, why.describe(program))
            .fix("correct on-due in the settings: until then, no due token is reported"),
    })
}

/// The deployment that would be used; its check says why, and what else is available.
fn chosen(
    inputs: &DoctorInputs<'_>,
    catalogue: &Catalogue,
    checks: &mut Vec<Check>,
) -> Option<Deployment> {
    match catalogue.choose(inputs.wanted) {
        Ok(Some(chosen)) => {
            let name = &chosen.deployment.name;
            let mut says =
                format!("{name}, from {}: {}", chosen.deployment.source.describe(), chosen.why);
            let others = catalogue.unused_notes(&chosen.deployment);
            if !others.is_empty() {
                says = format!("{says}\nnot used: {}", others.join(", "));
            }
            checks.push(Check::new("deployment", State::Fine, says));
            Some(chosen.deployment)
        }
        Ok(None) => {
            if let Some(why) = catalogue.undecided() {
                checks.push(Check::new("deployment", State::Problem, why).fix(
                    "choose one: --deployment, AXIOM_DEPLOYMENT, or deployment in the settings",
                ));
                return None;
            }
            checks.push(Check::new("deployment", State::Problem, "no credential was found").fix(
                "set AXIOM_TOKEN, add a token-command to the settings (axtok config init),\n\
                 sign in with the Axiom CLI, or start axtok and paste a token",
            ));
            None
        }
        // The message already says what to do.
        Err(ConfigError::Address(e)) => {
            checks.push(Check::new("address", State::Problem, e.to_string()));
            None
        }
        Err(e) => {
            checks.push(
                Check::new("deployment", State::Problem, e.to_string())
                    .fix("choose a deployment that has a credential"),
            );
            None
        }
    }
}

async fn credential(deployment: &Deployment, checks: &mut Vec<Check>) -> Option<Arc<Secret>> {
    match deployment.token().await {
        Err(e) => {
            checks.push(
                Check::new("credential", State::Problem, e.to_string())
                    .fix("correct this, or choose another deployment with --deployment"),
            );
            None
        }
        Ok(token) => {
            let check = match (token.kind(), &deployment.org) {
                (SecretKind::Personal, Some(org)) => Check::new(
                    "credential",
                    State::Fine,
                    format!("personal token for the organisation {}", SafeText::from(org.as_str())),
                ),
                (SecretKind::Personal, None) => Check::new(
                    "credential",
                    State::Warning,
                    "personal token without an organisation",
                )
                .fix("set AXIOM_ORG_ID, or org-id in the settings; else axtok asks each time"),
                (SecretKind::Api, _) => Check::new("credential", State::Fine, "API token"),
                (SecretKind::Ingest, _) => Check::new(
                    "credential",
                    State::Problem,
                    "legacy ingest token: it cannot manage tokens",
                )
                .fix("use a personal token (xapt-) or an API token (xaat-)"),
                (SecretKind::Other, _) => {
                    Check::new("credential", State::Warning, "token of an unknown kind")
                        .fix("personal tokens begin with xapt-, API tokens with xaat-")
                }
            };
            checks.push(check);
            Some(token)
        }
    }
}

fn address(deployment: &Deployment, checks: &mut Vec<Check>) -> Option<Endpoint> {
    match Endpoint::parse(&deployment.url) {
        Ok(endpoint) => {
            checks.push(Check::new("address", State::Fine, endpoint.to_string()));
            Some(endpoint)
        }
        Err(e) => {
            checks.push(
                Check::new("address", State::Problem, e.to_string())
                    .fix("correct the url of this deployment, or AXIOM_URL"),
            );
            None
        }
    }
}

/// Sends one read-only request: lists the organisations that the credential can access.
async fn answer(deployment: &Deployment, endpoint: Endpoint, token: Arc<Secret>) -> Check {
    let client = match Client::new(endpoint, Arc::clone(&token)) {
        Ok(client) => client,
        Err(e) => return Check::new("server", State::Problem, e.to_string()),
    };
    let call = Call::ListOrgs;
    match client.send(&call, None).await {
        Ok(Reply::Orgs(orgs)) => {
            let wanted = deployment.org.as_deref();
            let seen = |id: &str| orgs.iter().any(|o| o.id.raw() == id);
            let count = match orgs.len() {
                1 => "1 organisation".to_owned(),
                n => format!("{n} organisations"),
            };
            match wanted {
                Some(id) if token.kind() == SecretKind::Personal && !seen(id) => {
                    let ids: Vec<_> = orgs.iter().map(|o| o.id.to_string()).collect();
                    let says = format!("the credential has no access to {}", SafeText::from(id));
                    Check::new("server", State::Problem, says)
                        .fix(format!("choose one of its organisations: {}", ids.join(", ")))
                }
                _ => Check::new("server", State::Fine, format!("responds: {count}")),
            }
        }
        Ok(_) => Check::new("server", State::Fine, "responds"),
        // A valid API token may lack the right to list organisations.
        Err(failure)
            if failure.kind == FailureKind::Status(403) && token.kind() == SecretKind::Api =>
        {
            Check::new("server", State::Fine, "responds and accepts the credential")
        }
        Err(failure) => {
            Check::new("server", State::Problem, failure.headline(&call)).fix(failure.advice(&call))
        }
    }
}

fn memory(protection: Protection) -> Check {
    let closed = protection.dumpable_off && protection.core_limit_zero;
    let state = if closed { State::Fine } else { State::Warning };
    let check = Check::new("memory", state, protection.describe());
    if closed { check } else { check.fix("run ulimit -c 0 before you start axtok") }
}
