//! An organisation in a scenario.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::{
    audit::{AuditSeed, TrafficSeed},
    notation::{Expires, Length},
};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OrgSeed {
    pub id: String,
    pub name: String,
    pub plan: Plan,
    pub datasets: DatasetSeeds,
    pub view: Vec<ViewSeed>,
    pub token: Vec<TokenSeed>,
    pub user: Vec<MemberSeed>,
    pub audit: Vec<AuditSeed>,
    pub audit_window: Length,
    pub traffic: Option<TrafficSeed>,
}

impl Default for OrgSeed {
    fn default() -> Self {
        Self {
            id: "test-org".to_owned(),
            name: "Test".to_owned(),
            plan: Plan::AxiomCloud,
            datasets: DatasetSeeds::default(),
            view: Vec::new(),
            token: Vec::new(),
            user: Vec::new(),
            audit: Vec::new(),
            audit_window: Length::AUDIT_WINDOW,
            traffic: None,
        }
    }
}

/// The plans in the API description.
#[derive(Clone, Copy, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Plan {
    Personal,
    TeamMonthlyAws,
    AxiomCloud,
    TeamPlus,
    Enterprise,
    Comped,
    Accelerator,
}

/// Datasets by kind: name and description.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DatasetSeeds {
    pub events: BTreeMap<String, String>,
    pub traces: BTreeMap<String, String>,
    pub logs: BTreeMap<String, String>,
    pub metrics: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ViewSeed {
    pub name: String,
    pub description: String,
    pub apl: String,
    pub datasets: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TokenSeed {
    pub id: Option<Spanned<String>>,
    pub name: String,
    pub description: String,
    pub expires: Expires,
    pub ingest_into: Vec<String>,
    pub query_on: Vec<String>,
    pub dataset: BTreeMap<String, Vec<String>>,
    pub view: BTreeMap<String, Vec<String>>,
    pub org: Vec<String>,
    pub secret: Option<String>,
    pub raw: serde_json::Map<String, Value>,
}

/// A user besides the signed-in one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MemberSeed {
    pub id: String,
    pub name: String,
    pub email: String,
    /// The role's name.
    pub role: String,
}
