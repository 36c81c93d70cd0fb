//! Presets: named sets of rights, kept as data: those that come with the
//! program (`assets/presets.toml`), and the user's own in the same form.
//!
//! `file` reads and writes the form; this file says what a preset means.

mod file;

pub use file::{PresetError, grant, parse, to_toml};

use super::{
    capability::Scope,
    grants::{Grants, Resources, Target},
    rights::{Rights, Unknown},
    safe_text::SafeText,
};

/// A named set of rights, to start a draft from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preset {
    /// Unique within a file.
    pub id: String,
    pub label: String,
    pub about: String,
    /// For each dataset that is chosen.
    pub dataset: Rights,
    /// For each view that is chosen.
    pub view: Rights,
    pub org: Rights,
    /// As a person would type it; read by `Expiry::parse` when applied.
    pub expires: Option<String>,
    /// For these datasets, chosen or not.
    pub datasets: Resources,
    /// For these views, chosen or not.
    pub views: Resources,
}

impl Preset {
    /// The preset that these grants are an example of, with an id made from the
    /// label, and in words what could not be taken over: rights that this
    /// version does not know, since a preset outlives the token they are from.
    ///
    /// Rows that all have the same rights become rights for whatever is chosen;
    /// otherwise each row stays with its name.
    #[must_use]
    pub fn of(label: &str, grants: &Grants) -> (Self, Vec<String>) {
        let (dataset, datasets) = generic(&grants.datasets);
        let (view, views) = generic(&grants.views);
        let preset = Self {
            id: id(label),
            label: label.to_owned(),
            org: grants.org.known(),
            dataset,
            datasets,
            view,
            views,
            ..Self::default()
        };
        (preset, unknown(grants))
    }

    /// The grants that it means for these datasets and views: its rights for
    /// each of them, its own rows, and its rights for the organisation, which
    /// need not be named.
    #[must_use]
    pub fn apply(&self, to: &[Target]) -> Grants {
        let mut grants = Grants {
            datasets: self.datasets.clone(),
            views: self.views.clone(),
            org: self.org.clone(),
            unknown: Vec::new(),
        };
        for target in to {
            let more = match target.scope() {
                Scope::Dataset => &self.dataset,
                Scope::View => &self.view,
                Scope::Org => continue,
            };
            let own = grants.get(target).cloned().unwrap_or_default();
            grants.put(target, own.union(more));
        }
        grants
    }
}

/// Rights that all rows have, or else the rows.
fn generic(rows: &Resources) -> (Rights, Resources) {
    let known = rows.iter().map(|(name, rights)| (name.clone(), rights.known()));
    let known: Resources = known.collect();
    let first = known.iter().next().map(|(_, rights)| rights.clone()).unwrap_or_default();
    if known.iter().all(|(_, rights)| *rights == first) {
        (first, Resources::default())
    } else {
        (Rights::default(), known)
    }
}

/// Lower-case letters and digits of the label, in words joined by `-`.
fn id(label: &str) -> String {
    let lower = label.to_lowercase();
    let words: Vec<_> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "preset".to_owned() } else { words.join("-") }
}

fn unknown(grants: &Grants) -> Vec<String> {
    let scopes = grants.unknown.iter().map(|scope| scope.name.shown().to_owned());
    let rights = grants.rows().flat_map(|(target, rights)| {
        let place = match target {
            Target::Dataset(name) => name.shown().to_owned(),
            Target::View(name) => format!("view {}", name.shown()),
            Target::Org => "organisation".to_owned(),
        };
        rights.unknown().iter().map(move |unknown| match unknown {
            Unknown::Capability { name, .. } => format!("{place}: {}", name.shown()),
            Unknown::Verb { capability, json } => {
                let json = SafeText::from(json.raw().trim_matches('"'));
                format!("{place}: {}:{}", capability.wire, json.shown())
            }
        })
    });
    scopes.chain(rights).collect()
}

/// The presets that come with the program.
///
/// # Errors
/// Never in a released program: a test reads the same file.
pub fn built_in() -> Result<Vec<Preset>, PresetError> {
    parse(include_str!("../../assets/presets.toml"))
}

#[cfg(test)]
mod tests;
