//! Which address a credential is for. A stored credential is never sent to an address from
//! another source: control over one variable or one file must not be enough to obtain a
//! credential from another.

use super::{Deployment, Source};
use crate::{
    api::{Endpoint, EndpointError},
    domain::SafeText,
};

/// Why a credential is not used with an address. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// `AXIOM_URL` is invalid.
    #[error("AXIOM_URL: {0}")]
    Environment(EndpointError),
    /// `AXIOM_URL` is not the address that the credential is for.
    #[error(
        "AXIOM_URL is {wanted}, but the credential of the deployment {name} is for {} and is \
         not sent elsewhere: set AXIOM_TOKEN to a token for {wanted}, or unset AXIOM_URL",
        place(.own.as_ref())
    )]
    NotItsOwn {
        /// The deployment's name.
        name: SafeText,
        /// The deployment's address, if it is valid.
        own: Option<String>,
        /// `AXIOM_URL`.
        wanted: String,
    },
    /// `AXIOM_URL` and `AXIOM_DEPLOYMENT` mean different addresses.
    #[error(
        "AXIOM_URL is {wanted}, but AXIOM_DEPLOYMENT selects {name}, which is at {}: unset one \
         of the two",
        place(.own.as_ref())
    )]
    TwoPlaces {
        /// The deployment's name.
        name: SafeText,
        /// The deployment's address, if it is valid.
        own: Option<String>,
        /// `AXIOM_URL`.
        wanted: String,
    },
    /// The settings and the Axiom CLI's file have different addresses for a name.
    #[error(
        "the deployment {name} is not used: the settings and ~/.axiom.toml have different \
         addresses for it, and its credential is in {}: set the url there, and the same url or \
         none in the other file",
        .credential.describe()
    )]
    TwoFiles {
        /// The deployment's name.
        name: SafeText,
        /// Where its credential is.
        credential: Source,
    },
    /// The settings have the routes for personal tokens on a server of their own, and the
    /// credential is in the Axiom CLI's file.
    #[error(
        "the deployment {name} is not used: its credential is in ~/.axiom.toml and is not sent to \
         the address in personal-tokens-path: set token-command or token-file in the settings"
    )]
    RoutesElsewhere {
        /// The deployment's name.
        name: SafeText,
    },
    /// The settings have a deployment of this name with another address.
    #[error("the settings have another address for {name}: choose another name")]
    NameTaken {
        /// The name.
        name: SafeText,
    },
}

impl AddressError {
    /// A shorter message for the sign-in screen, if pasting a token would resolve the error.
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

/// Whether both are the same address, however they are spelled. Invalid addresses are compared as
/// text.
pub(super) fn is_same_deployment(one: &str, other: &str) -> bool {
    match (Endpoint::parse(one), Endpoint::parse(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Checks that `AXIOM_URL` is the address of this deployment's credential.
pub(super) fn of_credential(url: &str, deployment: &Deployment) -> Result<(), AddressError> {
    compared(url, deployment, |name, own, wanted| AddressError::NotItsOwn { name, own, wanted })
}

/// Checks that `AXIOM_URL` is the address of the deployment that `AXIOM_DEPLOYMENT` selects.
pub(super) fn of_deployment(url: &str, deployment: &Deployment) -> Result<(), AddressError> {
    compared(url, deployment, |name, own, wanted| AddressError::TwoPlaces { name, own, wanted })
}

fn compared(
    url: &str,
    deployment: &Deployment,
    differ: impl Fn(SafeText, Option<String>, String) -> AddressError,
) -> Result<(), AddressError> {
    let wanted = Endpoint::parse(url).map_err(AddressError::Environment)?;
    // An invalid address may contain a password: do not show it.
    let own = Endpoint::parse(&deployment.url).ok();
    if own.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let own = own.map(|own| own.to_string());
    Err(differ(deployment.name.as_str().into(), own, wanted.to_string()))
}
