//! Lists, shows and compares tokens, and offers what can be done with those that are chosen.

use super::{
    PlainUi,
    menu::{Several, Token},
    pick::Pick,
    prompter::PromptAbort,
    secret::ended,
};
use crate::{
    api::call::{Call, LogAnswer, Reply},
    commands::{exit, json, tokens::show},
    domain::{
        ApiToken,
        audit::{AuditEvent, AuditLog, LogQuery, LogQuestion, Rows, Window},
        review::compare::compare,
        text,
        usage::Usage,
    },
};

const AUDIT: &str = "The audit log of the last days. By default only owners can read it.";

impl PlainUi<'_> {
    pub(super) async fn list(&mut self) -> Result<(), PromptAbort> {
        let tokens = self.tokens().await?;
        let question = "Type numbers to choose tokens, or q to go back.";
        let chosen = self.tokens_of(&tokens, question, true).await?;
        self.act_on(chosen, &tokens).await
    }

    pub(super) async fn show(&mut self) -> Result<(), PromptAbort> {
        let tokens = self.tokens().await?;
        let token = self.token_of(&tokens).await?;
        self.token_menu(token, &tokens).await
    }

    pub(super) async fn several(&mut self) -> Result<(), PromptAbort> {
        let tokens = self.tokens().await?;
        let chosen = self.tokens_of(&tokens, "Which tokens?", true).await?;
        self.act_on(chosen, &tokens).await
    }

    async fn act_on(
        &mut self,
        mut chosen: Vec<ApiToken>,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        if chosen.len() > 1 {
            return self.several_menu(chosen, tokens).await;
        }
        match chosen.pop() {
            Some(token) => self.token_menu(token, tokens).await,
            None => Ok(()),
        }
    }

    /// Shows a token, and offers what can be done with it.
    pub(super) async fn token_menu(
        &mut self,
        token: ApiToken,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        let now = self.signed_in.now();
        for line in {
            let half = self.signed_in.half(&token.id);
            show::text(&token, half.as_ref(), &self.signed_in.session.policies, now, None)
        }
        .lines()
        {
            let (what, text) = line.split_at(line.find("  ").unwrap_or(line.len()));
            let text = text.trim().replace(" · ", ", ");
            // The rights follow, with rows that have the same ones in one sentence.
            if what != "rights" {
                self.prompter.say(&format!("{}: {text}", what.trim()));
            }
        }
        self.say_rows(&token.grants);
        let question = format!("{}: what do you want to do?", token.name);
        let mut again = false;
        loop {
            let choice = self.prompter.choose_again(&question, "q goes back.", again).await?;
            again = true;
            match choice {
                Token::Regenerate => return self.regenerate(vec![token], tokens).await,
                Token::Delete => return self.delete(vec![token], tokens).await,
                Token::Clone => return self.clone_token(&token, tokens).await,
                Token::Replace => return self.replace(&token, None, tokens).await,
                Token::Audit => self.audit(Some(&token)).await?,
                Token::Usage => {
                    if let Some(usage) = self.usage(tokens).await? {
                        self.say_usage(&usage, &token);
                    }
                }
                Token::Narrow => {
                    let Some(usage) = self.usage(tokens).await? else { continue };
                    let Some(grants) = usage.narrowed(&token) else {
                        self.say_usage(&usage, &token);
                        self.prompter.say("No right of this token is known to be unused.");
                        continue;
                    };
                    let words = usage.words_for_narrowing();
                    return self.replace(&token, Some((grants, words)), tokens).await;
                }
                Token::Json => {
                    self.prompter.verbatim(&json::line(&json::Token::at(
                        &token,
                        &self.signed_in.session.policies,
                        now,
                    )));
                }
            }
        }
    }

    async fn several_menu(
        &mut self,
        chosen: Vec<ApiToken>,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        let question = format!("{} tokens: what do you want to do?", chosen.len());
        let mut again = false;
        loop {
            let choice = self.prompter.choose_again(&question, "q goes back.", again).await?;
            again = true;
            match choice {
                Several::Regenerate => return self.regenerate(chosen, tokens).await,
                Several::Delete => return self.delete(chosen, tokens).await,
                Several::Rights => return self.change_rights(&chosen, tokens).await,
                Several::Compare => self.compare(&chosen),
                Several::List => self.names(&chosen),
            }
        }
    }

    /// Lists the chosen tokens.
    pub(super) fn names(&self, chosen: &[ApiToken]) {
        for (at, token) in chosen.iter().enumerate() {
            self.prompter.item(at + 1, &format!("{}, id {}", token.name, token.id));
        }
    }

    fn compare(&self, chosen: &[ApiToken]) {
        let [left, right] = chosen else {
            let count = chosen.len();
            self.prompter.say(&format!("Choose two tokens to compare them: {count} chosen."));
            return;
        };
        self.prompter.say("");
        self.prompter.say(&format!("{} compared with {}.", left.name, right.name));
        for line in compare(left, right, &self.signed_in.session.policies, self.signed_in.now()) {
            let text = match (line.heading, line.differs()) {
                (true, _) => line.label,
                (false, false) => format!("{}: both {}", line.label, line.left),
                (false, true) => {
                    format!("{}: {}, compared with {}", line.label, line.left, line.right)
                }
            };
            self.prompter.say(&ended(&text.replace(" · ", ", ")));
        }
    }

    /// What the audit log says that tokens do; `None` after a failure, which is said.
    async fn usage(&mut self, tokens: &[ApiToken]) -> Result<Option<Usage>, PromptAbort> {
        let window = self.window().await?;
        match self.prompter.unless_signal(Box::pin(self.signed_in.usage(tokens, window))).await? {
            Ok(usage) => Ok(Some(usage)),
            Err(failure) => {
                let call = Call::AuditLog(LogQuery { window, question: LogQuestion::Deeds });
                self.prompter.say(&format!("Failed: {}", exit::message(&failure, &call)));
                Ok(None)
            }
        }
    }

    fn say_usage(&self, usage: &Usage, token: &ApiToken) {
        let now = self.signed_in.now();
        self.prompter.say(&ended(&format!("Usage, {}", usage.heading())));
        for line in usage.describe(token, now) {
            self.prompter.say(&ended(&format!(
                "{}: {}",
                text::sentence(line.class.label()).trim_end_matches('.'),
                line.text
            )));
        }
        for gap in usage.gaps() {
            self.prompter.say(&ended(&format!("Note: {gap}")));
        }
    }

    /// The part of the audit log that the organisation can query.
    async fn window(&mut self) -> Result<Window, PromptAbort> {
        let orgs = self.prompter.unless_signal(self.signed_in.orgs()).await?.unwrap_or_default();
        let here = self.signed_in.session.org.as_ref();
        let org = orgs.iter().find(|org| here.is_none_or(|id| org.id == *id));
        Ok(Window::last(org.and_then(|org| org.audit_window), self.signed_in.now()))
    }

    /// Prints the audit log, of one token or of all.
    pub(super) async fn audit(&mut self, token: Option<&ApiToken>) -> Result<(), PromptAbort> {
        let now = self.signed_in.now();
        let window = self.window().await?;
        let days = window.length();
        let call = Call::AuditLog(LogQuery { window, question: LogQuestion::Events });
        let log = match self.prompter.unless_signal(self.signed_in.read(&call)).await? {
            Ok(Reply::AuditLog(window, LogAnswer::Events(rows))) => AuditLog::new(rows, window),
            Ok(_) => AuditLog::new(Rows { rows: Vec::new(), is_complete: true }, window),
            Err(failure) => {
                self.prompter.say(&format!("Failed: {}", exit::message(&failure, &call)));
                return Ok(());
            }
        };
        let whole = |event: &AuditEvent| {
            let name = if event.name.is_empty() { "no name" } else { event.name.shown() };
            format!("{name}, id {}: {}.", event.token, event.describe(now))
        };
        let lines: Vec<_> = match token {
            Some(token) => log.of(&token.id).map(|event| event.describe(now) + ".").collect(),
            None => log.events().iter().map(whole).collect(),
        };
        if lines.is_empty() {
            let of = token.map_or_else(|| "tokens".to_owned(), |token| token.name.to_string());
            self.prompter.say(&format!("No changes to {of} in the last {days}."));
            return Ok(());
        }
        let question = format!("Audit log, last {days}. q goes back.");
        match self.prompter.one(&Pick::one(&question, &lines, AUDIT)).await {
            Ok(_) | Err(PromptAbort::Back) => Ok(()),
            Err(abort) => Err(abort),
        }
    }
}
