//! The names that fit a path, in a few lines below its field.

use crate::{
    app::form::Completion,
    domain::paths::MOST,
    ui::text::{cut, width, wrapped},
};

/// Lines at most.
const LINES: usize = 3;

/// What to show below the field of a path; nothing if no name is to be chosen.
#[must_use]
pub fn lines(completion: &Completion, columns: usize) -> Vec<String> {
    match completion {
        Completion::Names(names) => flow(names, columns),
        Completion::TooMany => {
            let words = format!("More than {MOST} names in this folder: type the path.");
            wrapped(&words, columns)
        }
        _ => Vec::new(),
    }
}

/// As many names as fit, and how many more there are.
fn flow(names: &[String], columns: usize) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for (at, name) in names.iter().enumerate() {
        let (name, left) = (cut(name, columns), names.len() - at);
        let more = |left: usize| if left > 0 { format!("and {left} more") } else { String::new() };
        let fits = |line: &str, is_last: bool| {
            let gap = if line.is_empty() { 0 } else { 2 };
            let rest = if is_last && left > 1 { width(&more(left - 1)) + 2 } else { 0 };
            width(line) + gap + width(&name) + rest <= columns
        };
        if !fits(&line, lines.len() + 1 == LINES) && !line.is_empty() && lines.len() + 1 < LINES {
            lines.push(std::mem::take(&mut line));
        }
        let gap = if line.is_empty() { "" } else { "  " };
        if fits(&line, lines.len() + 1 == LINES) {
            line = format!("{line}{gap}{name}");
        } else {
            line = format!("{line}{gap}{}", more(left));
            break;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flowed(names: &[&str], columns: usize) -> Vec<String> {
        flow(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), columns)
    }

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let names: Vec<_> = (0..100).map(|n| format!("name-{n}")).collect();
        for columns in 14..90 {
            let lines = flow(&names, columns);
            assert_eq!(lines.len(), LINES);
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:#?}");
            let last = lines.last().unwrap();
            let (shown, more) = last.split_once("and ").unwrap();
            let shown = [&lines[..2].join("  "), shown].join("  ").split_whitespace().count();
            assert_eq!(more, format!("{} more", 100 - shown), "{columns}: {lines:#?}");
        }
    }

    #[test]
    fn all_names_are_shown_if_they_fit_exactly() {
        assert_eq!(flowed(&["aaa", "bbb", "ccc"], 3), ["aaa", "bbb", "ccc"]);
        assert_eq!(flowed(&["aa", "bb"], 6), ["aa  bb"]);
        assert_eq!(flowed(&["日本", "語"], 7), ["日本", "語"]);
        assert_eq!(flowed(&["日本", "語"], 8), ["日本  語"]);
        assert_eq!(flowed(&["a-long-name", "b"], 8), ["a-long-…", "b"]);
    }
}
