//! The same changes for several tokens: each token keeps its own rights, and gets or loses what
//! the lines say.

use super::{Edit, Name, Right, What, names};
use crate::domain::{
    capability::{Capability, Scope, Verb, Verbs},
    grants::{Change, Grants, Target, WILDCARD},
    review::{self, Finding},
    rights::Rights,
    safe_text::SafeText,
    token::ApiToken,
    validate,
    words::nearest,
};

/// The names that exist now. `None` is a list that was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Existing {
    /// The datasets.
    pub datasets: Option<Vec<SafeText>>,
    /// The views.
    pub views: Option<Vec<SafeText>>,
}

impl Existing {
    const fn list(&self, scope: Scope) -> Option<&Vec<SafeText>> {
        match scope {
            Scope::Dataset => self.datasets.as_ref(),
            Scope::View => self.views.as_ref(),
            Scope::Org => None,
        }
    }

    /// The known names in a scope.
    pub fn names(&self, scope: Scope) -> impl Iterator<Item = &SafeText> {
        self.list(scope).into_iter().flatten()
    }
}

/// What happens to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gets other rights.
    Changed,
    /// Its rights stay the same.
    Unchanged,
    /// It would have no rights left, and such a token cannot be made.
    Empty,
}

/// One token of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The rights of the new token.
    pub grants: Grants,
    /// Whether the token changes.
    pub outcome: Outcome,
    /// The differences, such as `+ query:read on prod-new`. Differences with the same rights
    /// are one line.
    pub changes: Vec<Difference>,
    /// What else to know: what the token can still do although a change revokes it, such as `*
    /// still grants query:read on prod-api`, or why nothing changes.
    pub notes: Vec<String>,
    /// The findings about the new rights that the old ones do not have.
    pub findings: Vec<Finding>,
}

/// Some rights that a token gets, or loses, on one or several rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whether the rights are added.
    pub is_added: bool,
    /// The rights, such as `query:read`.
    pub rights: String,
    /// The rows, in words; at least one.
    pub places: Vec<String>,
    /// The plural of what the rows are.
    things: &'static str,
    /// It is about the organisation or a row `*`, which must not be lost in a number.
    is_alone: bool,
}

impl Difference {
    /// All of it, as in `+ query:read on prod-api, prod-new`.
    #[must_use]
    pub fn describe(&self) -> String {
        self.text(&self.places.join(", "))
    }

    /// The same, with the number of rows if there are more than two.
    #[must_use]
    pub fn brief(&self) -> String {
        match self.places.len() {
            0..=2 => self.describe(),
            count => self.text(&format!("{count} {}", self.things)),
        }
    }

    /// The note about rights that the row `*` grants already.
    fn already(&self) -> String {
        format!("* already grants {} on {}", self.rights, self.places.join(", "))
    }

    fn text(&self, places: &str) -> String {
        let sign = if self.is_added { '+' } else { '-' };
        format!("{sign} {} on {places}", self.rights)
    }
}

/// The changes for several tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each token, in the same order.
    pub tokens: Vec<Planned>,
}

impl Plan {
    /// Applies the changes, one after another, to the rights of each token.
    ///
    /// # Errors
    /// When a name stands for nothing, and what to do instead.
    pub fn new(edits: &[Edit], tokens: &[&ApiToken], existing: &Existing) -> Result<Self, String> {
        // No token has none: they were left out of the list, and would be lost.
        if let Some(bare) = tokens.iter().find(|token| token.grants.is_empty()) {
            let (name, id) = (&bare.name, &bare.id);
            return Err(format!("the rights of {name} {id} were not listed: leave it out"));
        }
        Self::applied(edits, tokens, existing)
    }

    pub(super) fn applied(
        edits: &[Edit],
        tokens: &[&ApiToken],
        existing: &Existing,
    ) -> Result<Self, String> {
        for edit in edits {
            for name in &edit.names {
                check(edit, name, tokens, existing)?;
            }
        }
        let listed = |edit: &Edit| match edit.what {
            // Only the token's own rows can lose something.
            What::Revoke(_) | What::Only => Vec::new(),
            What::Grant(_) | What::Apply(_) => {
                let (mut targets, _) = names::targets(&edit.names, |scope| existing.names(scope));
                // The check above has accepted names that are not listed.
                targets.extend(edit.names.iter().filter_map(Name::target));
                targets
            }
        };
        let edits: Vec<(&Edit, Vec<Target>)> = edits.iter().map(|e| (e, listed(e))).collect();
        Ok(Self { tokens: tokens.iter().map(|token| planned(&edits, &token.grants)).collect() })
    }

    /// The number of tokens with this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.tokens.iter().filter(|planned| planned.outcome == outcome).count()
    }
}

/// The findings about rights that the old ones do not have.
fn new_findings(old: &Grants, new: &Grants) -> Vec<Finding> {
    let before = review::about_grants(old);
    let mut after = review::about_grants(new);
    after.retain(|finding| before.iter().all(|known| known.code != finding.code));
    after
}

/// Whether a name stands for something.
fn check(
    edit: &Edit,
    name: &Name,
    tokens: &[&ApiToken],
    existing: &Existing,
) -> Result<(), String> {
    let scope = name.scope();
    let owned = |token: &&ApiToken| {
        let rows = if scope == Scope::View { &token.grants.views } else { &token.grants.datasets };
        rows.iter().any(|(row, _)| name.matches(row))
    };
    let (thing, shown) = (if scope == Scope::View { "view" } else { "dataset" }, name.shown());
    let adds = matches!(edit.what, What::Grant(_) | What::Apply(_));
    if adds && name.is_pattern() && existing.list(scope).is_none() {
        // It would match the rows of the tokens only.
        return Err(format!(
            "the list of {thing}s was not read, so {shown} matches nothing: write the names out"
        ));
    }
    if name.always_exists()
        || existing.names(scope).any(|there| name.matches(there))
        || tokens.iter().any(owned)
    {
        return Ok(());
    }
    match existing.list(scope) {
        Some(_) if name.is_pattern() => Err(format!("no {thing} matches {shown}")),
        Some(list) => {
            let known: Vec<&str> = list.iter().map(SafeText::shown).collect();
            let near = nearest(shown.shown(), &known);
            let near = near.map_or_else(String::new, |near| format!(": did you mean {near}?"));
            Err(format!("there is no {thing} {shown}{near}"))
        }
        None if adds => match validate::dataset_name(name.text()) {
            Ok(_) => Ok(()),
            Err(why) => Err(format!("{shown}: {why}")),
        },
        None => Err(format!("none of these tokens has a row for {shown}")),
    }
}

/// Applies the changes to one token. Each comes with the rows that it adds rights to.
fn planned(edits: &[(&Edit, Vec<Target>)], old: &Grants) -> Planned {
    let mut grants = old.clone();
    for (edit, listed) in edits {
        apply(edit, listed, &mut grants);
    }
    let mut notes: Vec<String> = edits.iter().flat_map(|(edit, _)| still(edit, &grants)).collect();
    if adds_nothing(old, &grants) {
        // Not worth a new secret.
        notes.extend(differences(old, &grants).iter().map(Difference::already));
        grants = old.clone();
    }
    let outcome = if grants == *old {
        Outcome::Unchanged
    } else if grants.is_empty() {
        Outcome::Empty
    } else {
        Outcome::Changed
    };
    let findings = match outcome {
        Outcome::Changed => new_findings(old, &grants),
        Outcome::Unchanged | Outcome::Empty => Vec::new(),
    };
    Planned { changes: differences(old, &grants), grants, outcome, notes, findings }
}

/// Whether the rights differ only in what the row `*` grants before and after.
fn adds_nothing(old: &Grants, new: &Grants) -> bool {
    let changes = old.difference(new);
    let is_granted = |change: &Change| {
        let rows = match &change.target {
            Target::Dataset(_) => &new.datasets,
            Target::View(_) => &new.views,
            Target::Org => return false,
        };
        // A change of the row itself is none of what it grants.
        let is_named = change.target.name().is_some_and(|name| name.raw() != WILDCARD);
        let all = rows.wildcard().map_or(Verbs::NONE, |all| all.verbs(change.capability));
        is_named && change.removed.is_empty() && change.added.minus(all).is_empty()
    };
    let mut without = new.clone();
    for Change { target, capability, added, .. } in &changes {
        // Cannot fail, since it removes verbs.
        let _ = without.set(target, capability, new.verbs(target, capability).minus(*added));
    }
    changes.iter().all(is_granted) && without == *old
}

fn apply(edit: &Edit, listed: &[Target], grants: &mut Grants) {
    let own: Vec<Target> = grants.rows().map(|(target, _)| target).collect();
    let is_named = |target: &&Target| names_row(edit, target);
    let mut named: Vec<Target> = own.iter().filter(is_named).chain(listed).cloned().collect();
    named.sort_unstable();
    named.dedup();
    match &edit.what {
        What::Grant(rights) => change(grants, &named, rights, Verbs::union),
        What::Revoke(rights) => change(grants, &named, rights, Verbs::minus),
        What::Only => {
            for target in own.iter().filter(|t| t.scope() == Scope::Dataset && !is_named(t)) {
                grants.put(target, Rights::default());
            }
        }
        What::Apply(preset) => {
            for (target, more) in preset.apply(&named).rows() {
                let before = grants.get(&target).cloned().unwrap_or_default();
                grants.put(&target, before.union(more));
            }
        }
    }
}

fn change(
    grants: &mut Grants,
    targets: &[Target],
    rights: &[Right],
    with: impl Fn(Verbs, Verbs) -> Verbs,
) {
    for target in targets {
        for (capability, verbs) in rights.iter().filter(|(c, _)| c.scope == target.scope()) {
            let verbs = with(grants.verbs(target, capability), *verbs);
            // Cannot fail: the verbs are among those that the table allows.
            let _ = grants.set(target, capability, verbs);
        }
    }
}

/// What is left although this change revokes it: rights that the row `*` grants, and rights
/// that this version does not know where it revokes all.
fn still(edit: &Edit, grants: &Grants) -> Vec<String> {
    let What::Revoke(rights) = &edit.what else { return Vec::new() };
    let mut words = Vec::new();
    for name in edit.names.iter().filter(|name| !name.always_exists()) {
        let rows = match name.scope() {
            Scope::View => &grants.views,
            _ => &grants.datasets,
        };
        let Some(all) = rows.wildcard() else { continue };
        let left =
            rights.iter().filter(|(c, _)| c.scope == name.scope()).filter_map(|(c, verbs)| {
                let left = verbs.minus(verbs.minus(all.verbs(c)));
                (!left.is_empty()).then(|| right(c, left))
            });
        let left: Vec<String> = left.collect();
        if !left.is_empty() {
            words.push(format!("* still grants {} on {}", left.join(" "), name.shown()));
        }
    }
    let is_all = |scope: Scope| {
        let revoked = rights.iter().filter(|(c, _)| c.scope == scope).count();
        revoked == scope.capabilities().len()
    };
    for (target, row) in grants.rows() {
        if !row.unknown().is_empty() && is_all(target.scope()) && names_row(edit, &target) {
            words.push(format!("rights unknown to this version stay on {}", place(&target).0));
        }
    }
    words
}

/// Whether one of the names of a change stands for this row.
fn names_row(edit: &Edit, target: &Target) -> bool {
    let scope = target.scope();
    let is_named =
        |name: &Name| name.scope() == scope && target.name().is_none_or(|row| name.matches(row));
    edit.names.iter().any(is_named)
}

/// `query:read`, `virtualFields:create+read`.
fn right(capability: &Capability, verbs: Verbs) -> String {
    let verbs: Vec<_> = verbs.iter().map(Verb::wire).collect();
    format!("{}:{}", capability.wire, verbs.join("+"))
}

/// A row in words, and the plural of what it is.
fn place(target: &Target) -> (String, &'static str) {
    match target {
        Target::Dataset(name) if name.raw() == WILDCARD => {
            ("all datasets (*)".to_owned(), "datasets")
        }
        Target::View(name) if name.raw() == WILDCARD => ("all views (*)".to_owned(), "views"),
        Target::Dataset(name) => (name.to_string(), "datasets"),
        Target::View(name) => (format!("view {name}"), "views"),
        Target::Org => ("the organisation".to_owned(), "organisations"),
    }
}

/// What the new rights add and remove, added rights first. Rows with the same rights are
/// together.
#[must_use]
pub fn differences(old: &Grants, new: &Grants) -> Vec<Difference> {
    let mut all: Vec<Difference> = Vec::new();
    let mut groups: Vec<(Vec<Right>, bool, Target)> = Vec::new();
    for is_added in [true, false] {
        let part = |change: &Change| if is_added { change.added } else { change.removed };
        for change in old.difference(new).iter().filter(|change| !part(change).is_empty()) {
            let right = (change.capability, part(change));
            match groups.last_mut() {
                Some((rights, added, target)) if *added == is_added && *target == change.target => {
                    rights.push(right);
                }
                _ => groups.push((vec![right], is_added, change.target.clone())),
            }
        }
    }
    for (rights, is_added, target) in groups {
        let rights: Vec<String> = rights.into_iter().map(|(c, verbs)| right(c, verbs)).collect();
        add(&mut all, is_added, rights.join(" "), &target);
    }
    for (target, rights) in old.rows() {
        let now = new.get(&target).map_or(&[][..], Rights::unknown);
        if rights.unknown().iter().any(|unknown| !now.contains(unknown)) {
            add(&mut all, false, "rights unknown to this version".to_owned(), &target);
        }
    }
    all
}

fn add(all: &mut Vec<Difference>, is_added: bool, rights: String, target: &Target) {
    let (place, things) = place(target);
    let is_alone = target.name().is_none_or(|name| name.raw() == WILDCARD);
    let is_same = |d: &&mut Difference| {
        !is_alone
            && !d.is_alone
            && (d.is_added, &*d.rights, d.things) == (is_added, &*rights, things)
    };
    match all.iter_mut().find(is_same) {
        Some(difference) => difference.places.push(place),
        None => {
            all.push(Difference { is_added, rights, places: vec![place], things, is_alone });
        }
    }
}
