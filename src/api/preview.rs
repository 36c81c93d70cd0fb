//! Requests as text: what would be sent, as a curl command and for Terraform.
//! Nothing here knows a credential.
//!
//! All of it holds names as they are, for machines: a screen shows it through
//! `SafeText`, line by line.

mod terraform;

pub use terraform::terraform;

use super::{call::Call, endpoint, wire};

/// A request that creates or regenerates, without where it goes and who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub method: &'static str,
    /// Percent-encoded, from `/v2` on.
    pub path: String,
    /// JSON on several lines; what this version does not know is in it byte for
    /// byte.
    pub body: String,
}

impl Preview {
    pub(super) fn of(call: &Call) -> Option<Self> {
        let (path, body) = match call {
            Call::CreateToken(token) => {
                (endpoint::path(&["v2", "tokens"])?, wire::create_readable(token)?)
            }
            Call::RegenerateToken(id, regeneration) => (
                endpoint::path(&["v2", "tokens", id.raw(), "regenerate"])?,
                wire::regenerate_readable(regeneration)?,
            ),
            _ => return None,
        };
        Some(Self { method: "POST", path, body })
    }

    /// Any change as a request, given where personal tokens are. `None` if it
    /// cannot be sent, or changes nothing. Its body may be empty.
    #[must_use]
    pub fn of_change(call: &Call, personal_path: &str) -> Option<Self> {
        let personal = |id: Option<&str>| {
            let base = personal_path.trim().trim_matches('/').split('/');
            endpoint::path(&base.chain(id).collect::<Vec<_>>())
        };
        match call {
            Call::DeleteToken(id) => Some(Self {
                method: "DELETE",
                path: endpoint::path(&["v2", "tokens", id.raw()])?,
                body: String::new(),
            }),
            Call::DeletePersonalToken(id) => Some(Self {
                method: "DELETE",
                path: personal(Some(id.raw()))?,
                body: String::new(),
            }),
            Call::CreatePersonalToken(new) => {
                let body: serde_json::Value =
                    serde_json::from_slice(&wire::create_personal(new)?).ok()?;
                Some(Self { method: "POST", path: personal(None)?, body: format!("{body:#}") })
            }
            call => Self::of(call),
        }
    }

    /// The request as a command for a POSIX shell. The credential is read from
    /// `AXIOM_TOKEN` when it runs; a personal token needs the organisation.
    #[must_use]
    pub fn curl(&self, base_url: &str, org: Option<&str>) -> String {
        let url = format!("{}{}", base_url.trim_end_matches('/'), self.path);
        let mut parts = vec![
            format!("curl -X {} {}", self.method, quoted(&url)),
            "-H \"Authorization: Bearer $AXIOM_TOKEN\"".to_owned(),
        ];
        if let Some(org) = org {
            parts.push(format!("-H {}", quoted(&format!("X-Axiom-Org-Id: {org}"))));
        }
        parts.push("-H 'Content-Type: application/json'".to_owned());
        // Not --data, which would take a leading @ for the name of a file.
        parts.push(format!("--data-raw {}", quoted(&self.body)));
        parts.join(" \\\n  ")
    }
}

/// One word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
