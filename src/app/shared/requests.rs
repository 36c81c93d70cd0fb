//! Sends requests: reads and changes.

use std::sync::Arc;

use super::{Shared, Topic};
use crate::{
    api::call::Call,
    app::{
        effect::{Effect, LayerId, Ticket},
        in_flight::{InFlightChange, Sender},
        notice::NoticeKind,
        reconcile,
        remote::Load,
        time::seconds_left,
    },
    domain::{
        SecretKind,
        audit::{LogQuery, LogQuestion, Window},
        when,
    },
    ops::change::{Intent, Record},
};

impl Shared {
    /// Fetches the token list and everything else that these topics need.
    pub fn fetch_all(&mut self, shown: &[Topic]) -> Vec<Effect> {
        let mut calls = vec![Call::ListTokens];
        if self.data.orgs.value().is_none() {
            calls.push(Call::ListOrgs);
        }
        if self.session.credential == SecretKind::Personal {
            calls.push(Call::CurrentUser);
        }
        for (topic, call) in
            [(Topic::Datasets, Call::ListDatasets), (Topic::Views, Call::ListViews)]
        {
            calls.extend(shown.contains(&topic).then_some(call));
        }
        if shown.contains(&Topic::Personal) && self.session.credential != SecretKind::Api {
            calls.push(Call::ListPersonalTokens);
        }
        calls.into_iter().map(|call| self.fetch(call)).collect()
    }

    /// The effect that sends a call.
    #[must_use]
    pub fn send(&self, load: Load, call: Call) -> Effect {
        let via = self.session.connection.unwrap_or_default();
        let org = self.session.org.clone();
        Effect::Call { ticket: load.ticket, via, org, call, record: None }
    }

    /// Refreshes the token list.
    pub fn fetch_tokens(&mut self) -> Effect {
        self.fetch(Call::ListTokens)
    }

    /// Refreshes the names of datasets and views: new ones may have been created.
    pub fn fetch_names(&mut self) -> Vec<Effect> {
        vec![self.fetch(Call::ListDatasets), self.fetch(Call::ListViews)]
    }

    /// Fetches the audit log, and notifies this layer when it arrives.
    pub fn fetch_audit(&mut self, asker: LayerId) -> Effect {
        self.data.audit_asker = Some(asker);
        self.fetch(Call::AuditLog(self.log_query(LogQuestion::Events)))
    }

    /// A query of the audit log, as far back as the organisation allows.
    #[must_use]
    pub fn log_query(&self, question: LogQuestion) -> LogQuery {
        let seconds = self.org().and_then(|org| org.audit_window);
        LogQuery { window: Window::last(seconds, self.server_now()), question }
    }

    /// Asks the audit log what the listed tokens do.
    pub fn fetch_usage(&mut self) -> Option<Effect> {
        let tokens = Arc::clone(self.data.tokens.value()?);
        let load = self.new_load();
        self.data.usage.begin(load);
        let via = self.session.connection.unwrap_or_default();
        let (org, window) = (self.session.org.clone(), self.log_query(LogQuestion::Deeds).window);
        Some(Effect::LoadUsage { ticket: load.ticket, via, org, tokens, window })
    }

    /// Sends a read and marks the data that it fills as loading.
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
            Call::AuditLog(_) => self.data.audit.begin(load),
            _ => {}
        }
        self.send(load, call)
    }

    /// Sends a change and stores it as in flight.
    pub fn change(&mut self, sender: Sender, intent: Intent, call: Call) -> (Ticket, Effect) {
        self.change_recorded(sender, intent, call, false)
    }

    /// Like [`Self::change`]; `without_journal` sends the change even if the journal cannot
    /// be written, as the user has confirmed.
    pub fn change_recorded(
        &mut self,
        sender: Sender,
        intent: Intent,
        call: Call,
        without_journal: bool,
    ) -> (Ticket, Effect) {
        let load = self.new_load();
        if let Some(until) = self.limited_until() {
            let left = when::countdown(seconds_left(until, self.now));
            let text =
                format!("Sent {left} before the rate limit ends: the server may refuse it again.");
            self.notify(NoticeKind::Warning, text);
        }
        let record = reconcile::asked(self, &intent, &call);
        let asked = record.as_ref().map(|(asked, _)| asked.clone());
        let to_record = record.map(|(asked, known)| {
            let overridden = sender.overridden.clone();
            Box::new(Record { asked, known, without_journal, is_rotation: false, overridden })
        });
        let mut effect = self.send(load, call.clone());
        if let Effect::Call { record, .. } = &mut effect {
            *record = to_record;
        }
        let (session, place) = (self.session.clone(), self.place());
        self.in_flight.push(InFlightChange { load, intent, call, asked, session, place, sender });
        (load.ticket, effect)
    }
}
