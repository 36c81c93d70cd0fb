//! The palette: every action by its name, and commands with their arguments.
//! What Enter would do is shown as one types.

use crate::{
    app::{
        command::{Command, Ready},
        effect::Effect,
        enabled::on_screen,
        field::Field,
        filter,
        list::List,
        model::{Model, NoticeKind},
        overlays::Overlay,
        update,
    },
    domain::SafeText,
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
    fn words(self) -> String {
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

/// Opens it over what is on top.
pub fn open(model: &mut Model) {
    let context = model.context();
    let (field, list, entries) = (Field::default(), List::default(), Vec::new());
    let (ready, chosen, recalled) = (None, false, None);
    let state = Palette { field, list, context, entries, ready, chosen, recalled };
    model.overlays.push(Overlay::Palette(Box::new(state)));
    arrange(model);
}

/// Whether an entry can be chosen now.
///
/// # Errors
/// With the reason why not.
pub fn enabled(entry: Entry, model: &Model) -> Result<(), String> {
    match entry {
        // What stands under it is a screen.
        Entry::Action(action) if model.overlays.len() == 1 => on_screen(action, model),
        Entry::Action(_) => Ok(()),
        Entry::Command(command) => command.fits(model),
        Entry::Argument(command, argument) => command.prepare(model, argument).map(drop),
    }
}

/// Everything that can be said here. A dialog is finished first: over it there
/// are only its own actions.
fn all(model: &Model, context: Context) -> Vec<Entry> {
    let mut all = Vec::new();
    if model.overlays.len() == 1 {
        let fitting = Command::ALL.into_iter().filter(|c| c.fits(model).is_ok());
        all.extend(fitting.map(Entry::Command));
    }
    let known = |a: &&Action| {
        model.keymap.knows(context, **a) && !matches!(**a, Action::Palette | Action::Interrupt)
    };
    for group in Group::ALL {
        let actions = Action::ALL.iter().filter(|a| a.group() == group).filter(known);
        all.extend(actions.map(|a| Entry::Action(*a)));
    }
    all
}

/// Looks at what was typed.
pub fn arrange(model: &mut Model) {
    let Some(Overlay::Palette(state)) = model.overlays.last() else { return };
    let command = state.command().filter(|_| model.overlays.len() == 1);
    let (candidates, line, ready) = match command {
        Some((command, argument)) => {
            let arguments = command.arguments(model).into_iter();
            let entries = arguments.map(|a| Entry::Argument(command, a)).collect();
            (entries, argument.to_owned(), Some(command.prepare(model, argument)))
        }
        None => (all(model, state.context), state.line().to_owned(), None),
    };
    let words: Vec<_> = candidates.iter().map(|e: &Entry| e.words()).collect();
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
    if let Some(Overlay::Palette(state)) = model.overlays.last_mut() {
        (state.entries, state.ready, state.chosen) = (entries, ready, false);
        state.list.cursor = 0;
    }
}

/// Something was typed: no earlier line is in the field any more.
pub fn typed(model: &mut Model) {
    if let Some(Overlay::Palette(state)) = model.overlays.last_mut() {
        state.recalled = None;
    }
    arrange(model);
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Palette(state)) = model.overlays.last_mut() else { return Vec::new() };
    let at_top = state.list.cursor == 0;
    match action {
        Action::Back => drop(model.overlays.pop()),
        Action::Accept => return accept(model),
        Action::Complete => {
            let first = state.entries.get(state.list.cursor).copied();
            if let Some(entry) = state.selected().or(first) {
                state.field.set(&entry.typed());
                arrange(model);
            }
        }
        // As in a shell: above the first line is what was said before.
        Action::Up if at_top => recall(model, true),
        Action::Earlier => recall(model, true),
        Action::Later => recall(model, false),
        // The first step chooses the first row, unless that is meant already.
        Action::Down if state.selected().is_none() => state.chosen = !state.entries.is_empty(),
        action => state.chosen |= state.list.step(action, state.entries.len()),
    }
    Vec::new()
}

/// Puts an earlier or a later line into the field.
fn recall(model: &mut Model, earlier: bool) {
    let lines = model.history.len();
    let Some(Overlay::Palette(state)) = model.overlays.last_mut() else { return };
    let at = state.recalled.unwrap_or(lines);
    let to = if earlier { at.checked_sub(1) } else { Some(at + 1) };
    // At the oldest one it stays; after the newest comes an empty line.
    let Some(to) = to.filter(|to| *to <= lines) else { return };
    state.recalled = Some(to);
    state.field.set(model.history.get(to).map_or("", String::as_str));
    arrange(model);
}

fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Palette(state)) = model.overlays.last() else { return Vec::new() };
    if let Some(Ok(ready)) = &state.ready {
        let (ready, line) = (ready.clone(), state.line().to_owned());
        leave(model, line);
        return ready.run(model);
    }
    let Some(entry) = state.selected() else {
        let why = refusal(model, state);
        model.notify(NoticeKind::Warning, why);
        return Vec::new();
    };
    if let Err(why) = enabled(entry, model) {
        model.notify(NoticeKind::Warning, why);
        return Vec::new();
    }
    match entry {
        Entry::Command(command) if !command.row().takes.is_empty() => {
            perform(model, Action::Complete)
        }
        Entry::Command(command) => {
            leave(model, entry.typed());
            command.run(model)
        }
        Entry::Argument(command, argument) => match command.prepare(model, argument) {
            Ok(ready) => {
                leave(model, entry.typed());
                ready.run(model)
            }
            Err(_) => Vec::new(),
        },
        Entry::Action(action) => {
            leave(model, entry.typed());
            update::perform(model, action)
        }
    }
}

/// Why Enter runs nothing, and what to do.
#[must_use]
pub fn refusal(model: &Model, state: &Palette) -> String {
    let line = SafeText::from(state.said());
    let several = state.entries.iter().any(|e| e.rank(state.said()) == BEGUN);
    let down = model.key_here(Action::Down);
    match (&state.ready, state.entries.is_empty()) {
        (Some(Err(why)), _) => why.clone(),
        _ if state.said().is_empty() => {
            format!("Type a name, or choose a row with {down}.")
        }
        (_, true) => format!("Unknown command: {line}."),
        _ if several => format!("Several names begin with {line}: choose one with {down}."),
        _ => format!("Unknown command: {line}. {down} chooses a similar one."),
    }
}

/// Closes it, and remembers what was said.
fn leave(model: &mut Model, line: String) {
    model.overlays.pop();
    model.history.retain(|l| *l != line);
    model.history.push(line);
    let extra = model.history.len().saturating_sub(REMEMBERED);
    model.history.drain(..extra);
}
