//! What has to hold after each message, whatever happened.

use std::collections::{BTreeMap, HashSet};

use axtok::{
    api::call::Call,
    input::{Code, Key},
};

use super::{
    seen::{self, Asked, Kind, Layer, What},
    world::{Broken, Cause, Given, World},
};

impl Cause {
    const fn given(&self) -> Option<&Given> {
        match self {
            Self::Answer(given) => Some(given),
            _ => None,
        }
    }

    fn is_key(&self, code: Code) -> bool {
        matches!(self, Self::Key(key) if *key == Key::new(code))
    }
}

impl World {
    /// Which secret a dialog that has just opened is about: the one that it was
    /// opened from.
    pub fn opened(&mut self, before: &[Layer], after: &[Layer]) {
        let is_new = |layer: &&Layer| before.iter().all(|l| l.id != layer.id);
        for layer in after.iter().filter(is_new) {
            self.openers.extend(before.last().map(|top| (layer.id, top.id)));
            let about = match (&layer.kind, before.last().map(|top| &top.kind)) {
                (Kind::SecretDestination | Kind::Comparison, Some(Kind::Secret(value))) => {
                    value.clone()
                }
                // Quitting from a dialog over a secret asks as well.
                (Kind::ConfirmStored(_), _) => {
                    let value = before.iter().rev().find_map(|layer| match &layer.kind {
                        Kind::Secret(value) => Some(value.clone()),
                        _ => None,
                    });
                    let Some(value) = value else { continue };
                    value
                }
                _ => continue,
            };
            self.about.insert(layer.id, about);
        }
    }

    /// Every secret that came is still there, or it ended now in a way that it may
    /// end in. Those that did are returned.
    pub fn is_still_there(
        &mut self,
        cause: &Cause,
        before: &[Layer],
    ) -> Result<HashSet<String>, Broken> {
        let shown: HashSet<String> =
            seen::secrets(&self.model).into_iter().map(|seen| seen.value).collect();
        let in_hand = seen::in_hand(&self.model);
        let (mut ended, mut reached) = (HashSet::new(), Vec::new());
        for made in &mut self.made {
            let is_there = shown.contains(&made.value) || in_hand.contains(&made.value);
            if !made.is_open {
                if is_there {
                    return Err(format!("the secret {} is back", made.value));
                }
                continue;
            }
            if is_there {
                continue;
            }
            let top = before.last();
            let (value, id) = (&made.value, &made.id);
            let is_said = cause.is_key(Code::Enter)
                && top.is_some_and(|top| {
                    matches!(&top.kind, Kind::ConfirmStored(typed) if typed.trim() == "stored")
                        && self.about.get(&top.id) == Some(value)
                });
            let is_closed = matches!(cause, Cause::Key(_))
                && made.is_stored
                && top.is_some_and(|top| top.kind == Kind::Secret(value.clone()));
            let given = cause.given();
            let is_gone = given.is_some_and(|given| given.gone.is_some() && given.gone == *id);
            let is_delivered = given.is_some_and(|given| {
                let to = &given.to;
                let bulk_delivered =
                    matches!(&to.asked.what, What::BulkDeliver { value: v, .. } if v == value);
                bulk_delivered && given.is_good
            });
            let how = match (is_said, is_closed, is_gone, is_delivered) {
                (true, ..) => "a secret ends as its dialog is told that it is stored",
                (_, true, ..) => "a secret ends that was taken or compared",
                (_, _, true, _) => "a secret ends with its token",
                (.., true) => "a secret ends in the depot of a run",
                _ => return Err(format!("the secret {value} is lost")),
            };
            reached.push(how);
            made.is_open = false;
            ended.insert(value.clone());
        }
        if let Some(stranger) = shown.iter().find(|v| self.made.iter().all(|m| m.value != **v)) {
            return Err(format!("the secret {stranger} came from nowhere"));
        }
        match shown.len() {
            0 | 1 => {}
            2 => reached.push("two secrets are there at once"),
            _ => reached.push("three secrets or more are there at once"),
        }
        for what in reached {
            self.count(what);
        }
        Ok(ended)
    }

    /// A secret goes only where it was to go: to the place that was checked, for
    /// the dialog that asked, or for the change that brought it.
    pub fn goes_where_it_was_checked(
        &mut self,
        cause: &Cause,
        before: &[Layer],
        asked: &[Asked],
    ) -> Result<(), Broken> {
        let top = before.last().map(|top| &top.kind);
        let given = cause.given();
        let is_alive = given.is_some_and(|g| before.iter().any(|l| Some(l.id) == g.to.from));
        // What may be given away now: the value, the place, and whether by a run.
        let allowed = given.filter(|given| given.is_good).and_then(|given| {
            let to = &given.to;
            match (&to.asked.what, &given.new) {
                (What::Check(place), _) if is_alive => {
                    Some((to.about.clone()?, place.clone(), false))
                }
                (What::Change { .. }, Some(value)) => {
                    Some((value.clone(), to.place.clone()?, to.is_of_run))
                }
                _ => None,
            }
        });
        if let Some(given) = given.filter(|given| given.is_good && is_alive) {
            match &given.to.asked.what {
                What::Check(place) if given.to.about.is_none() => {
                    self.checked.insert(place.clone());
                }
                What::CheckBulkDestination(place) => self.destination = Some(place.clone()),
                _ => {}
            }
        }
        let mut gifts = 0;
        for asked in asked {
            let gift = match &asked.what {
                What::Deliver { value, place } => (value, place, false),
                What::BulkDeliver { value, place, id } => {
                    let named = self.made.iter().find(|made| made.value == *value);
                    let own = named.and_then(|made| made.id.as_ref());
                    if own.is_some_and(|own| own != id) {
                        return Err(format!("{value} is deposited as that of {id}"));
                    }
                    (value, place, true)
                }
                What::Try { value } => {
                    let made = self.made.iter().find(|made| made.value == *value);
                    let is_at_home = made.is_some_and(|made| made.url == self.url(asked.via));
                    let is_asked = matches!(top, Some(Kind::Secret(v)) if v == value);
                    if !is_at_home || !is_asked || !matches!(cause, Cause::Key(_)) {
                        return Err(format!("{value} is tried where nobody asked for it"));
                    }
                    self.count("a secret is tried");
                    continue;
                }
                What::CopySecret { value } => {
                    let is_asked = matches!(top, Some(Kind::Secret(v)) if v == value);
                    if !is_asked || !matches!(cause, Cause::Key(_)) {
                        return Err(format!("{value} is copied, and nobody asked for it"));
                    }
                    continue;
                }
                What::Quit => {
                    let shown = seen::secrets(&self.model);
                    if let Some(seen) = shown.first() {
                        return Err(format!("it ends with the secret {}", seen.value));
                    }
                    continue;
                }
                _ => continue,
            };
            let (value, place, by_run) = gift;
            if allowed.as_ref().map(|(v, p, run)| (v, p, *run)) != Some((value, place, by_run)) {
                return Err(format!("{value} goes to the {place}, which was not checked for it"));
            }
            gifts += 1;
            let is_before = given.is_some_and(|g| matches!(g.to.asked.what, What::Change { .. }));
            if is_before && !by_run {
                self.count("a secret goes to the place that was chosen before");
            }
            self.count(if by_run {
                "a secret goes to a depot"
            } else {
                "a secret goes to a place"
            });
            if !by_run && seen::secrets(&self.model).len() > 1 {
                self.count("a secret goes to a place while another is there");
            }
        }
        let is_check = given.is_some_and(|g| matches!(g.to.asked.what, What::Check(_)));
        match (gifts, &allowed) {
            (2.., _) => Err("a secret goes to its place twice".to_owned()),
            (0, Some((value, place, _)))
                if is_check && seen::secrets(&self.model).iter().any(|s| s.value == *value) =>
            {
                Err(format!("{value} does not go to the {place}, which was checked for it"))
            }
            _ => Ok(()),
        }
    }

    /// Where the secret of a dialog's change goes was checked, and no answer changes it
    /// that was not about it.
    pub fn next_places_were_checked(
        &self,
        cause: &Cause,
        places: &BTreeMap<u64, String>,
    ) -> Result<(), Broken> {
        let now = seen::places(&self.model);
        if let Some(place) = now.values().find(|place| !self.checked.contains(*place)) {
            return Err(format!("the next secret goes to the {place}, which was not checked"));
        }
        let is_meant = |place: &String| match cause {
            Cause::Key(_) => true,
            Cause::Answer(given) => {
                matches!(&given.to.asked.what, What::Check(p) if given.is_good && p == place)
            }
            _ => false,
        };
        let mut changed = now.iter().filter(|(layer, place)| places.get(layer) != Some(place));
        match changed.find(|(_, place)| !is_meant(place)) {
            Some((_, place)) => Err(format!("the next secret goes to the {place} all at once")),
            None => Ok(()),
        }
    }

    /// What is said of a secret is what an answer said that was about it; and only
    /// one that was taken, compared or acknowledged counts as stored.
    pub fn is_credited(
        &mut self,
        cause: &Cause,
        before: &[Layer],
        asked: &[Asked],
        ended: &HashSet<String>,
    ) -> Result<(), Broken> {
        let taken = cause.given().filter(|given| given.is_good).and_then(|given| {
            match &given.to.asked.what {
                What::Deliver { value, .. } | What::BulkDeliver { value, .. } => {
                    Some(value.clone())
                }
                _ => None,
            }
        });
        let compared = before.last().filter(|top| {
            matches!(cause, Cause::Key(_))
                && top.kind == Kind::Comparison
                && self.about.contains_key(&top.id)
                && self.about.get(&top.id) == self.pasted.get(&top.id)
        });
        let compared = compared.and_then(|top| self.about.get(&top.id)).cloned();
        let mut reached = Vec::new();
        for seen in seen::secrets(&self.model) {
            let value = &seen.value;
            if seen.is_uncovered && !matches!(cause, Cause::Key(_)) {
                match cause {
                    Cause::Covered => return Err(format!("{value} is seen by who comes by")),
                    _ => reached.push("something happens while a secret is uncovered"),
                }
            }
            let said = seen.stored.iter().chain(&seen.tried).chain(&seen.notes);
            for words in said.flat_map(|said| said.split('#').skip(1)) {
                let number: Option<usize> = words.split(';').next().and_then(|n| n.parse().ok());
                let about = number.and_then(|number| self.words.get(number));
                if about.is_some_and(|about| about != value) {
                    return Err(format!("{value} is said to be what another one is: {words}"));
                }
            }
            let Some(made) = self.made.iter_mut().find(|made| made.value == *value) else {
                continue;
            };
            if taken.as_ref() == Some(value) {
                made.is_stored = true;
                reached.push("a secret is taken");
            }
            if seen.stored.is_some() && !made.is_stored {
                if compared.as_ref() != Some(value) {
                    return Err(format!("{value} is said to be stored, which nobody has seen"));
                }
                made.is_stored = true;
                reached.push("a secret is compared");
            }
        }
        for what in reached {
            self.count(what);
        }
        for asked in asked {
            let What::Stored { entry } = &asked.what else { continue };
            let Some(value) = self.entries.get(entry) else {
                return Err("the journal is told that a secret is stored that never came".into());
            };
            if taken.as_ref() != Some(value) && !ended.contains(value) {
                return Err(format!("the journal is told that {value} is stored"));
            }
        }
        Ok(())
    }

    /// An answer, and time, change no layer that they are not meant for.
    pub fn others_are_as_before(
        &self,
        cause: &Cause,
        before: &[Layer],
        after: &[Layer],
        leaving: bool,
        moved: bool,
    ) -> Result<(), Broken> {
        let is_meant = |layer: &Layer| match cause {
            Cause::Key(_) | Cause::Paste(_) | Cause::Other => true,
            Cause::Covered => matches!(layer.kind, Kind::Secret(_)),
            Cause::Time => matches!(layer.kind, Kind::List | Kind::StopRun),
            Cause::Answer(given) => {
                is_meant(given, layer, self.about.get(&layer.id), leaving, moved)
            }
        };
        let mut rest = after.iter();
        for layer in before.iter().filter(|layer| !is_meant(layer)) {
            match rest.find(|l| l.id == layer.id) {
                Some(l) if l.text == layer.text => {}
                Some(l) => return Err(format!("this became\n  {}\nnow\n  {}", layer.text, l.text)),
                None => return Err(format!("this is gone, or has moved:\n  {}", layer.text)),
            }
        }
        let most = match cause {
            Cause::Key(_) | Cause::Paste(_) | Cause::Other => return Ok(()),
            Cause::Covered | Cause::Time => 0,
            Cause::Answer(given) => match &given.to.asked.what {
                What::Read(_) | What::Change { .. } | What::Connect(_) | What::OpenJournal => 1,
                What::CheckBulkDestination(_) => usize::from(given.is_good),
                What::BulkDeliver { .. } => usize::from(!given.is_good),
                _ => 0,
            },
        };
        let is_new = |layer: &&Layer| before.iter().all(|l| l.id != layer.id);
        let new: Vec<&str> = after.iter().filter(is_new).map(|layer| layer.text.as_str()).collect();
        if new.len() > most {
            return Err(format!("nobody asked for this:\n  {}", new.join("\n  ")));
        }
        Ok(())
    }

    /// Counts what was reached.
    pub fn reached(&mut self, cause: &Cause, before: &[Layer], moved: bool) {
        let secrets = seen::secrets(&self.model).len();
        if moved {
            self.count("a place is left");
        }
        if moved && secrets > 0 {
            self.count("a place is left with a secret on the screen");
        }
        if moved && !seen::in_hand(&self.model).is_empty() {
            self.count("a place is left with a run's secret in hand");
        }
        let Some(given) = cause.given() else { return };
        let is_alive = before.iter().any(|l| Some(l.id) == given.to.from);
        let is_on_top = before.last().is_some_and(|top| Some(top.id) == given.to.from);
        let is_late = given.to.keys < self.keys;
        let is_under = before.last().is_some_and(|top| matches!(top.kind, Kind::Secret(_)));
        let what = match (&given.to.asked.what, is_alive, is_on_top) {
            (What::Check(_), true, false) if is_under => "a check is answered under another secret",
            (What::Check(_), false, _) => "a check is answered whose dialog is gone",
            (What::Check(_), true, false) => "a check is answered under another layer",
            (What::Check(_), ..) if is_late => "a check is answered after more keys",
            (What::CheckBulkDestination(_), false, _) => "a depot's check is answered too late",
            (What::Deliver { .. }, ..) if secrets > 1 => "a delivery is answered among others",
            (What::Try { .. }, ..) if secrets > 1 => "a trial is answered among others",
            (What::BulkDeliver { .. }, ..) if !given.is_good => "a deposit fails",
            (What::Deployments | What::Presets, false, _) => "a list is answered too late",
            (What::Change { .. }, ..) if secrets > 0 => "a change is answered under a secret",
            _ => return,
        };
        self.count(what);
    }
}

/// Whether an answer is meant for a layer: it asked, or it shows what the answer
/// is about.
fn is_meant(
    given: &Given,
    layer: &Layer,
    about: Option<&String>,
    leaving: bool,
    moved: bool,
) -> bool {
    let to = &given.to;
    let asked = to.from == Some(layer.id);
    let is_about = matches!(&layer.kind, Kind::Secret(v) if to.about.as_ref() == Some(v));
    let asks_about = about.is_some() && about == to.about.as_ref();
    match &to.asked.what {
        // Everything of the place that is left goes, but for its secrets.
        What::Read(Call::ListOrgs) | What::Connect(_) if moved => {
            !matches!(layer.kind, Kind::Secret(_) | Kind::ConfirmStored(_))
        }
        What::Read(Call::ListOrgs) | What::Connect(_) if leaving => {
            matches!(layer.kind, Kind::PendingSwitch | Kind::List)
        }
        What::Connect(_) => false,
        What::Read(Call::ListDatasets | Call::ListViews) => {
            matches!(layer.kind, Kind::List | Kind::Form)
        }
        What::Read(_) | What::OpenJournal => matches!(layer.kind, Kind::List | Kind::Unconfirmed),
        What::Change { .. } => {
            // With its token goes a secret, and all that asks about it.
            let is_gone = given.gone.is_some() && (is_about || asks_about);
            let shows = matches!(layer.kind, Kind::List | Kind::Unconfirmed | Kind::StopRun);
            layer.waits_for(to.asked.number) || shows || is_gone
        }
        // What is left of the run is shown in the list.
        What::BulkDeliver { .. } => matches!(layer.kind, Kind::List | Kind::StopRun),
        What::Deliver { .. } | What::Try { .. } => is_about,
        What::Check(_) => asked || is_about || to.heirs.contains(&layer.id),
        What::CheckBulkDestination(_) | What::Deployments | What::Presets => asked,
        _ => false,
    }
}
