//! The environment variables for signing in.

use std::ffi::OsString;

use super::{ConfigError, deployments::Credential};
use crate::domain::pasted::begins_as_token;
use zeroize::Zeroizing;

/// The variable that holds the token. axtok removes it from its environment.
pub const TOKEN: &str = "AXIOM_TOKEN";

/// The variable that holds the address.
pub const URL: &str = "AXIOM_URL";

/// The values of the variables, which are the Axiom CLI's too.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `AXIOM_TOKEN`.
    pub token: Option<Credential>,
    /// `AXIOM_ORG_ID`.
    pub org: Option<String>,
    /// `AXIOM_URL`.
    pub url: Option<String>,
    /// `AXIOM_DEPLOYMENT`.
    pub deployment: Option<String>,
    /// The first invalid variable. None of the values can be trusted then.
    problem: Option<ConfigError>,
}

impl Environment {
    /// Reads the variables through `get`; empty ones count as unset.
    pub fn read<T: Into<OsString>>(get: impl Fn(&str) -> Option<T>) -> Self {
        let mut problem = None;
        let mut set = |name| match text(name, get(name).map(Into::into)) {
            Ok(value) => value,
            Err(why) => {
                problem.get_or_insert(ConfigError::Variable { name, why });
                None
            }
        };
        let (token, org) = (set(TOKEN), set("AXIOM_ORG_ID"));
        let (url, deployment) = (set(URL), set("AXIOM_DEPLOYMENT"));
        let token = token.map(|text| Credential::pasted(&Zeroizing::new(text)));
        Self { token, org, url, deployment, problem }
    }

    /// Checks that every variable that is set is valid.
    ///
    /// # Errors
    /// Names the first one that is not.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.problem.clone().map_or(Ok(()), Err)
    }
}

/// A variable's value without surrounding white space.
fn text(name: &str, value: Option<OsString>) -> Result<Option<String>, &'static str> {
    let Some(value) = value else { return Ok(None) };
    let value = value.into_string().map_err(|_| "is not UTF-8 text")?;
    let value = value.trim();
    // The token's own check reports line breaks with a more precise reason.
    let is_break = |c| matches!(c, '\r' | '\n') && name == TOKEN;
    if value.contains(|c: char| c.is_control() && !is_break(c)) {
        return Err("contains a control character or a line break");
    }
    // A deployment's name, however unlikely, may begin like a token.
    if matches!(name, "AXIOM_URL" | "AXIOM_ORG_ID") && begins_as_token(value) {
        return Err("looks like a token, which belongs in AXIOM_TOKEN");
    }
    Ok(Some(value.to_owned()).filter(|v| !v.is_empty()))
}
