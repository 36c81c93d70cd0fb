//! The rights that one actor used.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Action, Deed};
use crate::domain::{
    capability::{Capability, Scope, Verb},
    grants::{Target, WILDCARD},
    org::View,
    safe_text::SafeText,
};

/// When something was done last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub action: &'static Action,
    /// With which dataset or view, if the log says so.
    pub dataset: Option<SafeText>,
}

/// The views of an organisation, by their names and by the datasets that they query.
pub struct Places<'a> {
    views: Option<&'a [View]>,
    by_dataset: HashMap<&'a SafeText, Vec<&'a View>>,
    by_name: HashMap<&'a SafeText, &'a View>,
}

impl<'a> Places<'a> {
    /// `None` if the views are not known.
    pub fn new(views: Option<&'a [View]>) -> Self {
        let mut by_dataset: HashMap<_, Vec<_>> = HashMap::new();
        for view in views.unwrap_or_default() {
            for dataset in &view.datasets {
                by_dataset.entry(dataset).or_default().push(view);
            }
        }
        let by_name = views.unwrap_or_default().iter().map(|view| (&view.name, view)).collect();
        Self { views, by_dataset, by_name }
    }

    /// What a logged name may mean in a scope; `None` stands for anything. A query of a view
    /// may be logged with the view or with its datasets.
    fn of(&self, scope: Scope, name: &SafeText) -> Vec<Option<SafeText>> {
        let view = self.by_name.get(name);
        match scope {
            Scope::View if self.views.is_none() => vec![None],
            Scope::View => {
                let through = self.by_dataset.get(name).into_iter().flatten();
                through.chain(view).map(|view| Some(view.name.clone())).collect()
            }
            _ => match view {
                Some(view) => view.datasets.iter().cloned().map(Some).collect(),
                None => vec![Some(name.clone())],
            },
        }
    }
}

/// A right of the table: the scope, the capability's index and the verb.
type Right = (Scope, u8, Verb);

/// The uses of a right: by dataset or view, or without a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub times: u64,
    pub last: Timestamp,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.times = self.times.saturating_add(other.times);
        self.last = self.last.max(other.last);
    }
}

/// The rights that one actor used.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    uses: HashMap<Right, HashMap<Option<SafeText>, Count>>,
    last: Option<LastUse>,
}

impl Trace {
    /// Adds what the actor did.
    pub fn add(&mut self, deed: &Deed, places: &Places<'_>) {
        let count = Count { times: deed.times, last: deed.last };
        if self.last.as_ref().is_none_or(|last| last.at < deed.last) {
            let dataset = deed.datasets.first().cloned();
            self.last = Some(LastUse { at: deed.last, action: deed.action, dataset });
        }
        for (capability, verb) in deed.action.rights() {
            let right = (capability.scope, capability.index, verb);
            let uses = self.uses.entry(right).or_default();
            let mut add = |name: Option<SafeText>| {
                uses.entry(name).and_modify(|c| c.add(count)).or_insert(count);
            };
            if deed.datasets.is_empty() {
                add(None);
            }
            for dataset in &deed.datasets {
                places.of(capability.scope, dataset).into_iter().for_each(&mut add);
            }
        }
    }

    /// When the actor did something last.
    pub const fn last(&self) -> Option<&LastUse> {
        self.last.as_ref()
    }

    /// The uses of a right on a target. A use without a name may have been on any target.
    pub fn on(&self, target: &Target, capability: &Capability, verb: Verb) -> Option<Count> {
        let uses = self.uses.get(&(capability.scope, capability.index, verb))?;
        match target.name() {
            Some(name) if name.raw() != WILDCARD => {
                [Some(name.clone()), None].iter().filter_map(|key| uses.get(key)).copied().reduce(
                    |mut all, count| {
                        all.add(count);
                        all
                    },
                )
            }
            _ => uses.values().copied().reduce(|mut all, count| {
                all.add(count);
                all
            }),
        }
    }

    /// The datasets or views that a right was used on, sorted. `None` if one use has no name.
    pub fn names(&self, capability: &Capability, verb: Verb) -> Option<Vec<&SafeText>> {
        let uses = self.uses.get(&(capability.scope, capability.index, verb))?;
        let mut names: Vec<_> = uses.keys().map(Option::as_ref).collect::<Option<_>>()?;
        names.sort_unstable();
        Some(names)
    }
}
