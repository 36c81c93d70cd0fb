//! Asks the audit log what tokens do, and judges the answers in a separate thread.

use std::sync::Arc;

use futures_util::future::join_all;

use super::Ops;
use crate::{
    api::{
        call::{Answer, Call, LogAnswer, Reply},
        error::{Failure, FailureKind},
    },
    domain::{
        ApiToken, SafeText, SecretKind,
        audit::{AuditLog, LogQuery, LogQuestion, Window},
        session::ConnectionId,
        usage::{Evidence, Usage},
    },
    ops::Sent,
};

/// What the log says, and the questions that were not answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What tokens do.
    pub usage: Usage,
    /// The calls that failed. Without their answers, fewer rights can be judged.
    pub failed: Vec<(Call, Failure)>,
}

impl Ops {
    /// What these tokens did in this part of the log.
    ///
    /// # Errors
    /// As [`Self::ask_usage`].
    pub async fn usage(
        &self,
        via: ConnectionId,
        org: Option<&SafeText>,
        tokens: Arc<Vec<ApiToken>>,
        window: Window,
    ) -> Result<Usage, Failure> {
        Box::pin(self.ask_usage(via, org, tokens, window)).await.map(|asked| asked.usage)
    }

    /// What these tokens did in this part of the log, and what could not be asked.
    ///
    /// # Errors
    /// If the log cannot be asked who used which rights. Without the other answers, fewer
    /// rights can be judged.
    pub async fn ask_usage(
        &self,
        via: ConnectionId,
        org: Option<&SafeText>,
        tokens: Arc<Vec<ApiToken>>,
        window: Window,
    ) -> Result<Asked, Failure> {
        let read = |call| {
            let sent = self.send(via, org.cloned(), call, None);
            async move {
                match sent.await {
                    Sent::Answered { answer, .. } => answer,
                    Sent::Unrecorded(_) => Err(Failure::new(FailureKind::Request)),
                }
            }
        };
        let [first, others @ ..] = calls(window);
        // Without this answer the others are not needed.
        let deeds = read(first).await?;
        let mut answers = vec![Ok(deeds)];
        answers.extend(join_all(others.clone().into_iter().map(read)).await);
        let failure =
            |(call, answer): (Call, &Answer)| Some((call, answer.as_ref().err().cloned()?));
        let failed = others.into_iter().zip(&answers[1..]).filter_map(failure).collect();
        // An API token gets an incomplete list. A view that is missing in it would make
        // queries through it look like queries of nothing.
        let kind = self.connection(via).map(|connection| connection.credential.kind());
        if kind != Some(SecretKind::Personal) {
            answers.retain(|answer| !matches!(answer, Ok(Reply::Views(_))));
        }
        // 10,000 tokens take a moment, and the screens must not wait.
        let judge = move || judge(&tokens, window, answers);
        let judged = tokio::task::spawn_blocking(judge).await;
        let usage = judged.unwrap_or_else(|_| Err(Failure::new(FailureKind::Unreadable)))?;
        Ok(Asked { usage, failed })
    }
}

/// The calls to judge what tokens do, the most important first.
#[must_use]
pub fn calls(window: Window) -> [Call; 5] {
    let ask = |question| Call::AuditLog(LogQuery { window, question });
    [
        ask(LogQuestion::Deeds),
        ask(LogQuestion::Events),
        ask(LogQuestion::Received),
        Call::ListUsers,
        Call::ListViews,
    ]
}

/// What the answers to [`calls`] say about these tokens. Without one of the later answers, fewer
/// rights can be judged.
///
/// # Errors
/// If the log cannot be asked who used which rights.
pub fn judge(tokens: &[ApiToken], window: Window, answers: Vec<Answer>) -> Result<Usage, Failure> {
    let (mut deeds, mut events, mut received) = (None, None, None);
    let (mut users, mut views) = (None, None);
    for answer in answers {
        match answer {
            Ok(Reply::AuditLog(_, LogAnswer::Deeds(rows))) => deeds = Some(rows),
            Ok(Reply::AuditLog(window, LogAnswer::Events(rows))) => {
                events = Some(AuditLog::new(rows, window));
            }
            Ok(Reply::AuditLog(_, LogAnswer::Received(rows))) => received = Some(rows),
            Ok(Reply::Users(all)) => users = Some(all),
            Ok(Reply::Views(all)) => views = Some(all),
            Err(failure) if deeds.is_none() => return Err(failure),
            _ => {}
        }
    }
    let deeds = deeds.ok_or_else(|| Failure::new(FailureKind::Unreadable))?;
    let evidence = Evidence { window, deeds, received, events, users };
    Ok(Usage::new(tokens, views.as_deref(), evidence))
}
