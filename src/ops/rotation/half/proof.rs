//! Reads a delivered secret back from its store, compares it, and uses it.

use std::{sync::Arc, time::Duration};

use super::{Failed, Half, Steps, failed, try_again};
use crate::{
    api::call::Call,
    domain::{Secret, SecretKind},
    journal::{Mark, Stage, Step},
    ops::{
        rotation::store::{self, Stored},
        undelivered,
    },
};

/// How long to wait before a new secret that the server refused is tried again: it may need a
/// moment.
const AGAIN: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// What the store returned.
enum Found {
    /// The new token's secret.
    Same(Arc<Secret>),
    /// Something else, as the words say.
    Other(String),
}

impl<T: FnMut(String)> Steps<'_, T> {
    /// Reads the secret back and uses it.
    pub async fn prove(&mut self, half: &mut Half) -> Result<(), Failed> {
        let Some(args) = half.rule.prove.clone() else {
            self.forget(half);
            return Ok(());
        };
        let why = match self.read(half, &args).await {
            Ok(Found::Same(copy)) => return self.proven(half, copy).await,
            Ok(Found::Other(why)) | Err(why) => why,
        };
        let kept = match (&half.secret, &half.kept) {
            (Some(secret), None) => undelivered::keep(secret, half.pair.new.as_ref()).await.ok(),
            (_, kept) => kept.clone(),
        };
        let advice = match (kept, &half.pair.new) {
            (Some(file), _) => {
                format!("{} The secret is kept in {}.", try_again(half), file.display())
            }
            (None, Some(new)) => {
                let again = format!(" `axtok rotate {new}` puts a new secret there.");
                try_again(half) + &again
            }
            (None, None) => try_again(half),
        };
        Err(failed(Step::Prove, why, advice))
    }

    /// Uses the copy that was read back, and records the proof.
    async fn proven(&mut self, half: &mut Half, copy: Arc<Secret>) -> Result<(), Failed> {
        self.use_copy(half, copy).await?;
        if half.stage < Stage::Proven {
            if half.stage < Stage::Delivered {
                let to = Some("found in the store".to_owned());
                self.mark(half, Mark::Delivered { id: half.pair.new.clone(), to }).await;
            }
            self.mark(half, Mark::Proven).await;
            half.stage = Stage::Proven;
            self.say(
                half,
                "proven (read back from the store, and accepted by the server)".to_owned(),
            );
        }
        self.forget(half);
        Ok(())
    }

    /// Deletes the file of a secret that is stored elsewhere now.
    fn forget(&mut self, half: &mut Half) {
        if let Some(file) = half.kept.take() {
            undelivered::forget(&file);
            self.say(half, format!("deleted {}", file.display()));
        }
    }

    /// Reads the stored secret, and compares it with the new token's.
    async fn read(&self, half: &Half, args: &[String]) -> Result<Found, String> {
        let home = self.signed_in.ops.home();
        let other = |why: &str| Ok(Found::Other(why.to_owned()));
        let stored = match store::read(&half.rule, args, &half.pair, home).await? {
            Stored::Nothing => return other("prove prints nothing"),
            Stored::Value(stored) => stored,
        };
        if is_same(half, &stored) {
            return Ok(Found::Same(stored));
        }
        let trimmed = stored.trimmed();
        if is_same(half, &trimmed) {
            return other(
                "the store returns the secret with white space around it, which its users would \
                 send too",
            );
        }
        // Another secret must not be sent anywhere, unless it is an API token.
        if stored.kind() != SecretKind::Api || !stored.is_one_word() {
            return other("the store returns something else than the new secret");
        }
        match self.signed_in.accepts(stored).await {
            Ok(true) => other(
                "the store returns another token that works: the old one, or one of another \
                 rotation at the same time",
            ),
            Ok(false) => other("the store returns another token, which the server refuses"),
            Err(_) => other("the store returns another token"),
        }
    }

    /// Whether the store already has the secret, for a rotation that was killed while delivering.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn is_stored(&self, half: &Half) -> Result<bool, String> {
        let Some(args) = &half.rule.prove else { return Ok(false) };
        Ok(matches!(self.read(half, args).await?, Found::Same(_)))
    }

    /// Sends one harmless request with the copy from the store.
    async fn use_copy(&self, half: &Half, copy: Arc<Secret>) -> Result<(), Failed> {
        let mut waits = AGAIN.into_iter();
        loop {
            match self.signed_in.accepts(Arc::clone(&copy)).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    let Some(wait) = waits.next() else {
                        let why = "the store has the new secret, but the server refuses it (401)";
                        let advice = format!(
                            "look at the token in the Axiom console, then run `axtok rotate` \
                             again.{}",
                            half.until()
                        );
                        return Err(failed(Step::Prove, why.to_owned(), advice));
                    };
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        // Once more, and no further.
                        () = self.interrupt.received() => waits.by_ref().for_each(drop),
                    }
                }
                Err(failure) => {
                    let why = format!(
                        "the store has the new secret, but it could not be used: {}",
                        failure.headline(&Call::ListDatasets)
                    );
                    let advice = format!("run `axtok rotate` again.{}", half.until());
                    return Err(failed(Step::Prove, why, advice));
                }
            }
        }
    }
}

fn is_same(half: &Half, stored: &Secret) -> bool {
    match (&half.secret, half.print) {
        (Some(secret), _) => secret.is_same(stored),
        (None, Some(print)) => stored.fingerprint(&half.entry.to_string()) == print,
        (None, None) => false,
    }
}
