//! The keys of the permission matrix.

use super::{Field, NewTokenForm, sheets};
use crate::{
    app::{
        layer::{Ask, Cx, Event, Layer as _, Nav, Open, Question, Step, Text, Wanted},
        matrix::{Edit, Mark, Matrix, Plan},
        notice::NoticeKind,
    },
    domain::{Capability, Kind, Scope, Target, Verb, Verbs, text::sentence},
    input::{Action, Context},
};

impl NewTokenForm {
    /// Handles an action while the matrix is open.
    pub(super) fn act_in_matrix(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.is_filtering {
            return self.act_in_filter(action, cx);
        }
        let key = |action| cx.shared.key_in(Context::Matrix, action);
        let (copy, paste) = (key(Action::CopyRow), key(Action::PasteRow));
        let matrix = self.matrix_mut();
        let len = matrix.here().shown_len();
        if matrix.list_mut().step(action, len) {
            return Step::none();
        }
        if let Some(edit) = edit_of(matrix, action, &copy) {
            return match edit {
                Ok(edit) => {
                    matrix.remember(edit.clone());
                    self.edit(&edit, cx)
                }
                Err(why) => warn(cx, why),
            };
        }
        if navigate(self, action) {
            return Step::none();
        }
        let sheet = |text: Text| Step::open(Open::Sheet(Box::new(text)));
        match action {
            Action::Back => back(self),
            Action::CopyRow => {
                let words = if self.matrix_mut().copy_row() {
                    format!("Copied the row's rights. {paste} pastes them.")
                } else {
                    "There is no row to copy.".to_owned()
                };
                cx.shared.notify(NoticeKind::Info, words);
            }
            Action::Undo | Action::Redo => {
                let text = self.turn(action == Action::Undo);
                cx.shared.notify(NoticeKind::Info, text);
            }
            Action::Submit => return self.review(cx),
            Action::Filter => self.is_filtering = true,
            Action::Presets => {
                return Step::open(Open::Presets(Box::new(self.matrix().clone())));
            }
            Action::SavePreset => {
                return Step::open(Open::Prompt(Box::new(Ask {
                    title: "Save these rights as a preset",
                    hint: "Name the preset. An existing preset of that name is replaced."
                        .to_owned(),
                    wanted: Wanted::PresetName,
                })));
            }
            Action::AddName => return self.ask_name(cx),
            Action::Compare => return sheet(sheets::difference(self)),
            Action::Explain => {
                return sheets::explanation(self).map_or_else(Step::none, sheet);
            }
            Action::ShowRequest => {
                return match sheets::request(self, cx.shared) {
                    Ok(text) => sheet(text),
                    Err(why) => warn(cx, why),
                };
            }
            Action::Refresh => return cx.shared.fetch_names().into(),
            _ => {}
        }
        Step::none()
    }

    /// Undoes or redoes the last change, and returns what to say.
    fn turn(&mut self, undo: bool) -> String {
        let before = self.form.text(Field::Expiry).to_owned();
        let (words, expiry) = self.matrix_mut().turn(undo, &before);
        if let Some(expiry) = expiry {
            self.form.set(Field::Expiry, &expiry);
        }
        words
    }

    /// Asks for the name of a dataset or view that the server did not list.
    fn ask_name(&self, cx: &mut Cx<'_>) -> Step {
        let scope = self.matrix().part;
        if scope == Scope::Org {
            return warn(cx, "Only datasets and views can be added by name.");
        }
        let is_view = scope == Scope::View;
        Step::open(Open::Prompt(Box::new(Ask {
            title: if is_view { "Add a view by name" } else { "Add a dataset by name" },
            hint: "For a name that is not in the list. It need not exist yet.".to_owned(),
            wanted: Wanted::RowName(scope),
        })))
    }

    /// Plans an edit of the selected cells and offers it.
    pub(super) fn edit(&mut self, edit: &Edit, cx: &mut Cx<'_>) -> Step {
        match self.matrix().plan(edit) {
            Ok(plan) => self.offer(plan, cx),
            Err(why) => warn(cx, why),
        }
    }

    /// Makes a change. Asks first if it has a risk that the user has not accepted yet.
    pub(super) fn offer(&mut self, plan: Plan, cx: &mut Cx<'_>) -> Step {
        let risks = self.matrix().risks(&plan);
        if risks.is_empty() {
            return self.make(plan, cx);
        }
        let make = |plan| vec![Nav::Tell(cx.me, Event::Make(Box::new(plan)))];
        if self.kind() == Kind::Basic {
            let back = cx.shared.key_in(self.home(), Action::Toggle);
            let lines = vec![
                "The token can send events to every dataset, and to those created later."
                    .to_owned(),
                format!("{back} on * takes it back."),
            ];
            let choices = vec![("Cancel", Vec::new()), ("Choose all", make(plan))];
            return question("Choose all datasets, future ones too?", lines, choices);
        }
        let count = rows(plan.rows.len());
        let mut lines = vec![format!("{} This changes {count}.", sentence(&plan.words))];
        lines.extend(risks.into_iter().map(|risk| risk.describe().to_owned()));
        lines.push(format!("{} undoes it.", cx.shared.key_in(self.home(), Action::Undo)));
        let choices = vec![("Cancel", Vec::new()), ("Apply", make(plan))];
        question("Change the rights?", lines, choices)
    }

    /// Makes a change, reports it, and asks about revoked rights that `*` still grants.
    pub(super) fn make(&mut self, mut plan: Plan, cx: &mut Cx<'_>) -> Step {
        let undo = cx.shared.key_in(self.home(), Action::Undo);
        let count = plan.rows.len();
        let (words, still) = (plan.words.clone(), plan.still.clone());
        let mut expiry = String::new();
        if let Some(change) = plan.expiry.as_mut().filter(|_| count > 0) {
            self.form.text(Field::Expiry).clone_into(&mut change.before);
            self.form.set(Field::Expiry, &change.after);
            expiry = format!(" Expiry set to {}.", change.after);
        }
        let matrix = self.matrix_mut();
        matrix.apply(plan);
        matrix.here_mut().mark = None;
        if !still.is_empty() {
            let expand = matrix.plan_expand(&still);
            return still_granted(&still, &words, expand, cx);
        }
        if count == 0 {
            cx.shared.notify(NoticeKind::Info, "Nothing to change.");
        } else if count > 1 || !expiry.is_empty() {
            let text = format!("Done: {words}.{expiry} {undo} undoes it.");
            cx.shared.notify(NoticeKind::Info, text);
        }
        Step::none()
    }
}

fn question(title: &str, lines: Vec<String>, choices: Vec<(&str, Vec<Nav>)>) -> Step {
    Step::open(Open::Confirm(Box::new(Question::new(title, lines, choices))))
}

/// Asks what to do about revoked rights that the row for all (`*`) still grants.
fn still_granted(
    still: &[(Target, &'static Capability, Verbs)],
    words: &str,
    expand: Plan,
    cx: &Cx<'_>,
) -> Step {
    let mut rights: Vec<String> = Vec::new();
    for (_, capability, verbs) in still {
        for verb in verbs.iter() {
            let right = capability.right(verb);
            if !rights.contains(&right) {
                rights.push(right);
            }
        }
    }
    let lines = vec![
        format!("{} But * still grants {}.", sentence(words), rights.join(", ")),
        format!(
            "Expanding * grants this to each other row by name ({}). Datasets or views \
             added later would not get it.",
            rows(expand.rows.len())
        ),
    ];
    let make = vec![Nav::Tell(cx.me, Event::Make(Box::new(expand)))];
    let choices = vec![("Keep *", Vec::new()), ("Expand *", make)];
    question("Still granted by *", lines, choices)
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn warn(cx: &mut Cx<'_>, why: impl Into<String>) -> Step {
    cx.shared.notify(NoticeKind::Warning, why);
    Step::none()
}

/// The edit that an action stands for: `None` if it is not an edit, an error if it
/// cannot be made now. `copy` is the key that copies a row.
fn edit_of(matrix: &Matrix, action: Action, copy: &str) -> Option<Result<Edit, String>> {
    Some(match action {
        Action::Toggle => Ok(Edit::Cell),
        Action::VerbCreate => Ok(Edit::Verb(Verb::Create)),
        Action::VerbRead => Ok(Edit::Verb(Verb::Read)),
        Action::VerbUpdate => Ok(Edit::Verb(Verb::Update)),
        Action::VerbDelete => Ok(Edit::Verb(Verb::Delete)),
        Action::WholeRow => Ok(Edit::Rows),
        Action::WholeColumn => Ok(Edit::Column),
        Action::Grant => Ok(Edit::Grant),
        Action::Revoke => Ok(Edit::Revoke),
        Action::PasteRow => {
            matrix.paste().ok_or_else(|| format!("Nothing to paste: {copy} copies a row."))
        }
        Action::Repeat => matrix.last_edit().ok_or_else(|| "There is nothing to repeat.".into()),
        _ => return None,
    })
}

fn navigate(form: &mut NewTokenForm, action: Action) -> bool {
    let matrix = form.matrix_mut();
    let columns = matrix.columns(matrix.part).len();
    let next = |part: Scope, by: usize| {
        let at = Scope::ALL.iter().position(|s| *s == part).unwrap_or(0);
        Scope::ALL[(at + by) % Scope::ALL.len()]
    };
    match action {
        Action::Left => {
            let part = matrix.here_mut();
            part.column = part.column.saturating_sub(1);
        }
        Action::Right => {
            let part = matrix.here_mut();
            part.column = (part.column + 1).min(columns.saturating_sub(1));
        }
        Action::Datasets => matrix.part = Scope::Dataset,
        Action::Views => matrix.part = Scope::View,
        Action::Organisation => matrix.part = Scope::Org,
        Action::NextPart => matrix.part = next(matrix.part, 1),
        Action::PreviousPart => matrix.part = next(matrix.part, 2),
        Action::SelectBlock | Action::SelectRows => {
            let rows_only = action == Action::SelectRows;
            let part = matrix.here_mut();
            part.mark = match part.mark {
                Some(mark) if mark.rows_only == rows_only => None,
                _ => Some(Mark { row: part.list.cursor, column: part.column, rows_only }),
            };
        }
        _ => return false,
    }
    true
}

/// Drops the selection; without one clears the filter; without that returns to the form.
fn back(form: &mut NewTokenForm) {
    let part = form.matrix_mut().here_mut();
    if part.mark.take().is_some() {
        return;
    }
    if part.filter.is_empty() {
        form.in_matrix = false;
        form.form.focus(Field::Rights);
        return;
    }
    part.filter.set("");
    form.matrix_mut().filter_changed();
}
