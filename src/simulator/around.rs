//! The read-only operations: datasets, views, organisations, users.

use serde_json::{Value, json};

use super::{
    auth::{self, Caller},
    message::{Refusal, Response},
    store::{Dataset, Org, Store},
};
use crate::domain::{Verb, WILDCARD};

/// The date of everything without one of its own.
const BEGAN: &str = "2025-01-15T09:00:00Z";

impl Store {
    /// An API token sees the datasets that it has rights on, or all with `datasets:read`.
    pub(super) fn list_datasets(&self, caller: Caller) -> Response {
        let org = &self.orgs[caller.org()];
        let is_reached = |dataset: &&Dataset| match caller {
            Caller::Personal { .. } => true,
            Caller::Api { token, .. } => {
                let reached = &org.tokens[token].grants.dataset;
                reached.contains_key(&dataset.name) || reached.contains_key(WILDCARD)
            }
        };
        let sees_all = auth::has(self, caller, "datasets", Verb::Read);
        let shown = org.datasets.iter().filter(|d| sees_all || is_reached(d));
        Response::ok(&shown.map(|dataset| self.dataset_json(dataset)).collect())
    }

    pub(super) fn list_views(&self, org: usize) -> Response {
        let views = self.orgs[org].views.iter().map(|view| {
            json!({
                "name": view.name,
                "description": view.description,
                "aplQuery": view.apl,
                "datasets": view.datasets,
            })
        });
        Response::ok(&views.collect())
    }

    /// An API token sees only its own organisation.
    pub(super) fn list_orgs(&self, caller: Caller) -> Response {
        let seen = match caller {
            Caller::Personal { .. } => &self.orgs[..],
            Caller::Api { org, .. } => &self.orgs[org..=org],
        };
        let role = matches!(caller, Caller::Personal { .. }).then_some(self.user.role.as_str());
        Response::ok(&seen.iter().map(|org| self.org_json(org, role)).collect())
    }

    pub(super) fn current_user(&self) -> Response {
        let user = &self.user;
        Response::ok(&self.user_json([
            &user.id,
            &user.name,
            &user.email,
            &user.role_id,
            &user.role,
        ]))
    }

    /// The signed-in user, and the others of the organisation.
    pub(super) fn list_users(&self, org: usize) -> Response {
        Response::ok(&self.users(org).collect())
    }

    pub(super) fn get_user(&self, org: usize, id: &str) -> Result<Response, Refusal> {
        let user = self.users(org).find(|user| user["id"] == id).ok_or_else(Refusal::not_found)?;
        Ok(Response::ok(&user))
    }

    fn users(&self, org: usize) -> impl Iterator<Item = Value> {
        let user = &self.user;
        let own = [&user.id, &user.name, &user.email, &user.role_id, &user.role];
        let others = self.orgs[org].users.iter();
        let others = others.map(|u| [&u.id, &u.name, &u.email, &u.role_id, &u.role]);
        std::iter::once(own).chain(others).map(|user| self.user_json(user))
    }

    fn user_json(&self, [id, name, email, role_id, role]: [&String; 5]) -> Value {
        let mut json = json!({ "id": id, "name": name, "email": email });
        if !self.sparse {
            json["role"] = json!({ "id": role_id, "name": role });
        }
        json
    }

    fn dataset_json(&self, dataset: &Dataset) -> Value {
        json!({
            "id": dataset.name,
            "name": dataset.name,
            "description": dataset.description,
            "kind": dataset.kind,
            "created": BEGAN,
            "updatedAt": BEGAN,
            "who": self.user.name,
            "canWrite": true,
            "retentionDays": 30,
            "useRetentionPeriod": false,
            "mapFields": [],
        })
    }

    fn org_json(&self, org: &Org, role: Option<&str>) -> Value {
        let mut json = json!({
            "id": org.id,
            "name": org.name,
            "plan": org.plan,
            "planCreated": BEGAN,
            "lastUsageSync": BEGAN,
            "paymentStatus": "success",
            "primaryEmail": self.user.email,
            "defaultEdgeDeployment": "cloud.us-east-1.aws",
            "license": self.license_json(org),
        });
        if let Some(role) = role {
            json["role"] = role.into();
        }
        json
    }

    fn license_json(&self, org: &Org) -> Value {
        if self.sparse {
            return json!({ "id": org.id, "tier": org.plan });
        }
        json!({
            "id": org.id,
            "tier": org.plan,
            "issuer": "simulator",
            "issuedTo": org.id,
            "issuedAt": BEGAN,
            "validFrom": BEGAN,
            "expiresAt": null,
            "monthlyIngestGb": 1000,
            "monthlyQueryGbHours": 100,
            "storageAllowanceGB": 10_000,
            "apiRateLimitPerSecond": 1000,
            "maxUsers": 100,
            "maxDatasets": 10_000,
            "maxMonitors": 500,
            "maxFields": 4000,
            "maxEndpoints": 50,
            "maxQueryWindowSeconds": 2_592_000,
            "maxAuditWindowSeconds": org.audit_window,
            "withAuths": ["google", "github"],
            "features": { "rbac": true },
            "billingPeriodStart": BEGAN,
            "billingPeriodEnd": "2025-02-15T09:00:00Z",
            "defaultEdgeDeployment": "cloud.us-east-1.aws",
            "edgeDeployments": ["cloud.us-east-1.aws"],
        })
    }
}
