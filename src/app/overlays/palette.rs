//! The command palette: runs actions by name, and commands with arguments. Shows what
//! Enter will do while the user types.

use crate::{
    app::{
        command::{Command, Ready},
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        matrix::{RowChange, command::Ending},
        mouse::HitTarget,
        notice::NoticeKind,
        shared::Shared,
    },
    domain::{SafeText, Theme, filter, text::common, words::nearest},
    input::{Action, Context, action::Group},
};

/// Lines that the history keeps during a session.
const REMEMBERED: usize = 100;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An action of the keymap.
    Action(Action),
    /// A command, still without its argument.
    Command(Command),
    /// A possible argument of the command that was typed.
    Argument(Command, &'static str),
    /// A possible end of the last word of a line. Enter completes the line with it.
    Ending(Ending),
}

/// The palette: its line, and the entries that match.
#[derive(Debug)]
pub struct Palette {
    /// The line being typed.
    pub field: Field,
    /// The cursor and the scroll position.
    pub list: List,
    /// The context that the palette was opened in.
    pub context: Context,
    /// The actions that do something there.
    pub offered: Vec<Action>,
    /// The entries that match the line, best match first.
    pub entries: Vec<Entry>,
    /// For a command with an argument: what it will do, or why it cannot.
    pub ready: Option<Result<Ready, String>>,
    /// The rows of the matrix that the line names, while it needs no entry.
    pub rows: Vec<RowChange>,
    /// Whether the user selected a row by key or mouse, not only by typing.
    pub chosen: bool,
    /// A name that is similar to the line, if no entry matches.
    similar: Option<&'static str>,
    /// The index of the history line that is in the field, if there is one.
    recalled: Option<usize>,
}

impl Palette {
    /// Opens the palette over a layer with this key context and these actions.
    #[must_use]
    pub fn new(context: Context, offered: Vec<Action>) -> Self {
        let (field, list, entries) = (Field::default(), List::default(), Vec::new());
        let (ready, rows, chosen, similar, recalled) = (None, Vec::new(), false, None, None);
        Self { field, list, context, offered, entries, ready, rows, chosen, similar, recalled }
    }

    /// The entry that Enter runs: the selected row, else the entry that the line names in
    /// full, else the only one whose name begins with the line. A line that matches in any
    /// other way is a search, which Enter does not run.
    #[must_use]
    pub fn selected(&self) -> Option<Entry> {
        if self.chosen {
            return self.entries.get(self.list.cursor).cloned();
        }
        let line = self.said();
        let meant = |rank: u8| self.entries.iter().filter(move |e| e.rank(line) == rank);
        if line.is_empty() {
            return None;
        }
        let mut begun = meant(BEGUN);
        meant(NAMED).next().or_else(|| begun.next().filter(|_| begun.next().is_none())).cloned()
    }

    /// The part of the line that is compared with the entries.
    fn said(&self) -> &str {
        self.command().map_or_else(|| self.line(), |(_, argument)| argument.trim_end())
    }

    /// The command and the argument typed so far, once a space follows the command's name.
    #[must_use]
    pub fn command(&self) -> Option<(Command, &str)> {
        let line = self.field.text().trim_start().trim_start_matches(':');
        let (name, argument) = line.split_once(char::is_whitespace)?;
        let [command] = Command::called(name)[..] else { return None };
        (!command.row().takes.is_empty()).then(|| (command, argument.trim_start()))
    }

    /// Whether the line is the beginning of a command for the matrix.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        let is_word = matches!(self.entries.first(), Some(Entry::Ending(_)));
        let has_rights = |(_, argument): (_, &str)| argument.contains(char::is_whitespace);
        is_word || !self.rows.is_empty() && !self.command().is_some_and(has_rights)
    }

    fn line(&self) -> &str {
        self.field.text().trim().trim_start_matches(':').trim_start()
    }

    /// Recomputes the entries after the line changed.
    fn update_rows(&mut self, cx: &Cx<'_>) {
        let screen = below(cx);
        let command = self.command().zip(screen);
        let typed =
            command.and_then(|((command, argument), screen)| command.typed(screen, argument));
        let (candidates, line, ready) = match command {
            Some(((command, argument), screen)) => {
                let arguments = command.arguments(screen, cx.shared).into_iter();
                let entries = arguments.map(|a| Entry::Argument(command, a)).collect();
                let ready = command.prepare(screen, cx.shared, argument);
                (entries, argument.to_owned(), Some(ready))
            }
            None => (all(cx, &self.offered), self.line().to_owned(), None),
        };
        self.entries = search(&line, &candidates);
        self.rows.clear();
        if let Some(typed) = typed {
            self.entries = typed.endings.into_iter().map(Entry::Ending).collect();
            self.rows = typed.rows;
        }
        let names: Vec<_> = candidates.iter().flat_map(Entry::names).collect();
        self.similar = nearest(&line, &names).filter(|_| self.entries.is_empty());
        (self.ready, self.chosen) = (ready, false);
        self.list.cursor = 0;
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let at_top = self.list.cursor == 0;
        match action {
            Action::Back => return Step::back(),
            Action::Accept => return self.accept(cx),
            Action::Complete => self.complete(cx),
            // As in a shell: Up in the first row recalls an earlier line.
            Action::Up if at_top => self.recall(true, cx),
            Action::Earlier => self.recall(true, cx),
            Action::Later => self.recall(false, cx),
            // The first Down selects the first row, unless the line already selects one.
            Action::Down if self.selected().is_none() => self.chosen = !self.entries.is_empty(),
            action => self.chosen |= self.list.step(action, self.entries.len()),
        }
        Step::none()
    }

    fn complete(&mut self, cx: &Cx<'_>) {
        let first = self.entries.get(self.list.cursor).cloned();
        let Some(entry) = self.selected().or(first) else { return };
        let mut line = entry.typed();
        if let (Entry::Ending(_), Some((command, argument)), false) =
            (&entry, self.command(), self.chosen)
        {
            // As in a shell: as much as all possible ends have in common.
            let typed = format!("{} {argument}", command.row().name);
            let lines: Vec<String> = self.entries.iter().map(Entry::typed).collect();
            let begun = || lines.iter().filter(|line| begins(line, &typed));
            let common = begun().map(String::as_str).reduce(common).unwrap_or_default().to_owned();
            if common.len() <= typed.len() && self.entries.len() > 1 {
                self.chosen = true;
                return;
            }
            if common.len() > typed.len() {
                line = common;
            }
        }
        self.field.set(&line);
        self.update_rows(cx);
    }

    /// Puts the previous or the next line of the history into the field.
    fn recall(&mut self, earlier: bool, cx: &Cx<'_>) {
        let lines = cx.shared.history.len();
        let at = self.recalled.unwrap_or(lines);
        let to = if earlier { at.checked_sub(1) } else { Some(at + 1) };
        // Stops at the oldest line; after the newest comes an empty one.
        let Some(to) = to.filter(|to| *to <= lines) else { return };
        self.recalled = Some(to);
        self.field.set(cx.shared.history.get(to).map_or("", String::as_str));
        self.update_rows(cx);
    }

    fn accept(&mut self, cx: &mut Cx<'_>) -> Step {
        let screen = cx.screen.map(|(id, _)| id);
        if let (true, Some(Entry::Ending(ending))) = (self.chosen, self.selected()) {
            self.field.set(&ending.line);
            self.update_rows(cx);
            return Step::none();
        }
        if let (Some(Ok(ready)), Some(screen)) = (&self.ready, screen) {
            let ready = ready.clone();
            remember(cx.shared, self.line().to_owned());
            return Step::back().and(ready.run(screen, cx.shared));
        }
        let refused = |cx: &mut Cx<'_>, why: String| {
            cx.shared.notify(NoticeKind::Warning, why);
            Step::none()
        };
        let Some(entry) = self.selected() else {
            let why = self.refusal(cx.shared);
            return refused(cx, why);
        };
        if let Err(why) = enabled(&entry, below(cx), cx.shared) {
            return refused(cx, why);
        }
        match entry {
            Entry::Command(command) if !command.row().takes.is_empty() => {
                self.complete(cx);
                Step::none()
            }
            Entry::Command(command) => {
                remember(cx.shared, entry.typed());
                Step::back().and(command.run(cx.shared))
            }
            Entry::Ending(_) => Step::none(),
            Entry::Argument(command, argument) => {
                let ready = below(cx).map(|s| command.prepare(s, cx.shared, argument));
                let (Some(Ok(ready)), Some(screen)) = (ready, screen) else { return Step::none() };
                remember(cx.shared, entry.typed());
                Step::back().and(ready.run(screen, cx.shared))
            }
            Entry::Action(action) => {
                remember(cx.shared, entry.typed());
                Step::back().and(Step::act(action))
            }
        }
    }

    /// Why Enter runs nothing, and what to do instead.
    #[must_use]
    pub fn refusal(&self, shared: &Shared) -> String {
        let line = SafeText::from(self.said());
        let several = self.entries.iter().any(|e| e.rank(self.said()) == BEGUN);
        let down = shared.key_in(self.context(), Action::Down);
        let first = self.line().split_whitespace().next().unwrap_or_default();
        if self.ready.is_none()
            && self.line().contains(char::is_whitespace)
            && let [one, .., last] = Command::called(first)[..]
        {
            let first = SafeText::from(first);
            return format!(
                "{first} can be {} or {}: type more of it.",
                one.row().name,
                last.row().name
            );
        }
        match (&self.ready, self.entries.is_empty()) {
            (Some(Err(why)), _) => why.clone(),
            (None, _) if let Some((command, _)) = self.command() => {
                format!("{} works on a screen: close the dialog first.", command.row().name)
            }
            _ if self.said().is_empty() => {
                format!("Type a name, or choose a row with {down}.")
            }
            (_, true) => match self.similar {
                Some(name) => format!("Unknown command: {line}. Did you mean {name}?"),
                None => format!("Unknown command: {line}."),
            },
            _ if several => format!("Several names begin with {line}: choose one with {down}."),
            _ => format!("No name begins with {line}: choose a row with {down}."),
        }
    }
}

impl Entry {
    /// The line that selects this entry.
    #[must_use]
    pub fn typed(&self) -> String {
        match self {
            Self::Ending(ending) => ending.line.clone(),
            Self::Action(action) => action.name().to_owned(),
            Self::Command(command) if command.row().takes.is_empty() => {
                command.row().name.to_owned()
            }
            Self::Command(command) => format!("{} ", command.row().name),
            Self::Argument(command, argument) => format!("{} {argument}", command.row().name),
        }
    }

    /// What a search looks through after the names.
    const fn about(&self) -> &'static str {
        match self {
            Self::Command(command) => command.row().about,
            Self::Action(_) | Self::Argument(..) | Self::Ending(_) => "",
        }
    }

    /// The names that [`Self::rank`] compares with the line.
    const fn names(&self) -> [&'static str; 2] {
        match self {
            Self::Ending(_) => ["", ""],
            Self::Action(action) => [action.name(), action.label()],
            Self::Command(command) => [command.row().name, command.row().short],
            Self::Argument(_, argument) => [argument, ""],
        }
    }

    /// How well the line matches: [`NAMED`] before [`BEGUN`] before [`OTHER`].
    fn rank(&self, line: &str) -> u8 {
        let names = self.names();
        if names.iter().any(|name| name.eq_ignore_ascii_case(line)) {
            NAMED
        } else if names.into_iter().any(|name| begins(name, line)) {
            BEGUN
        } else {
            OTHER
        }
    }
}

/// Whether a name begins with a text, ignoring case.
fn begins(name: &str, text: &str) -> bool {
    name.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text))
}

/// Ranks: the line is an entry's whole name, the beginning of its name, or neither.
const NAMED: u8 = 0;
const BEGUN: u8 = 1;
const OTHER: u8 = 2;

/// The entries that match the line, in this order: named by the line, beginning with it,
/// matching in the name, matching in name and description.
fn search(line: &str, all: &[Entry]) -> Vec<Entry> {
    if line.is_empty() {
        return all.to_vec();
    }
    let matching = |text: &dyn Fn(&Entry) -> String| {
        let texts: Vec<String> = all.iter().map(text).collect();
        filter::matching(line, texts.iter().map(String::as_str))
    };
    let mut found = matching(&|entry| entry.names().join(" "));
    let more = matching(&|entry| format!("{} {}", entry.names().join(" "), entry.about()));
    found.extend(more);
    let mut entries: Vec<Entry> = Vec::new();
    for entry in found.into_iter().filter_map(|i| all.get(i)) {
        if !entries.contains(entry) {
            entries.push(entry.clone());
        }
    }
    entries.sort_by_key(|entry| entry.rank(line));
    entries
}

/// The screen that commands act on; `None` if the palette is open over a dialog.
fn below<'a>(cx: &Cx<'a>) -> Option<&'a dyn Layer> {
    cx.screen.filter(|_| cx.is_alone).map(|(_, screen)| screen)
}

/// Checks that an entry can run now on `screen`.
///
/// # Errors
/// The reason why it cannot run.
pub fn enabled(entry: &Entry, screen: Option<&dyn Layer>, shared: &Shared) -> Result<(), String> {
    let Some(screen) = screen else { return Ok(()) };
    match *entry {
        Entry::Ending(_) => Ok(()),
        Entry::Action(action) => screen.refuses(action, shared).map_or(Ok(()), Err),
        Entry::Command(command) => command.fits(screen, shared),
        Entry::Argument(command, argument) => command.prepare(screen, shared, argument).map(drop),
    }
}

/// All entries that apply here. Over a dialog these are only the dialog's own actions.
fn all(cx: &Cx<'_>, offered: &[Action]) -> Vec<Entry> {
    let mut all = Vec::new();
    if let Some(screen) = below(cx) {
        let fitting = Command::ALL.into_iter().filter(|c| c.fits(screen, cx.shared).is_ok());
        all.extend(fitting.map(Entry::Command));
    }
    let named = |a: &&Action| !matches!(**a, Action::Palette | Action::Interrupt);
    for group in Group::ALL {
        let actions = offered.iter().filter(|a| a.group() == group).filter(named);
        all.extend(actions.map(|a| Entry::Action(*a)));
    }
    all
}

/// Adds a line to the history, or moves it to the end.
fn remember(shared: &mut Shared, line: String) {
    shared.history.retain(|l| *l != line);
    shared.history.push(line);
    let extra = shared.history.len().saturating_sub(REMEMBERED);
    shared.history.drain(..extra);
}

impl Layer for Palette {
    fn context(&self) -> Context {
        Context::Palette
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::Accept, "run"),
            (A::Back, "cancel"),
            (A::Down, "move"),
            (A::Complete, "complete"),
            (A::Earlier, "earlier"),
        ]
    }

    fn theme(&self) -> Option<Theme> {
        match (&self.ready, self.selected()) {
            (Some(Ok(ready)), _) => ready.theme(),
            (_, Some(Entry::Argument(Command::Theme, name))) => Theme::parse(name).ok(),
            _ => None,
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => self.update_rows(cx),
            Event::Action(action) => return self.act(action, cx),
            Event::Edited => {
                // The edited line no longer belongs to the history.
                self.recalled = None;
                self.update_rows(cx);
            }
            Event::Click(HitTarget::Row(row), double) => {
                (self.chosen, self.list.cursor) = (true, row);
                if double {
                    return self.accept(cx);
                }
            }
            _ => {}
        }
        Step::none()
    }
}
