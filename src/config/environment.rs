//! What the environment says about signing in.

use std::ffi::OsString;

use super::{ConfigError, deployments::Credential};
use crate::domain::pasted::begins_as_token;
use zeroize::Zeroizing;

/// The variable with the token. It is taken out of the environment.
pub const TOKEN: &str = "AXIOM_TOKEN";

/// The variable with the address.
pub const URL: &str = "AXIOM_URL";

/// The variables that the Axiom CLI knows too.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub token: Option<Credential>,
    pub org: Option<String>,
    pub url: Option<String>,
    pub deployment: Option<String>,
    /// What is wrong with one of them: where it leads is not known then.
    problem: Option<ConfigError>,
}

impl Environment {
    /// Reads them; empty ones count as unset.
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

    /// Makes sure that each variable that is set can be read.
    ///
    /// # Errors
    /// With the name of one that cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.problem.clone().map_or(Ok(()), Err)
    }
}

/// A variable's value without white space around it.
fn text(name: &str, value: Option<OsString>) -> Result<Option<String>, &'static str> {
    let Some(value) = value else { return Ok(None) };
    let value = value.into_string().map_err(|_| "is not UTF-8 text")?;
    let value = value.trim();
    // The check of tokens reports line breaks in one, with a more precise reason.
    let is_break = |c| matches!(c, '\r' | '\n') && name == TOKEN;
    if value.contains(|c: char| c.is_control() && !is_break(c)) {
        return Err("has a control character or a line break in it");
    }
    // A name of a deployment may begin so, though it is hard to believe.
    if matches!(name, "AXIOM_URL" | "AXIOM_ORG_ID") && begins_as_token(value) {
        return Err("looks like a token, which belongs into AXIOM_TOKEN");
    }
    Ok(Some(value.to_owned()).filter(|v| !v.is_empty()))
}
