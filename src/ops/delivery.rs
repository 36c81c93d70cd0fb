//! Delivers secrets to files and commands, and tries out a new secret.

use std::sync::Arc;

use super::{Connection, Ops, SignedIn};
use crate::{
    api::{
        call::{Call, Reply},
        error::{Failure, FailureKind},
    },
    domain::{
        SafeText, Secret, SecretKind, TokenId,
        destination::{BulkDestination, Destination},
        session::ConnectionId,
    },
    sink::{Delivered, Sink, SinkError, folder},
};

impl Ops {
    /// Checks a destination before there is a secret. Creates the folder of a file if it does
    /// not exist.
    ///
    /// # Errors
    /// If a delivery could not work.
    pub fn check_destination(&self, destination: &Destination) -> Result<(), SinkError> {
        let sink = self.sink(destination)?;
        if let Sink::File(path) = &sink
            && let Some(parent) = path.parent()
        {
            folder::prepare(parent)?;
        }
        sink.check()
    }

    fn sink(&self, destination: &Destination) -> Result<Sink, SinkError> {
        match destination {
            Destination::File(path) => Sink::file(path, self.home()),
            Destination::Command(line) => Sink::command(line),
        }
    }

    /// Delivers a secret. Counts as in progress immediately, so that the program waits for it on
    /// exit.
    pub fn deliver(
        &self,
        secret: Arc<Secret>,
        destination: &Destination,
    ) -> impl Future<Output = Result<Delivered, SinkError>> + Send + use<> {
        self.deliver_in_background(self.sink(destination), secret, None)
    }

    /// Checks a bulk destination before there are secrets. Creates the folder if it does not exist.
    ///
    /// # Errors
    /// If a delivery could not work.
    pub fn check_bulk_destination(&self, destination: &BulkDestination) -> Result<(), SinkError> {
        match destination {
            BulkDestination::Folder(text) => folder::prepare(&folder::parse(text, self.home())?),
            BulkDestination::Command(line) => Sink::command(line)?.check(),
        }
    }

    /// Delivers the secret of one token of a bulk run; otherwise like [`Self::deliver`].
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
        self.deliver_in_background(sink, secret, Some((name.to_string(), id.to_string())))
    }

    fn deliver_in_background(
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

    /// Tries a new secret with one read-only request. Returns a message about the result.
    ///
    /// # Errors
    /// If the server refused the secret, or the request failed.
    pub fn try_secret(
        &self,
        via: ConnectionId,
        org: Option<SafeText>,
        secret: Arc<Secret>,
    ) -> impl Future<Output = Result<String, String>> + Send + use<> {
        let here = self.connection(via);
        async move {
            let here = here.ok_or("not connected")?;
            tried(&here, org, secret).await
        }
    }
}

/// The environment variables that tell a command which token the secret belongs to. Name and id
/// are in their displayed form, since a variable cannot contain every character.
#[must_use]
pub const fn about<'a>(name: &'a str, id: &'a str) -> [(&'static str, &'a str); 2] {
    [("AXTOK_TOKEN_NAME", name), ("AXTOK_TOKEN_ID", id)]
}

impl SignedIn {
    /// Whether the server accepts this secret of an API token, by one read-only request.
    ///
    /// # Errors
    /// If that is not known, since the request failed for another reason.
    pub(super) async fn accepts(&self, secret: Arc<Secret>) -> Result<bool, Failure> {
        let here = self.ops.connection(self.via());
        let here = here.ok_or_else(|| Failure::new(FailureKind::Request))?;
        match here.with(secret).send(&Call::ListDatasets, None).await {
            Ok(_) => Ok(true),
            Err(failure) => match failure.kind {
                // Known, but without the right to list datasets.
                FailureKind::Status(403) => Ok(true),
                FailureKind::Status(401) => Ok(false),
                _ => Err(failure),
            },
        }
    }
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
        Ok(Reply::User(user)) => Ok(format!("The secret works: it belongs to {}.", user.email)),
        Ok(Reply::Datasets(list)) => {
            let datasets = if list.len() == 1 { "dataset" } else { "datasets" };
            Ok(format!("The secret works: it can list {} {datasets}.", list.len()))
        }
        Ok(_) => Ok("The secret works.".to_owned()),
        Err(failure) if failure.kind == FailureKind::Status(403) => {
            Ok("The server accepts the secret, but it cannot list datasets.".to_owned())
        }
        Err(failure) if failure.kind == FailureKind::Status(401) => {
            Err("The server refused the secret (401). It may need a moment: try again.".to_owned())
        }
        Err(failure) => Err(failure.headline(&call)),
    }
}
