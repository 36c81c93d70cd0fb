//! Which address a credential is for. A stored credential is never sent to an
//! address from another source: whoever sets one variable, or edits one file,
//! must not get the credential of another.

use super::{Deployment, Source};
use crate::{
    api::{Endpoint, EndpointError},
    domain::SafeText,
};

/// Why an address is not used with a credential. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// `AXIOM_URL` cannot be used.
    #[error("AXIOM_URL: {0}")]
    Environment(EndpointError),
    /// `AXIOM_URL` is another place than that of the credential.
    #[error(
        "AXIOM_URL is {wanted}, but the credential of the deployment {name} is for {}, and is \
         not sent elsewhere: set AXIOM_TOKEN to a token for {wanted}, or unset AXIOM_URL",
        place(.own.as_ref())
    )]
    NotItsOwn { name: SafeText, own: Option<String>, wanted: String },
    /// `AXIOM_URL` and `AXIOM_DEPLOYMENT` are two places.
    #[error(
        "AXIOM_URL is {wanted}, but AXIOM_DEPLOYMENT names {name}, which is at {}: unset one \
         of the two",
        place(.own.as_ref())
    )]
    TwoPlaces { name: SafeText, own: Option<String>, wanted: String },
    /// The settings and the Axiom CLI's file have different addresses for a name.
    #[error(
        "the deployment {name} is not used: the settings and ~/.axiom.toml have different \
         addresses for it, and its credential is in {}: write url there, beside the credential, \
         and the same one or none in the other file",
        .credential.describe()
    )]
    TwoFiles { name: SafeText, credential: Source },
    /// The settings have a deployment of this name elsewhere.
    #[error("the settings have another address for {name}: choose another name")]
    NameTaken { name: SafeText },
}

impl AddressError {
    /// The same for where a token can be typed, if that is all that is missing.
    #[must_use]
    pub fn asking(&self) -> Option<String> {
        let Self::NotItsOwn { name, own, wanted } = self else { return None };
        let own = place(own.as_ref());
        Some(format!(
            "AXIOM_URL is {wanted}, but the credential of the deployment {name} is for {own}: \
             paste a token for AXIOM_URL"
        ))
    }
}

fn place(url: Option<&String>) -> &str {
    url.map_or("another address", String::as_str)
}

/// Whether both are the same address, however they are spelled. One that cannot
/// be used is no place at all.
pub(super) fn is_same_place(one: &str, other: &str) -> bool {
    match (Endpoint::parse(one), Endpoint::parse(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Checks that `AXIOM_URL` is where the credential of this deployment belongs.
pub(super) fn of_credential(url: &str, deployment: &Deployment) -> Result<(), AddressError> {
    compared(url, deployment, |name, own, wanted| AddressError::NotItsOwn { name, own, wanted })
}

/// Checks that `AXIOM_URL` is where this deployment is.
pub(super) fn of_deployment(url: &str, deployment: &Deployment) -> Result<(), AddressError> {
    compared(url, deployment, |name, own, wanted| AddressError::TwoPlaces { name, own, wanted })
}

fn compared(
    url: &str,
    deployment: &Deployment,
    differ: impl Fn(SafeText, Option<String>, String) -> AddressError,
) -> Result<(), AddressError> {
    let wanted = Endpoint::parse(url).map_err(AddressError::Environment)?;
    // An address that is refused may hold a password: it is not shown.
    let own = Endpoint::parse(&deployment.url).ok();
    if own.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let own = own.map(|own| own.to_string());
    Err(differ(deployment.name.as_str().into(), own, wanted.to_string()))
}
