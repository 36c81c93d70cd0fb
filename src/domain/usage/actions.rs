//! The actions in the audit log, and the rights that they take. The names are documented.
//! Which right an action takes is inferred from the names of both.

use crate::domain::capability::{Capability, Scope, Verb};

/// A right: scope, capability and verb.
type Right = (Scope, &'static str, Verb);

/// An action in the audit log.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name in the log.
    pub name: &'static str,
    /// What was done, as in "last seen: dashboard created".
    pub label: &'static str,
    /// The rights that it takes.
    rights: &'static [Right],
    /// Whether each use of these rights is in the log, so that a right without one is unused.
    is_always_logged: bool,
}

const fn row(name: &'static str, label: &'static str, rights: &'static [Right]) -> Action {
    Action { name, label, rights, is_always_logged: true }
}

/// An action that shows that a right was used, while other uses of the right are not logged.
const fn partly(name: &'static str, label: &'static str, rights: &'static [Right]) -> Action {
    Action { name, label, rights, is_always_logged: false }
}

use Scope::{Dataset, Org, View};
use Verb::{Create as C, Delete as D, Read as R, Update as U};

#[rustfmt::skip]
const ACTIONS: &[Action] = &[
    row("runAPLQuery", "queried", &[(Dataset, "query", R), (View, "query", R)]),
    row("runMetricsQuery", "queried metrics", &[(Dataset, "query", R)]),
    row("streamDataset", "streamed", &[(Dataset, "query", R)]),
    row("createVirtualField", "created a virtual field", &[(Dataset, "virtualFields", C)]),
    row("updateVirtualField", "changed a virtual field", &[(Dataset, "virtualFields", U)]),
    row("aplDelete", "deleted data", &[(Dataset, "data", D)]),
    row("trimDataset", "trimmed", &[(Dataset, "trim", U)]),
    row("vacuumDataset", "vacuumed", &[(Dataset, "vacuum", U)]),
    partly("shareRepo", "shared a dataset", &[(Dataset, "share", C)]),
    partly("unShareRepo", "ended sharing", &[(Dataset, "share", D)]),
    row("createAnnotation", "created an annotation", &[(Org, "annotations", C)]),
    row("deleteAnnotation", "deleted an annotation", &[(Org, "annotations", D)]),
    row("createAPIToken", "created an API token", &[(Org, "apiTokens", C)]),
    row("regenerateAPIToken", "regenerated an API token", &[(Org, "apiTokens", U)]),
    row("deleteAPIToken", "deleted an API token", &[(Org, "apiTokens", D)]),
    partly("upgradePlan", "changed the plan", &[(Org, "billing", U)]),
    partly("downgradePlan", "changed the plan", &[(Org, "billing", U)]),
    row("createDashboard", "created a dashboard", &[(Org, "dashboards", C)]),
    partly("getDashboard", "read a dashboard", &[(Org, "dashboards", R)]),
    row("updateDashboard", "changed a dashboard", &[(Org, "dashboards", U)]),
    row("deleteDashboard", "deleted a dashboard", &[(Org, "dashboards", D)]),
    row("createDataset", "created a dataset", &[(Org, "datasets", C)]),
    row("updateDataset", "changed a dataset", &[(Org, "datasets", U)]),
    row("updateDatasetSettings", "changed a dataset", &[(Org, "datasets", U)]),
    row("updateField", "changed a field", &[(Org, "datasets", U)]),
    row("createMapField", "changed a field", &[(Org, "datasets", U)]),
    row("updateMapFields", "changed a field", &[(Org, "datasets", U)]),
    row("deleteMapField", "changed a field", &[(Org, "datasets", U)]),
    row("deleteDataset", "deleted a dataset", &[(Org, "datasets", D)]),
    row("createEndpoint", "created an endpoint", &[(Org, "endpoints", C)]),
    row("updateEndpoint", "changed an endpoint", &[(Org, "endpoints", U)]),
    row("deleteEndpoint", "deleted an endpoint", &[(Org, "endpoints", D)]),
    row("createFlowConfiguration", "created a flow", &[(Org, "flows", C)]),
    row("createFlowDestination", "created a flow", &[(Org, "flows", C)]),
    row("createFlowReplay", "replayed a flow", &[(Org, "flows", C), (Org, "flows", U)]),
    row("updateFlowConfiguration", "changed a flow", &[(Org, "flows", U)]),
    row("updateFlowDestination", "changed a flow", &[(Org, "flows", U)]),
    row("resumeFlowReplay", "replayed a flow", &[(Org, "flows", U)]),
    row("stopFlowReplay", "replayed a flow", &[(Org, "flows", U)]),
    row("deleteFlowConfiguration", "deleted a flow", &[(Org, "flows", D)]),
    row("deleteFlowDestination", "deleted a flow", &[(Org, "flows", D)]),
    row("createMonitor", "created a monitor", &[(Org, "monitors", C)]),
    row("updateMonitor", "changed a monitor", &[(Org, "monitors", U)]),
    row("resolveMonitor", "resolved a monitor", &[(Org, "monitors", U)]),
    row("resolveMonitorAll", "resolved monitors", &[(Org, "monitors", U)]),
    row("deleteMonitor", "deleted a monitor", &[(Org, "monitors", D)]),
    row("createNotifier", "created a notifier", &[(Org, "notifiers", C)]),
    row("updateNotifier", "changed a notifier", &[(Org, "notifiers", U)]),
    row("triggerNotifier", "triggered a notifier", &[(Org, "notifiers", U)]),
    row("triggerNotifierWithID", "triggered a notifier", &[(Org, "notifiers", U)]),
    row("deleteNotifier", "deleted a notifier", &[(Org, "notifiers", D)]),
    row("createRole", "created a role", &[(Org, "rbac", C)]),
    row("createGroup", "created a group", &[(Org, "rbac", C)]),
    row("updateRole", "changed a role", &[(Org, "rbac", U)]),
    row("updateGroup", "changed a group", &[(Org, "rbac", U)]),
    row("deleteRole", "deleted a role", &[(Org, "rbac", D)]),
    row("deleteGroup", "deleted a group", &[(Org, "rbac", D)]),
    row("removeRBAC", "removed a role or group", &[(Org, "rbac", D), (Org, "rbac", U)]),
    row("rotateSharedAccessKeys", "rotated keys", &[(Org, "sharedAccessKeys", U)]),
    row("createUser", "added a user", &[(Org, "users", C)]),
    row("updateUser", "changed a user", &[(Org, "users", U)]),
    row("removeUserFromOrg", "removed a user", &[(Org, "users", D)]),
    row("createView", "created a view", &[(Org, "views", C)]),
    row("updateView", "changed a view", &[(Org, "views", U)]),
    row("deleteView", "deleted a view", &[(Org, "views", D)]),
];

impl Action {
    /// Every action that takes a right.
    pub const ALL: &'static [Self] = ACTIONS;

    /// The action with this name in the log, if it takes a right.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    /// Whether each use of its rights is in the log, so that a right without one is unused.
    #[must_use]
    pub const fn is_always_logged(&self) -> bool {
        self.is_always_logged
    }

    /// The rights that the action takes.
    pub fn rights(&self) -> impl Iterator<Item = (&'static Capability, Verb)> {
        let known = |(scope, wire, verb): &Right| Some((scope.capability(wire)?, *verb));
        self.rights.iter().filter_map(known)
    }
}

/// Whether each use of a right is in the log.
#[must_use]
pub fn is_logged(capability: &Capability, verb: Verb) -> bool {
    let takes = |action: &&Action| action.rights().any(|right| right == (capability, verb));
    ACTIONS.iter().filter(takes).any(|action| action.is_always_logged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_there_once_and_take_rights_that_exist() {
        for (at, action) in ACTIONS.iter().enumerate() {
            assert_eq!(ACTIONS.iter().position(|a| a.name == action.name), Some(at));
            assert_eq!(action.rights().count(), action.rights.len(), "{}", action.name);
            for (capability, verb) in action.rights() {
                assert!(capability.verbs.has(verb), "{}: {}", action.name, capability.right(verb));
            }
        }
    }

    #[test]
    fn reading_and_sharing_leave_no_trace_but_queries_do() {
        let is_logged =
            |scope: Scope, wire: &str, verb| is_logged(scope.capability(wire).unwrap(), verb);
        assert!(is_logged(Dataset, "query", R));
        assert!(is_logged(View, "query", R));
        assert!(is_logged(Org, "monitors", D));
        for (scope, wire, verb) in [
            (Dataset, "ingest", C),
            (Dataset, "share", C),
            (Dataset, "starredQueries", C),
            (Dataset, "virtualFields", D),
            (Org, "annotations", U),
            (Org, "auditLog", R),
            (Org, "dashboards", R),
            (Org, "users", R),
        ] {
            assert!(!is_logged(scope, wire, verb), "{wire}");
        }
    }
}
