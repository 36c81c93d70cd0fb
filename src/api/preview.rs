//! Shows requests as text: as a curl command and as Terraform configuration. Never contains a
//! credential.
//!
//! Names are unchanged, for machines. Screens show the texts through `SafeText`, line by line.

mod terraform;

pub use terraform::terraform;

use super::{Endpoint, call::Call, endpoint, wire};

/// A request without its address and credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The HTTP method.
    pub method: &'static str,
    /// The percent-encoded path below the deployment's address; the whole address if the routes
    /// are on another server.
    pub path: String,
    /// JSON on several lines, possibly empty. Parts unknown to this version are unchanged.
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

    /// Any change as a request; `personal_path` is the base path of the routes for personal tokens,
    /// or their whole address.
    /// `None` if the call cannot be sent or is not a change.
    #[must_use]
    pub fn of_change(call: &Call, personal_path: &str) -> Option<Self> {
        let personal = |id: Option<&str>| {
            let (server, base) = if personal_path.contains("://") {
                let (server, base) = Endpoint::of_routes(personal_path).ok()?;
                (server.to_string(), base)
            } else {
                (String::new(), personal_path.trim().trim_matches('/').to_owned())
            };
            Some(server + &endpoint::path(&base.split('/').chain(id).collect::<Vec<_>>())?)
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

    /// The request as a curl command for a POSIX shell. The command reads the credential from
    /// `AXIOM_TOKEN` when it runs. With a personal token, `org` is required.
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
        // Not --data, which would treat a leading @ as a file name.
        parts.push(format!("--data-raw {}", quoted(&self.body)));
        parts.join(" \\\n  ")
    }
}

/// Quotes a text as one shell word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
