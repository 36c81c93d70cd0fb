//! Gives secrets to where they are to go, and tries a new one.

use std::sync::Arc;

use super::{Connection, Ops};
use crate::{
    api::{
        call::{Call, Reply},
        error::FailureKind,
    },
    domain::{
        SafeText, Secret, SecretKind, TokenId,
        destination::{BulkDestination, Destination},
        session::ConnectionId,
    },
    sink::{Delivered, Sink, SinkError, folder},
};

impl Ops {
    /// Looks at a place before there is anything to deliver.
    ///
    /// # Errors
    /// With what is in the way.
    pub fn check_destination(&self, destination: &Destination) -> Result<(), SinkError> {
        self.sink(destination)?.check()
    }

    fn sink(&self, destination: &Destination) -> Result<Sink, SinkError> {
        match destination {
            Destination::File(path) => Sink::file(path, self.home()),
            Destination::Command(line) => Sink::command(line),
        }
    }

    /// Delivers a secret, which is counted from now on: who ends the program waits for
    /// it.
    pub fn deliver(
        &self,
        secret: Arc<Secret>,
        destination: &Destination,
    ) -> impl Future<Output = Result<Delivered, SinkError>> + Send + use<> {
        self.handed_over(self.sink(destination), secret, None)
    }

    /// Looks at a depot before there is anything to be put there; a folder that
    /// does not exist is made.
    ///
    /// # Errors
    /// With what is in the way.
    pub fn check_bulk_destination(&self, destination: &BulkDestination) -> Result<(), SinkError> {
        match destination {
            BulkDestination::Folder(text) => folder::prepare(&folder::parse(text, self.home())?),
            BulkDestination::Command(line) => Sink::command(line)?.check(),
        }
    }

    /// Puts the secret of a token there, counted like a delivery.
    pub fn deliver_bulk(
        &self,
        secret: Arc<Secret>,
        destination: &BulkDestination,
        (name, id): (&SafeText, &TokenId),
    ) -> impl Future<Output = Result<Delivered, SinkError>> + Send + use<> {
        let sink = match destination {
            BulkDestination::Folder(text) => folder::parse(text, self.home())
                .map(|path| folder::sink_for(&path, name.raw(), id.raw())),
            BulkDestination::Command(line) => Sink::command(line),
        };
        self.handed_over(sink, secret, Some((name.to_string(), id.to_string())))
    }

    fn handed_over(
        &self,
        sink: Result<Sink, SinkError>,
        secret: Arc<Secret>,
        token: Option<(String, String)>,
    ) -> impl Future<Output = Result<Delivered, SinkError>> + Send + use<> {
        let in_flight = self.in_flight.begin();
        async move {
            let about = token.as_ref().map(|(name, id)| about(name, id));
            let about = about.as_ref().map_or(&[][..], |about| &about[..]);
            let delivered = sink?.deliver_about(&secret, about).await;
            drop((in_flight, secret));
            delivered
        }
    }

    /// Sends one harmless request with a new secret; says what the server made of it.
    ///
    /// # Errors
    /// With why it does not work.
    pub fn try_secret(
        &self,
        via: ConnectionId,
        org: Option<SafeText>,
        secret: Arc<Secret>,
    ) -> impl Future<Output = Result<String, String>> + Send + use<> {
        let here = self.connection(via);
        async move {
            let here = here.ok_or("there is no connection")?;
            tried(&here, org, secret).await
        }
    }
}

/// The variables by which a command learns whose secret it gets: name and id as they
/// are shown, since a variable cannot hold every character.
#[must_use]
pub const fn about<'a>(name: &'a str, id: &'a str) -> [(&'static str, &'a str); 2] {
    [("AXTOK_TOKEN_NAME", name), ("AXTOK_TOKEN_ID", id)]
}

async fn tried(
    here: &Connection,
    org: Option<SafeText>,
    secret: Arc<Secret>,
) -> Result<String, String> {
    let personal = secret.kind() == SecretKind::Personal;
    let connection = here.with(secret);
    let call = if personal { Call::CurrentUser } else { Call::ListDatasets };
    match connection.send(&call, org.filter(|_| personal).as_ref()).await {
        Ok(Reply::User(user)) => Ok(format!("It works: the server knows it as {}.", user.email)),
        Ok(Reply::Datasets(list)) => {
            let datasets = if list.len() == 1 { "dataset" } else { "datasets" };
            Ok(format!("It works: the server lists {} {datasets} for it.", list.len()))
        }
        Ok(_) => Ok("It works.".to_owned()),
        Err(failure) if failure.kind == FailureKind::Status(403) => {
            Ok("The server knows it; it may not list datasets.".to_owned())
        }
        Err(failure) if failure.kind == FailureKind::Status(401) => {
            Err("The server does not take it (401): it may need a moment; try again.".to_owned())
        }
        Err(failure) => Err(failure.headline(&call)),
    }
}
