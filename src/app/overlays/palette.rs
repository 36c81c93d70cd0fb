//! The palette: every action by its name, and commands with their arguments.
//! What Enter would do is shown as one types.

use crate::{
    app::{
        command::{Command, Ready},
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        mouse::HitTarget,
        notice::NoticeKind,
        shared::Shared,
    },
    domain::{SafeText, Theme, filter},
    input::{Action, Context, action::Group},
};

/// Lines that are remembered for the session.
const REMEMBERED: usize = 100;

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Action(Action),
    Command(Command),
    /// What the argument of the command in the line can be.
    Argument(Command, &'static str),
}

/// The overlay's state.
#[derive(Debug)]
pub struct Palette {
    pub field: Field,
    pub list: List,
    /// Where it was opened: its actions are those of that place.
    pub context: Context,
    /// What fits the line, the best first.
    pub entries: Vec<Entry>,
    /// What the line would do, where it is a command with arguments.
    pub ready: Option<Result<Ready, String>>,
    /// A row was chosen, by keys or the mouse, not only by what was typed.
    pub chosen: bool,
    /// Which of the earlier lines is in the field.
    recalled: Option<usize>,
}

impl Palette {
    /// Over what listens to these keys.
    #[must_use]
    pub fn new(context: Context) -> Self {
        let (field, list, entries) = (Field::default(), List::default(), Vec::new());
        let (ready, chosen, recalled) = (None, false, None);
        Self { field, list, context, entries, ready, chosen, recalled }
    }

    /// What Enter would run: the row that was chosen, else the only one that the
    /// line names or begins to name. A line whose letters merely occur in a name is
    /// a search, not an order.
    #[must_use]
    pub fn selected(&self) -> Option<Entry> {
        if self.chosen {
            return self.entries.get(self.list.cursor).copied();
        }
        let line = self.said();
        let meant = |rank: u8| self.entries.iter().filter(move |e| e.rank(line) == rank);
        if line.is_empty() {
            return None;
        }
        let mut begun = meant(BEGUN);
        meant(NAMED).next().or_else(|| begun.next().filter(|_| begun.next().is_none())).copied()
    }

    /// The part of the line that the entries are looked up by.
    fn said(&self) -> &str {
        self.command().map_or_else(|| self.line(), |(_, argument)| argument.trim_end())
    }

    /// The command that is in the line with a blank behind it.
    #[must_use]
    pub fn command(&self) -> Option<(Command, &str)> {
        let line = self.field.text().trim_start().trim_start_matches(':');
        let (name, argument) = line.split_once(char::is_whitespace)?;
        let command = Command::named(name).filter(|c| !c.row().takes.is_empty())?;
        Some((command, argument.trim_start()))
    }

    fn line(&self) -> &str {
        self.field.text().trim().trim_start_matches(':').trim_start()
    }

    /// Looks at what was typed.
    fn update_rows(&mut self, cx: &Cx<'_>) {
        let screen = below(cx);
        let command = self.command().zip(screen);
        let (candidates, line, ready) = match command {
            Some(((command, argument), screen)) => {
                let arguments = command.arguments(screen, cx.shared).into_iter();
                let entries = arguments.map(|a| Entry::Argument(command, a)).collect();
                let ready = command.prepare(screen, cx.shared, argument);
                (entries, argument.to_owned(), Some(ready))
            }
            None => (all(cx, self.context), self.line().to_owned(), None),
        };
        let words: Vec<_> = candidates.iter().map(|e: &Entry| e.describe()).collect();
        let found = filter::fuzzy(&line, words.iter().map(String::as_str));
        let mut entries: Vec<_> =
            found.into_iter().filter_map(|i| candidates.get(i)).copied().collect();
        if !line.is_empty() {
            // Letters that are in the name are meant before those of a description.
            let names: Vec<_> = entries.iter().map(|e| e.typed()).collect();
            let in_name = filter::fuzzy(&line, names.iter().map(String::as_str));
            let in_name: Vec<Entry> = in_name.into_iter().map(|i| entries[i]).collect();
            entries.sort_by_key(|e| {
                let at = in_name.iter().position(|n| n == e);
                (e.rank(&line), at.unwrap_or(usize::MAX))
            });
        }
        (self.entries, self.ready, self.chosen) = (entries, ready, false);
        self.list.cursor = 0;
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let at_top = self.list.cursor == 0;
        match action {
            Action::Back => return Step::back(),
            Action::Accept => return self.accept(cx),
            Action::Complete => self.complete(cx),
            // As in a shell: above the first line is what was said before.
            Action::Up if at_top => self.recall(true, cx),
            Action::Earlier => self.recall(true, cx),
            Action::Later => self.recall(false, cx),
            // The first step chooses the first row, unless that is meant already.
            Action::Down if self.selected().is_none() => self.chosen = !self.entries.is_empty(),
            action => self.chosen |= self.list.step(action, self.entries.len()),
        }
        Step::none()
    }

    fn complete(&mut self, cx: &Cx<'_>) {
        let first = self.entries.get(self.list.cursor).copied();
        if let Some(entry) = self.selected().or(first) {
            self.field.set(&entry.typed());
            self.update_rows(cx);
        }
    }

    /// Puts an earlier or a later line into the field.
    fn recall(&mut self, earlier: bool, cx: &Cx<'_>) {
        let lines = cx.shared.history.len();
        let at = self.recalled.unwrap_or(lines);
        let to = if earlier { at.checked_sub(1) } else { Some(at + 1) };
        // At the oldest one it stays; after the newest comes an empty line.
        let Some(to) = to.filter(|to| *to <= lines) else { return };
        self.recalled = Some(to);
        self.field.set(cx.shared.history.get(to).map_or("", String::as_str));
        self.update_rows(cx);
    }

    fn accept(&mut self, cx: &mut Cx<'_>) -> Step {
        let screen = cx.screen.map(|(id, _)| id);
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
        if let Err(why) = enabled(entry, below(cx), cx.shared) {
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

    /// Why Enter runs nothing, and what to do.
    #[must_use]
    pub fn refusal(&self, shared: &Shared) -> String {
        let line = SafeText::from(self.said());
        let several = self.entries.iter().any(|e| e.rank(self.said()) == BEGUN);
        let down = shared.key_in(self.context(), Action::Down);
        match (&self.ready, self.entries.is_empty()) {
            (Some(Err(why)), _) => why.clone(),
            _ if self.said().is_empty() => {
                format!("Type a name, or choose a row with {down}.")
            }
            (_, true) => format!("Unknown command: {line}."),
            _ if several => format!("Several names begin with {line}: choose one with {down}."),
            _ => format!("Unknown command: {line}. {down} chooses a similar one."),
        }
    }
}

impl Entry {
    /// How it is typed.
    #[must_use]
    pub fn typed(self) -> String {
        match self {
            Self::Action(action) => action.name().to_owned(),
            Self::Command(command) if command.row().takes.is_empty() => {
                command.row().name.to_owned()
            }
            Self::Command(command) => format!("{} ", command.row().name),
            Self::Argument(command, argument) => format!("{} {argument}", command.row().name),
        }
    }

    /// What a fuzzy line looks at.
    fn describe(self) -> String {
        match self {
            Self::Action(action) => format!("{} {}", action.label(), action.name()),
            Self::Command(command) => format!("{} {}", command.row().name, command.row().about),
            Self::Argument(_, argument) => argument.to_owned(),
        }
    }

    /// What it is called.
    const fn names(self) -> [&'static str; 2] {
        match self {
            Self::Action(action) => [action.name(), action.label()],
            Self::Command(command) => [command.row().name, command.row().short],
            Self::Argument(_, argument) => [argument, ""],
        }
    }

    /// Exact names go before their beginnings, and those before all others.
    fn rank(self, line: &str) -> u8 {
        let begins = |name: &str| {
            name.get(..line.len()).is_some_and(|start| start.eq_ignore_ascii_case(line))
        };
        let names = self.names();
        if names.iter().any(|name| name.eq_ignore_ascii_case(line)) {
            NAMED
        } else if names.into_iter().any(begins) {
            BEGUN
        } else {
            OTHER
        }
    }
}

/// How a line names an entry: by all of its name, by the beginning, or not at all.
const NAMED: u8 = 0;
const BEGUN: u8 = 1;
const OTHER: u8 = 2;

/// The screen that it speaks to: over a dialog there is none.
fn below<'a>(cx: &Cx<'a>) -> Option<&'a dyn Layer> {
    cx.screen.filter(|_| cx.is_alone).map(|(_, screen)| screen)
}

/// Whether an entry can be chosen now, with the screen that it speaks to.
///
/// # Errors
/// With the reason why not.
pub fn enabled(entry: Entry, screen: Option<&dyn Layer>, shared: &Shared) -> Result<(), String> {
    let Some(screen) = screen else { return Ok(()) };
    match entry {
        Entry::Action(action) => screen.refuses(action, shared).map_or(Ok(()), Err),
        Entry::Command(command) => command.fits(screen, shared),
        Entry::Argument(command, argument) => command.prepare(screen, shared, argument).map(drop),
    }
}

/// Everything that can be said here. A dialog is finished first: over it there
/// are only its own actions.
fn all(cx: &Cx<'_>, context: Context) -> Vec<Entry> {
    let mut all = Vec::new();
    if let Some(screen) = below(cx) {
        let fitting = Command::ALL.into_iter().filter(|c| c.fits(screen, cx.shared).is_ok());
        all.extend(fitting.map(Entry::Command));
    }
    let known = |a: &&Action| {
        cx.shared.keymap.knows(context, **a) && !matches!(**a, Action::Palette | Action::Interrupt)
    };
    for group in Group::ALL {
        let actions = Action::ALL.iter().filter(|a| a.group() == group).filter(known);
        all.extend(actions.map(|a| Entry::Action(*a)));
    }
    all
}

/// Remembers what was said.
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
                // No earlier line is in the field any more.
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
