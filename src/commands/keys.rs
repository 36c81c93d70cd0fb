//! The keys in use: the built-in ones, changed by the settings. Settings and keymap do not
//! depend on each other, so this joins them.

use std::fmt::Write as _;

use crate::{
    config::{Config, KeyRow},
    doctor::{Check, State},
    domain::words::nearest,
    input::{self, Action, Change, Context, Keymap, Position, Problem, key},
};

/// The keymap, changed by the settings.
///
/// # Errors
/// When the settings are invalid, with one line for each problem.
pub fn keymap(config: &Config) -> Result<Keymap, String> {
    let rows = config.keys().map_err(|e| e.to_string())?;
    let built_in = Keymap::built_in().map_err(|e| e.to_string())?;
    let changes: Vec<_> = rows.into_iter().map(change).collect();
    built_in.changed(&changes).map_err(|problems| {
        let file = config.files.settings.display();
        let told =
            |p: &Problem| format!("{file}:{}:{}: {}", p.at.line, p.at.column, problem_text(p));
        problems.iter().map(told).collect::<Vec<_>>().join("\n")
    })
}

/// The doctor's check of the keys. `None` if the settings cannot be read, which another check
/// reports.
#[must_use]
pub fn check(config: &Config) -> Option<Check> {
    let changed = config.keys().ok()?.len();
    Some(match keymap(config) {
        Ok(_) => Check::new(
            "keys",
            State::Fine,
            match changed {
                0 => "built in".to_owned(),
                1 => "1 action has keys from the settings".to_owned(),
                n => format!("{n} actions have keys from the settings"),
            },
        ),
        Err(why) => Check::new("keys", State::Problem, why)
            .fix("correct the settings; axtok config keys prints all contexts and actions"),
    })
}

/// All keys in use, in the format of the settings. Every row is optional there.
#[must_use]
pub fn listing(keymap: &Keymap) -> String {
    let mut out = String::from("# The keys in use. A row in the settings replaces a row here.\n");
    for context in Context::ALL {
        let _ = writeln!(out, "\n[keys.{}]", context.name());
        for action in Action::ALL.iter().filter(|a| keymap.knows_itself(context, **a)) {
            let rows = keymap.bindings().iter();
            let rows = rows.filter(|b| (b.context, b.action) == (context, *action));
            let keys: Vec<_> =
                rows.map(|b| toml::Value::from(key::show(&b.keys)).to_string()).collect();
            let row = format!("{} = [{}]", action.name(), keys.join(", "));
            let _ = writeln!(out, "{row:<40} # {}", action.label());
        }
    }
    out
}

fn change(row: KeyRow) -> Change {
    let word = |w: crate::config::Word| input::Word {
        text: w.text,
        at: Position { line: w.line, column: w.column },
    };
    Change {
        context: word(row.context),
        action: word(row.action),
        keys: row.keys.into_iter().map(word).collect(),
    }
}

fn problem_text(problem: &Problem) -> String {
    let Some((name, known)) = &problem.unknown else { return problem.words.clone() };
    match nearest(name, known) {
        Some(near) => format!("{}: did you mean {near}?", problem.words),
        None => format!("{}: the names are {}", problem.words, known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The listing is a valid settings file with the same keys.
    #[test]
    fn the_listing_is_a_settings_file() {
        let home = tempfile::tempdir().unwrap();
        let files = crate::config::Files::under(home.path(), None);
        std::fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
        let built_in = listing(&Keymap::built_in().unwrap());
        std::fs::write(&files.settings, &built_in).unwrap();
        let config = Config { files, environment: crate::config::Environment::default() };
        assert_eq!(keymap(&config).map(|k| listing(&k)), Ok(built_in));
        assert!(config.keys().unwrap().len() > 100);
    }
}
