//! What tokens do: asked for on demand, and used to narrow a token.

use super::{
    audit,
    effect::Effect,
    layer::{Draft, Nav, Open, Page, Question, Step},
    notice::NoticeKind,
    remote::Remote,
    shared::{Shared, Topic},
};
use crate::{
    domain::{
        TokenId,
        usage::{Asking, Class},
    },
    input::{Action, Context},
};

/// Lines of evidence for each class in the question.
const LINES: usize = 6;

/// Asks the audit log what the listed tokens do.
pub fn ask(shared: &mut Shared) -> Step {
    if shared.asking == Asking::Off {
        let words = "usage is off in the settings: set usage = \"ask\" to query the audit log.";
        shared.notify(NoticeKind::Info, words);
        return Step::none();
    }
    let Some(asking) = shared.fetch_usage() else { return Step::none() };
    shared.notify(NoticeKind::Info, "Asking the audit log what the tokens do.");
    Step::effect(asking)
}

/// Asks after a list has arrived, if the settings say so. The organisation says how far back
/// the log goes, so its list is awaited too.
pub fn ask_unasked(shared: &mut Shared, topic: Topic) -> Option<Effect> {
    let is_first = matches!(shared.data.usage, Remote::Idle);
    let is_due = topic == Topic::Tokens || topic == Topic::Orgs && is_first;
    let is_ready = shared.data.orgs.load().is_none() && !matches!(shared.data.orgs, Remote::Idle);
    // A refusal that will not go away is said once; the key asks again.
    let is_refused = matches!(&shared.data.usage, Remote::Failed(failure, _)
        if audit::unavailable(failure).is_some());
    if shared.asking != Asking::Always || !is_due || !is_ready || is_refused {
        return None;
    }
    shared.fetch_usage()
}

/// Shows which rights of a token were not seen, and offers a draft without them.
pub fn narrow(id: Option<&TokenId>, shared: &mut Shared) -> Step {
    let Some(token) = id.and_then(|id| shared.data.token(id)).cloned() else { return Step::none() };
    let (usage, now) = match &shared.data.usage {
        Remote::Ready(usage, _) => (usage, shared.server_now()),
        Remote::Loading(_) | Remote::Failed(_, Some(_)) => {
            shared.notify(NoticeKind::Info, "The audit log is still being read.");
            return Step::none();
        }
        Remote::Idle | Remote::Failed(_, None) => {
            let step = ask(shared);
            let key = shared.key_in(Context::Detail, Action::Narrow);
            let words = format!("Asking the audit log what the tokens do: then press {key} again.");
            shared.notify(NoticeKind::Info, words);
            return step;
        }
    };
    let Some(grants) = usage.narrowed(&token) else {
        let words = match usage.naming.label() {
            Some(_) => "No right of this token is known to be unused.".to_owned(),
            None => "The audit log does not name tokens: nothing is known to be unused.".to_owned(),
        };
        shared.notify(NoticeKind::Info, words);
        return Step::none();
    };
    let described = usage.describe(&token, now);
    let mut lines = vec![format!("The audit log, {}.", usage.heading()), String::new()];
    for (class, heading) in [
        (Class::NotSeen, "Taken away, because it was not seen:"),
        (Class::Used, "Kept, because it was used:"),
        (Class::Unknown, "Kept, because its use can't be known:"),
    ] {
        let all: Vec<_> = described.iter().filter(|line| line.class == class).collect();
        if all.is_empty() {
            continue;
        }
        lines.push(heading.to_owned());
        lines.extend(all.iter().take(LINES).map(|line| format!("· {}", line.text)));
        if all.len() > LINES {
            lines.push(format!("· and {} more", all.len() - LINES));
        }
    }
    let words = usage.words_for_narrowing();
    let draft = Draft::Narrowing(token.clone(), grants, words);
    let show = Nav::Show(Page::NewToken(Box::new(draft)));
    let title = format!("Narrow {}", token.name);
    let choices = vec![("Cancel", Vec::new()), ("Edit the draft", vec![show])];
    Step::open(Open::Confirm(Box::new(Question::new(&title, lines, choices))))
}
