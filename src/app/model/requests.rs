//! What is asked of the server: fetching, and changing.

use super::{Flight, Intent, Model, NoticeKind};
use crate::{
    api::call::Call,
    app::{
        doubts,
        effect::{Effect, Record, Ticket},
        remote::Load,
        screens::Screen,
        servers,
    },
    domain::{SecretKind, when},
};

impl Model {
    /// Fetches everything that the screens show.
    pub fn fetch_all(&mut self) -> Vec<Effect> {
        let mut calls = vec![Call::ListTokens];
        if self.data.orgs.value().is_none() {
            calls.push(Call::ListOrgs);
        }
        if self.session.credential == SecretKind::Personal {
            calls.push(Call::CurrentUser);
        }
        let in_review = self.screens.iter().any(|s| matches!(s, Screen::Review(_)));
        if self.form().is_some() || in_review {
            calls.extend([Call::ListDatasets, Call::ListViews]);
        }
        let on_profile = self.screens.iter().any(|s| matches!(s, Screen::Profile(_)));
        if on_profile && self.session.credential != SecretKind::Api {
            calls.push(Call::ListPersonalTokens);
        }
        calls.into_iter().map(|call| self.fetch(call)).collect()
    }

    /// A load with a new ticket.
    pub fn new_load(&mut self) -> Load {
        self.last_ticket = Ticket(self.last_ticket.0 + 1);
        Load { ticket: self.last_ticket, since: self.now }
    }

    /// A number that nothing else has.
    pub fn new_ticket(&mut self) -> Ticket {
        self.new_load().ticket
    }

    /// The effect that sends a call under a ticket.
    #[must_use]
    pub fn send(&self, load: Load, call: Call) -> Effect {
        let via = self.session.connection.unwrap_or_default();
        let org = self.session.org.clone();
        Effect::Call { ticket: load.ticket, via, org, call, record: None }
    }

    /// Fetches the token list anew.
    pub fn fetch_tokens(&mut self) -> Effect {
        self.fetch(Call::ListTokens)
    }

    /// Sends a reading call and marks what it fills as on its way.
    pub fn fetch(&mut self, call: Call) -> Effect {
        let load = self.new_load();
        match call {
            Call::ListTokens => {
                self.data.listed = Some(self.now);
                self.data.tokens.begin(load);
            }
            Call::ListDatasets => self.data.datasets.begin(load),
            Call::ListViews => self.data.views.begin(load),
            Call::ListOrgs => self.data.orgs.begin(load),
            Call::CurrentUser => self.data.user.begin(load),
            Call::ListPersonalTokens => self.data.personal.begin(load),
            Call::AuditLog { .. } => self.data.audit.begin(load),
            _ => {}
        }
        self.send(load, call)
    }

    /// Sends a changing call and remembers that it is on its way.
    pub fn change(&mut self, intent: Intent, call: Call) -> (Ticket, Effect) {
        self.change_recorded(intent, call, false)
    }

    /// The same, perhaps without the journal, if the admin wants it so.
    pub fn change_recorded(
        &mut self,
        intent: Intent,
        call: Call,
        without_journal: bool,
    ) -> (Ticket, Effect) {
        let load = self.new_load();
        if let Some(until) = self.limited_until() {
            let left = when::countdown(servers::seconds_left(until, self.now));
            let text = format!("Sent {left} before the rate limit ends: it may be refused again.");
            self.notify(NoticeKind::Warning, text);
        }
        let record = doubts::asked(self, &intent, &call);
        let asked = record.as_ref().map(|(asked, _)| asked.clone());
        let to_record =
            record.map(|(asked, known)| Box::new(Record { asked, known, without_journal }));
        let mut effect = self.send(load, call.clone());
        if let Effect::Call { record, .. } = &mut effect {
            *record = to_record;
        }
        let (session, place) = (self.session.clone(), self.place());
        // It holds for one secret.
        let destination = if call.yields_secret() { self.destination.take() } else { None };
        self.flights.push(Flight { load, intent, call, asked, session, place, destination });
        (load.ticket, effect)
    }
}
