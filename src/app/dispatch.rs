//! Sends events to layers and runs the steps that they return.

use super::{
    bulk,
    effect::{Effect, LayerId},
    layer::{Cx, Event, Leaving, Nav, Open, Order, Step},
    model::Model,
    notice::NoticeKind,
    pending_switch::SwitchOptions,
    reconcile, replies, rotation,
    shared::Topic,
    switch, update,
};
use crate::domain::{Access, session::Target};

impl Model {
    /// Sends an event to a layer. An event for a closed layer is dropped.
    pub fn tell(&mut self, id: LayerId, event: Event) -> Vec<Effect> {
        let (dialogs, front) = (self.stack.overlays().len(), self.stack.front_screen().id);
        let Some((layer, screen)) = self.stack.find_mut(id) else { return Vec::new() };
        let is_alone = if screen.is_some() { dialogs == 1 } else { dialogs == 0 && id == front };
        let mut cx = Cx { me: id, screen, is_alone, shared: &mut self.shared };
        let step = layer.handle(event, &mut cx);
        self.apply(Some(id), step)
    }

    /// Sends an event to the layer on top.
    pub fn tell_top(&mut self, event: Event) -> Vec<Effect> {
        self.tell(self.stack.top().0, event)
    }

    fn tell_all(&mut self, event: &Event) -> Vec<Effect> {
        let all: Vec<LayerId> = self.stack.all().map(|(id, _)| id).collect();
        all.into_iter().flat_map(|id| self.tell(id, event.clone())).collect()
    }

    /// Runs a step that a layer returned or that a response led to, and returns its effects.
    pub fn apply(&mut self, from: Option<LayerId>, step: Step) -> Vec<Effect> {
        let mut effects = step.effects;
        if effects.iter().any(|effect| matches!(effect, Effect::Mark { .. })) {
            self.shared.touch(Topic::Journal);
        }
        // Let the layers see new tokens before a `Nav` refers to one.
        effects.extend(self.refresh());
        for nav in step.navs {
            effects.extend(self.go(from, nav));
        }
        effects.extend(self.refresh());
        self.stack.close_over(&self.shared);
        effects
    }

    /// Tells the layers which shared data has changed.
    fn refresh(&mut self) -> Vec<Effect> {
        let changed = self.shared.take_changed();
        changed.into_iter().flat_map(|topic| self.tell_all(&Event::Changed(topic))).collect()
    }

    fn open(&mut self, open: Open, asker: Option<LayerId>) -> Vec<Effect> {
        match self.stack.open(open, asker, &self.shared) {
            Some(id) => self.tell(id, Event::Opened),
            None => Vec::new(),
        }
    }

    fn go(&mut self, from: Option<LayerId>, nav: Nav) -> Vec<Effect> {
        match nav {
            Nav::Back => {
                if let Some(from) = from {
                    self.stack.remove(from);
                }
                Vec::new()
            }
            Nav::Open(open) => self.open(open, from),
            Nav::Show(view) => {
                let id = self.stack.show(view);
                self.tell(id, Event::Opened)
            }
            Nav::Close(id) => {
                self.stack.close(id);
                Vec::new()
            }
            Nav::Tell(id, event) => self.tell(id, event),
            Nav::TellAll(event) => self.tell_all(&event),
            Nav::Act(action) => update::run_action(self, action),
            Nav::Leave(leaving) => {
                self.stack.leave(leaving);
                match leaving {
                    Leaving::Credential => Vec::new(),
                    Leaving::Organisation { .. } => self.tell_all(&Event::Left),
                }
            }
            Nav::FetchAll => {
                let parts = self.shown_topics();
                self.shared.fetch_all(&parts)
            }
            Nav::Stuck(asker, why) => self.stuck(asker, why),
            Nav::Quit => update::quit(self),
            Nav::QuitNow => vec![Effect::Quit],
            Nav::Order(order) => self.order(from, order),
        }
    }

    fn order(&mut self, from: Option<LayerId>, order: Order) -> Vec<Effect> {
        let shared = &mut self.shared;
        let step = match order {
            Order::StopRun => bulk::stop(shared).into(),
            Order::SendUnrecorded(unsent) => replies::send_unrecorded(shared, *unsent),
            Order::GoToOrg(org) => switch::switch_org(shared, org),
            Order::GoTo(name) => {
                shared.notify(NoticeKind::Info, format!("Switching to {name} …"));
                let to = Target::Deployment(name);
                let options = SwitchOptions { leaves_draft: true, ..SwitchOptions::default() };
                // The asker may have been a confirmation that has closed since.
                let from = from.filter(|from| self.stack.all().any(|(id, _)| id == *from));
                let asker = from.unwrap_or(self.stack.top().0);
                switch::begin(shared, Some(asker), to, options).into()
            }
            // The dialog of an answered change has closed by now, on `Changed`.
            Order::TellUnconfirmed if self.stack.overlays().is_empty() => {
                reconcile::tell(shared).map_or_else(Step::none, Step::open)
            }
            Order::ChooseOrg(orgs, why) if self.stack.overlays().is_empty() => {
                Step::open(Open::ChooseOrg(orgs, Some(why)))
            }
            Order::TellUnconfirmed | Order::ChooseOrg(..) => Step::none(),
            Order::Rotate(work, name) => rotation::begin(shared, work, name),
            Order::AllowChanges => {
                shared.session.access = Access::Full;
                let key = shared.said("ro");
                let text = format!(
                    "Changes are allowed until you quit. {key} makes the session read-only."
                );
                shared.notify(NoticeKind::Info, text);
                Step::none()
            }
        };
        self.apply(from, step)
    }

    /// Reports a failed switch: to the page that started it, or as a notice, or on the
    /// sign-in page if there is no session.
    fn stuck(&mut self, asker: Option<LayerId>, why: String) -> Vec<Effect> {
        let page = asker.filter(|asker| self.stack.all().any(|(id, _)| id == *asker));
        match page {
            Some(page) => self.tell(page, Event::Stuck(why)),
            None if self.shared.session.is_open() => {
                self.shared.notify(NoticeKind::Warning, why);
                Vec::new()
            }
            None => {
                let page = switch::sign_in_here(&self.shared, Some(why));
                self.open(page, None)
            }
        }
    }
}
