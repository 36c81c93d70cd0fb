//! Gives a secret to where it is to go, and tries a new one.

use std::sync::Arc;

use super::{Connection, Effects};
use crate::{
    api::{
        call::{Call, Reply},
        error::Trouble,
    },
    app::{ConnectionId, Msg, Ticket, effect::Destination},
    domain::{SafeText, Secret, SecretKind},
    sink::{Sink, SinkError},
};

impl Effects {
    /// Looks at a place before there is anything to deliver.
    ///
    /// # Errors
    /// With what is in the way.
    pub fn check_destination(&self, destination: &Destination) -> Result<(), String> {
        self.sink(destination).and_then(|sink| sink.check()).map_err(|e| e.to_string())
    }

    fn sink(&self, destination: &Destination) -> Result<Sink, SinkError> {
        let home = self.config.as_ref().map(|c| c.files.home.as_path());
        match destination {
            Destination::File(path) => Sink::file(path, home),
            Destination::Command(line) => Sink::command(line),
        }
    }

    /// Delivers a secret; one `Msg::Delivered` comes back.
    pub fn deliver(&self, ticket: Ticket, secret: Arc<Secret>, destination: &Destination) {
        let sink = self.sink(destination);
        let effects = self.clone();
        let under_way = self.under_way.begin();
        tokio::spawn(async move {
            let result = match sink {
                Ok(sink) => sink.deliver(&secret).await.map(|d| d.words()),
                Err(e) => Err(e),
            };
            drop(under_way);
            let result = result.map_err(|e| e.with_secret_kept());
            effects.send_back(Msg::Delivered { ticket, result });
        });
    }

    /// Sends one harmless request with a new secret; one `Msg::Tried` comes back.
    pub fn try_secret(
        &self,
        ticket: Ticket,
        via: ConnectionId,
        org: Option<SafeText>,
        secret: Arc<Secret>,
    ) {
        let here = self.connections().get(&via).cloned();
        let effects = self.clone();
        tokio::spawn(async move {
            let result = match here {
                Some(here) => tried(&here, org, secret).await,
                None => Err("there is no connection".to_owned()),
            };
            effects.send_back(Msg::Tried { ticket, result });
        });
    }
}

async fn tried(
    here: &Connection,
    org: Option<SafeText>,
    secret: Arc<Secret>,
) -> Result<String, String> {
    let personal = secret.kind() == SecretKind::Personal;
    let connection = Connection::new(
        here.endpoint.clone(),
        secret,
        here.personal_path.clone(),
        here.deployment.clone(),
        here.demo,
    );
    let call = if personal { Call::CurrentUser } else { Call::ListDatasets };
    match connection.send(&call, org.filter(|_| personal).as_ref()).await {
        Ok(Reply::User(user)) => Ok(format!("It works: the server knows it as {}.", user.email)),
        Ok(Reply::Datasets(list)) => {
            let datasets = if list.len() == 1 { "dataset" } else { "datasets" };
            Ok(format!("It works: the server lists {} {datasets} for it.", list.len()))
        }
        Ok(_) => Ok("It works.".to_owned()),
        Err(failure) if failure.trouble == Trouble::Status(403) => {
            Ok("The server knows it; it may not list datasets.".to_owned())
        }
        Err(failure) if failure.trouble == Trouble::Status(401) => {
            Err("The server does not take it (401): it may need a moment; try again.".to_owned())
        }
        Err(failure) => Err(failure.headline(&call)),
    }
}
