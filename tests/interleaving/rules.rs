//! The invariants, checked after each message.

use std::collections::{BTreeMap, HashSet};

use axtok::{
    api::call::Call,
    input::{Code, Key},
};

use super::{
    observe::{self, Layer, LayerKind, Request, RequestKind},
    world::{Answered, Cause, Violation, World},
};

impl Cause {
    const fn answered(&self) -> Option<&Answered> {
        match self {
            Self::Answer(answered) => Some(answered),
            _ => None,
        }
    }

    fn is_key(&self, wanted: Key) -> bool {
        matches!(self, Self::Key(key) if *key == wanted)
    }
}

impl World {
    /// Records which layer each new layer was opened from, and which secret it is about.
    pub fn note_opened(&mut self, before: &[Layer], after: &[Layer]) {
        let is_new = |layer: &&Layer| before.iter().all(|l| l.id != layer.id);
        for layer in after.iter().filter(is_new) {
            self.openers.extend(before.last().map(|top| (layer.id, top.id)));
            let about = match (&layer.kind, before.last().map(|top| &top.kind)) {
                (
                    LayerKind::SecretDestination | LayerKind::Comparison,
                    Some(LayerKind::Secret(value)),
                ) => value.clone(),
                // Quitting from a dialog over a secret asks as well.
                (LayerKind::ConfirmStored(_), _) => {
                    let value = before.iter().rev().find_map(|layer| match &layer.kind {
                        LayerKind::Secret(value) => Some(value.clone()),
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

    /// Checks that every secret is still shown or being delivered, or has just ended in an allowed
    /// way. Returns those that have ended.
    pub fn check_no_secret_is_lost(
        &mut self,
        cause: &Cause,
        before: &[Layer],
    ) -> Result<HashSet<String>, Violation> {
        let shown: HashSet<String> =
            observe::secrets(&self.model).into_iter().map(|seen| seen.value).collect();
        let run_secrets = observe::run_secrets(&self.model);
        let (mut ended, mut reached) = (HashSet::new(), Vec::new());
        for issued in &mut self.issued {
            let is_there = shown.contains(&issued.value) || run_secrets.contains(&issued.value);
            if !issued.is_open {
                if is_there {
                    return Err(format!("the secret {} is back", issued.value));
                }
                continue;
            }
            if is_there {
                continue;
            }
            let top = before.last();
            let (value, id) = (&issued.value, &issued.id);
            // Enter, or the key that submits from any part.
            let is_confirmed = (cause.is_key(Key::new(Code::Enter))
                || cause.is_key(Key::ctrl('s')))
                && top.is_some_and(|top| {
                    matches!(&top.kind, LayerKind::ConfirmStored(typed) if typed.trim() == "stored")
                        && self.about.get(&top.id) == Some(value)
                });
            let is_closed = matches!(cause, Cause::Key(_))
                && issued.is_stored
                && top.is_some_and(|top| top.kind == LayerKind::Secret(value.clone()));
            let answered = cause.answered();
            let is_gone =
                answered.is_some_and(|answered| answered.gone.is_some() && answered.gone == *id);
            let is_delivered = answered.is_some_and(|answered| {
                let kind = &answered.to.request.kind;
                let is_this =
                    matches!(kind, RequestKind::BulkDeliver { value: v, .. } if v == value);
                is_this && answered.is_good
            });
            let how = match (is_confirmed, is_closed, is_gone, is_delivered) {
                (true, ..) => "a secret ends as its dialog is told that it is stored",
                (_, true, ..) => "a secret ends that was taken or compared",
                (_, _, true, _) => "a secret ends with its token",
                (.., true) => "a secret ends in the destination of a run",
                _ => return Err(format!("the secret {value} is lost")),
            };
            reached.push(how);
            issued.is_open = false;
            ended.insert(value.clone());
        }
        if let Some(stranger) = shown.iter().find(|v| self.issued.iter().all(|m| m.value != **v)) {
            return Err(format!("the secret {stranger} is shown but in no answer"));
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

    /// Checks that a secret is delivered only to the destination that was checked for the dialog
    /// that asked, or for the change that created it.
    pub fn check_deliveries(
        &mut self,
        cause: &Cause,
        before: &[Layer],
        requests: &[Request],
    ) -> Result<(), Violation> {
        let top = before.last().map(|top| &top.kind);
        let answered = cause.answered();
        let is_alive = answered.is_some_and(|a| before.iter().any(|l| Some(l.id) == a.to.from));
        // The delivery allowed now: the value, the destination, and whether it belongs to a run.
        let allowed = answered.filter(|answered| answered.is_good).and_then(|answered| {
            let to = &answered.to;
            match (&to.request.kind, &answered.new) {
                (RequestKind::Check(destination), _) if is_alive => {
                    Some((to.about.clone()?, destination.clone(), false))
                }
                (RequestKind::Change { .. }, Some(value)) => {
                    Some((value.clone(), to.destination.clone()?, to.is_of_run))
                }
                _ => None,
            }
        });
        if let Some(answered) = answered.filter(|answered| answered.is_good && is_alive) {
            match &answered.to.request.kind {
                RequestKind::Check(destination) if answered.to.about.is_none() => {
                    self.checked.insert(destination.clone());
                }
                RequestKind::CheckBulkDestination(d) => self.run_destination = Some(d.clone()),
                _ => {}
            }
        }
        let mut deliveries = 0;
        for request in requests {
            let delivery = match &request.kind {
                RequestKind::Deliver { value, destination } => (value, destination, false),
                RequestKind::BulkDeliver { value, destination, id } => {
                    let named = self.issued.iter().find(|issued| issued.value == *value);
                    let own = named.and_then(|issued| issued.id.as_ref());
                    if own.is_some_and(|own| own != id) {
                        return Err(format!("{value} is delivered as the secret of {id}"));
                    }
                    (value, destination, true)
                }
                RequestKind::Try { value } => {
                    let issued = self.issued.iter().find(|issued| issued.value == *value);
                    let is_at_home = issued.is_some_and(|i| i.url == self.url(request.via));
                    let is_asked = matches!(top, Some(LayerKind::Secret(v)) if v == value);
                    if !is_at_home || !is_asked || !matches!(cause, Cause::Key(_)) {
                        return Err(format!("{value} is tried unasked or on another server"));
                    }
                    self.count("a secret is tried");
                    continue;
                }
                RequestKind::CopySecret { value } => {
                    let is_asked = matches!(top, Some(LayerKind::Secret(v)) if v == value);
                    if !is_asked || !matches!(cause, Cause::Key(_)) {
                        return Err(format!("{value} is copied unasked"));
                    }
                    continue;
                }
                RequestKind::Quit => {
                    let shown = observe::secrets(&self.model);
                    if let Some(seen) = shown.first() {
                        return Err(format!("the program quits with the secret {}", seen.value));
                    }
                    continue;
                }
                _ => continue,
            };
            let (value, destination, by_run) = delivery;
            if allowed.as_ref().map(|(v, d, run)| (v, d, *run)) != Some(delivery) {
                return Err(format!("{value} goes to the {destination} without a check"));
            }
            deliveries += 1;
            let is_before =
                answered.is_some_and(|a| matches!(a.to.request.kind, RequestKind::Change { .. }));
            if is_before && !by_run {
                self.count("a secret goes to the place that was chosen before");
            }
            self.count(if by_run {
                "a secret goes to a bulk destination"
            } else {
                "a secret goes to a place"
            });
            if !by_run && observe::secrets(&self.model).len() > 1 {
                self.count("a secret goes to a place while another is there");
            }
        }
        let is_check = answered.is_some_and(|a| matches!(a.to.request.kind, RequestKind::Check(_)));
        match (deliveries, &allowed) {
            (2.., _) => Err("a secret is delivered twice".to_owned()),
            (0, Some((value, destination, _)))
                if is_check && observe::secrets(&self.model).iter().any(|s| s.value == *value) =>
            {
                Err(format!("{value} does not go to the {destination}, which was checked for it"))
            }
            _ => Ok(()),
        }
    }

    /// Checks that every destination chosen for a next secret was checked, and that only a key or
    /// the answer to its check changes it.
    pub fn check_next_destinations(
        &self,
        cause: &Cause,
        destinations: &BTreeMap<u64, String>,
    ) -> Result<(), Violation> {
        let now = observe::chosen_destinations(&self.model);
        if let Some(destination) = now.values().find(|d| !self.checked.contains(*d)) {
            return Err(format!("the next secret goes to the unchecked {destination}"));
        }
        let may_change = |destination: &String| match cause {
            Cause::Key(_) => true,
            Cause::Answer(answered) => {
                let kind = &answered.to.request.kind;
                answered.is_good && matches!(kind, RequestKind::Check(d) if d == destination)
            }
            _ => false,
        };
        let mut changed = now.iter().filter(|(layer, d)| destinations.get(layer) != Some(d));
        match changed.find(|(_, destination)| !may_change(destination)) {
            Some((_, destination)) => {
                Err(format!("the next secret now goes to the {destination}, unasked"))
            }
            None => Ok(()),
        }
    }

    /// Checks that dialogs show only answers about their own secret, and that a secret counts as
    /// stored only once it is delivered, compared or confirmed.
    pub fn check_claims(
        &mut self,
        cause: &Cause,
        before: &[Layer],
        requests: &[Request],
        ended: &HashSet<String>,
    ) -> Result<(), Violation> {
        let taken =
            cause.answered().filter(|answered| answered.is_good).and_then(
                |answered| match &answered.to.request.kind {
                    RequestKind::Deliver { value, .. } | RequestKind::BulkDeliver { value, .. } => {
                        Some(value.clone())
                    }
                    _ => None,
                },
            );
        let compared = before.last().filter(|top| {
            matches!(cause, Cause::Key(_))
                && top.kind == LayerKind::Comparison
                && self.about.contains_key(&top.id)
                && self.about.get(&top.id) == self.pasted.get(&top.id)
        });
        let compared = compared.and_then(|top| self.about.get(&top.id)).cloned();
        let mut reached = Vec::new();
        for seen in observe::secrets(&self.model) {
            let value = &seen.value;
            if seen.is_uncovered && !matches!(cause, Cause::Key(_)) {
                match cause {
                    Cause::MustHide => {
                        return Err(format!("{value} stays visible when it must be hidden"));
                    }
                    _ => reached.push("something happens while a secret is uncovered"),
                }
            }
            let said = seen.stored.iter().chain(&seen.tried).chain(&seen.notes);
            for words in said.flat_map(|said| said.split('#').skip(1)) {
                let number: Option<usize> = words.split(';').next().and_then(|n| n.parse().ok());
                let about = number.and_then(|number| self.answer_subjects.get(number));
                if about.is_some_and(|about| about != value) {
                    return Err(format!("{value} shows the answer about another secret: {words}"));
                }
            }
            let Some(issued) = self.issued.iter_mut().find(|issued| issued.value == *value) else {
                continue;
            };
            if taken.as_ref() == Some(value) {
                issued.is_stored = true;
                reached.push("a secret is taken");
            }
            if seen.stored.is_some() && !issued.is_stored {
                if compared.as_ref() != Some(value) {
                    return Err(format!("{value} counts as stored without delivery or comparison"));
                }
                issued.is_stored = true;
                reached.push("a secret is compared");
            }
        }
        for what in reached {
            self.count(what);
        }
        for request in requests {
            let RequestKind::Stored { entry } = &request.kind else { continue };
            let Some(value) = self.entries.get(entry) else {
                return Err("the journal records a stored secret that is in no answer".into());
            };
            if taken.as_ref() != Some(value) && !ended.contains(value) {
                return Err(format!("the journal records {value} as stored, which it is not"));
            }
        }
        Ok(())
    }

    /// Checks that answers and time change only the layers they are meant for.
    pub fn check_other_layers(
        &self,
        cause: &Cause,
        before: &[Layer],
        after: &[Layer],
        leaving: bool,
        moved: bool,
    ) -> Result<(), Violation> {
        let may_change = |layer: &Layer| match cause {
            Cause::Key(_) | Cause::Paste(_) | Cause::Other => true,
            Cause::MustHide => matches!(layer.kind, LayerKind::Secret(_)),
            Cause::Time => matches!(layer.kind, LayerKind::List | LayerKind::StopRun),
            Cause::Answer(answered) => {
                may_change(answered, layer, self.about.get(&layer.id), leaving, moved)
            }
        };
        let mut rest = after.iter();
        for layer in before.iter().filter(|layer| !may_change(layer)) {
            match rest.find(|l| l.id == layer.id) {
                Some(l) if l.text == layer.text => {}
                Some(l) => {
                    return Err(format!("this changed from\n  {}\nto\n  {}", layer.text, l.text));
                }
                None => return Err(format!("this is gone or has moved:\n  {}", layer.text)),
            }
        }
        let most = match cause {
            Cause::Key(_) | Cause::Paste(_) | Cause::Other => return Ok(()),
            Cause::MustHide | Cause::Time => 0,
            Cause::Answer(answered) => match &answered.to.request.kind {
                RequestKind::Read(_)
                | RequestKind::Change { .. }
                | RequestKind::Connect(_)
                | RequestKind::OpenJournal => 1,
                RequestKind::CheckBulkDestination(_) => usize::from(answered.is_good),
                RequestKind::BulkDeliver { .. } => usize::from(!answered.is_good),
                _ => 0,
            },
        };
        let is_new = |layer: &&Layer| before.iter().all(|l| l.id != layer.id);
        let new: Vec<&str> = after.iter().filter(is_new).map(|layer| layer.text.as_str()).collect();
        if new.len() > most {
            return Err(format!("this opened unasked:\n  {}", new.join("\n  ")));
        }
        Ok(())
    }

    /// Counts the situations that were reached.
    pub fn count_reached(&mut self, cause: &Cause, before: &[Layer], moved: bool) {
        let secrets = observe::secrets(&self.model).len();
        if moved {
            self.count("a place is left");
        }
        if moved && secrets > 0 {
            self.count("a place is left with a secret on the screen");
        }
        if moved && !observe::run_secrets(&self.model).is_empty() {
            self.count("a place is left with a run's secret in hand");
        }
        let Some(answered) = cause.answered() else { return };
        let is_alive = before.iter().any(|l| Some(l.id) == answered.to.from);
        let is_on_top = before.last().is_some_and(|top| Some(top.id) == answered.to.from);
        let is_late = answered.to.keys < self.keys;
        let is_under = before.last().is_some_and(|top| matches!(top.kind, LayerKind::Secret(_)));
        let what = match (&answered.to.request.kind, is_alive, is_on_top) {
            (RequestKind::Check(_), true, false) if is_under => {
                "a check is answered under another secret"
            }
            (RequestKind::Check(_), false, _) => "a check is answered whose dialog is gone",
            (RequestKind::Check(_), true, false) => "a check is answered under another layer",
            (RequestKind::Check(_), ..) if is_late => "a check is answered after more keys",
            (RequestKind::CheckBulkDestination(_), false, _) => {
                "a destination's check is answered too late"
            }
            (RequestKind::Deliver { .. }, ..) if secrets > 1 => {
                "a delivery is answered among others"
            }
            (RequestKind::Try { .. }, ..) if secrets > 1 => "a trial is answered among others",
            (RequestKind::BulkDeliver { .. }, ..) if !answered.is_good => "a bulk delivery fails",
            (RequestKind::Folder(_), ..) if is_late => "a folder is read after more keys",
            (RequestKind::Deployments | RequestKind::Presets, false, _) => {
                "a list is answered too late"
            }
            (RequestKind::Change { .. }, ..) if secrets > 0 => {
                "a change is answered under a secret"
            }
            _ => return,
        };
        self.count(what);
    }
}

/// Whether an answer may change a layer: the layer asked, or it shows the subject of the answer.
fn may_change(
    answered: &Answered,
    layer: &Layer,
    about: Option<&String>,
    leaving: bool,
    moved: bool,
) -> bool {
    let to = &answered.to;
    let is_asker = to.from == Some(layer.id);
    let is_about = matches!(&layer.kind, LayerKind::Secret(v) if to.about.as_ref() == Some(v));
    let asks_about = about.is_some() && about == to.about.as_ref();
    match &to.request.kind {
        // A switch closes all layers except those of secrets.
        RequestKind::Read(Call::ListOrgs) | RequestKind::Connect(_) if moved => {
            !matches!(layer.kind, LayerKind::Secret(_) | LayerKind::ConfirmStored(_))
        }
        RequestKind::Read(Call::ListOrgs) | RequestKind::Connect(_) if leaving => {
            matches!(layer.kind, LayerKind::PendingSwitch | LayerKind::List)
        }
        // The dialog of organisations also shows those that arrive late.
        RequestKind::Read(Call::ListOrgs) => {
            matches!(layer.kind, LayerKind::PendingSwitch | LayerKind::List)
        }
        RequestKind::Connect(_) => false,
        RequestKind::Read(Call::ListDatasets | Call::ListViews) => {
            matches!(layer.kind, LayerKind::List | LayerKind::Form)
        }
        RequestKind::Read(_) | RequestKind::OpenJournal => {
            matches!(layer.kind, LayerKind::List | LayerKind::Unconfirmed)
        }
        RequestKind::Change { .. } => {
            // Deleting a token closes its secret and the dialogs about that secret.
            let is_gone = answered.gone.is_some() && (is_about || asks_about);
            let shows =
                matches!(layer.kind, LayerKind::List | LayerKind::Unconfirmed | LayerKind::StopRun);
            layer.waits_for(to.request.number) || shows || is_gone
        }
        // The list shows what remains of the run.
        RequestKind::BulkDeliver { .. } => {
            matches!(layer.kind, LayerKind::List | LayerKind::StopRun)
        }
        RequestKind::Deliver { .. } | RequestKind::Try { .. } => is_about,
        RequestKind::Check(_) => is_asker || is_about || to.opened_from.contains(&layer.id),
        // The start of a run also closes the dialog that chose the rights.
        RequestKind::CheckBulkDestination(_) => is_asker || to.opened_from.contains(&layer.id),
        RequestKind::Deployments | RequestKind::Presets | RequestKind::Folder(_) => is_asker,
        _ => false,
    }
}
