//! Presets: named sets of rights. The built-in ones are in `assets/presets.toml`; users
//! can add their own in the same format.
//!
//! `file` reads and writes that format; this file turns presets into grants and back.

mod file;

pub use file::{PresetError, grant, parse, to_toml};

use super::{
    capability::Scope,
    grants::{Grants, Resources, Target},
    rights::{Rights, Unknown},
    safe_text::SafeText,
};

/// A named set of rights to start a draft from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preset {
    /// Unique within a file.
    pub id: String,
    /// The name that screens show.
    pub label: String,
    /// What the preset is for, in a sentence; may be empty.
    pub about: String,
    /// Rights on each selected dataset.
    pub dataset: Rights,
    /// Rights on each selected view.
    pub view: Rights,
    /// Rights for the organisation.
    pub org: Rights,
    /// As a user would type it; `Expiry::parse` reads it when the preset is applied.
    pub expires: Option<String>,
    /// Rights on these datasets, selected or not.
    pub datasets: Resources,
    /// Rights on these views, selected or not.
    pub views: Resources,
}

impl Preset {
    /// Makes a preset from grants, with an id made from the label. Also returns, in words,
    /// the rights that were left out because this version does not know them: a preset
    /// outlives the token that it was made from.
    ///
    /// Rows that all have the same rights become rights for any selection; otherwise each
    /// row keeps its name.
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

    /// The grants for these datasets and views: the preset's rights on each of them, its
    /// own rows, and always its rights for the organisation.
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

/// The rights if all rows have the same ones, or else the rows.
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

/// The label in lower case, with `-` in place of everything but letters and digits.
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

/// The preset with this id, or the only one whose id starts with it. Of two with the same id,
/// the first.
///
/// # Errors
/// When there is none or several, with the ids that there are.
pub fn find<'a>(id: &str, all: &'a [Preset]) -> Result<&'a Preset, String> {
    if let Some(preset) = all.iter().find(|p| p.id == id) {
        return Ok(preset);
    }
    let mut like: Vec<_> = all.iter().filter(|p| !id.is_empty() && p.id.starts_with(id)).collect();
    if let [only] = like[..] {
        return Ok(only);
    }
    let what = if like.is_empty() {
        like = all.iter().collect();
        "not found; the presets are"
    } else {
        "several presets match:"
    };
    let ids: Vec<_> = like.iter().map(|p| p.id.as_str()).collect();
    Err(format!("preset {}: {what} {}", SafeText::from(id), SafeText::from(ids.join(", "))))
}

/// The built-in presets.
///
/// # Errors
/// When the built-in file is invalid, which a test rules out.
pub fn built_in() -> Result<Vec<Preset>, PresetError> {
    parse(include_str!("../../assets/presets.toml"))
}

#[cfg(test)]
mod tests;
