//! The progress of a bulk run, then its result. Stays open until the run ends, so that
//! nobody misses a secret that could not be delivered.

use crate::{
    app::{
        bulk,
        effect::Effect,
        layer::{Ask, Cx, Event, Hint, Layer, Nav, Open, Order, Question, Step, Wanted},
        list::List,
        notice::NoticeKind,
        run::{Run, Stage},
        shared::Shared,
    },
    domain::report::Report,
    input::{Action, Context},
};

/// The dialog; the run itself is in [`Shared`].
#[derive(Debug, Default)]
pub struct Dialog {
    /// The scroll position in the result.
    pub list: List,
    /// Whether the destination is being checked before the run continues.
    pub is_checking: bool,
}

impl Dialog {
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.list.scroll(action) {
            return Step::none();
        }
        let stage = cx.shared.run.as_ref().map(|run| run.stage);
        match (action, stage) {
            (Action::Back, Some(Stage::Going)) => {
                let lines = vec![
                    "The current token is finished; no other is started.".to_owned(),
                    "Finished tokens stay changed. The summary shows the progress, and you can \
                     continue from there."
                        .to_owned(),
                ];
                let stop = vec![Nav::Order(Order::StopRun)];
                let choices = vec![("Continue", Vec::new()), ("Stop after this one", stop)];
                let question = Question::new("Stop the run?", lines, choices);
                Step::open(Open::Confirm(Box::new(Question { is_of_run: true, ..question })))
            }
            (Action::Back, Some(Stage::Stopping)) => {
                cx.shared.notify(NoticeKind::Info, "Stopping after the current token.");
                Step::none()
            }
            (Action::Back, Some(Stage::Over) | None) => {
                cx.shared.run = None;
                Step::back().nav(Nav::Order(Order::TellUnconfirmed))
            }
            (Action::Retry, Some(Stage::Over)) if !self.is_checking => self.retry(cx),
            (Action::SaveReport, Some(Stage::Over)) => Step::open(Open::Prompt(Box::new(Ask {
                title: "Save this list",
                hint: "A new file such as ~/report.tsv or ~/report.json. It has no secrets in it."
                    .to_owned(),
                wanted: Wanted::ReportFile,
            }))),
            _ => Step::none(),
        }
    }

    /// Retries the failed tokens and continues with the rest, after checking the destination.
    fn retry(&mut self, cx: &mut Cx<'_>) -> Step {
        match bulk::again(cx.shared) {
            Err(refusal) => {
                let (kind, text) = refusal;
                cx.shared.notify(kind, text);
                Step::none()
            }
            Ok(Some(destination)) => {
                self.is_checking = true;
                Step::effect(Effect::CheckBulkDestination { asker: cx.me, destination })
            }
            Ok(None) => bulk::restart(cx.shared),
        }
    }

    fn checked(&mut self, result: Result<(), String>, cx: &mut Cx<'_>) -> Step {
        if !std::mem::take(&mut self.is_checking) {
            return Step::none();
        }
        match result {
            Ok(()) => bulk::restart(cx.shared),
            Err(why) => {
                cx.shared.notify(NoticeKind::Warning, format!("Not started: {why}"));
                Step::none()
            }
        }
    }
}

impl Layer for Dialog {
    fn context(&self) -> Context {
        Context::Run
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, shared: &Shared) -> Vec<Hint> {
        use Action as A;
        let mut all = vec![(A::Back, "close")];
        match &shared.run {
            Some(run) if run.stage == Stage::Stopping => return Vec::new(),
            Some(run) if run.stage == Stage::Going => {
                return vec![(A::Back, "stop after this one")];
            }
            Some(run) => {
                let tally = run.tally();
                if tally.left > 0 {
                    all.push((A::Retry, "continue"));
                } else if tally.failed > 0 {
                    all.push((A::Retry, "retry failed"));
                }
            }
            None => {}
        }
        all.extend([(A::SaveReport, "save this list"), (A::Down, "scroll")]);
        all
    }

    fn offers(&self, action: Action, shared: &Shared) -> bool {
        match action {
            Action::Retry | Action::SaveReport => {
                !self.is_checking && shared.run.as_ref().is_none_or(|run| !run.is_going())
            }
            action => !List::moves(action) || self.list.is_cut(),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            Event::Checked(result) => self.checked(result, cx),
            Event::Typed(Wanted::ReportFile, path) => {
                let lines = cx.shared.run.as_ref().map(Run::report).unwrap_or_default();
                Step::effect(Effect::SaveReport(Box::new(Report { path, lines })))
            }
            _ => Step::none(),
        }
    }
}
