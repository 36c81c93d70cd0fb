//! A token's rights from the arguments: a draft, a preset, and explicit rows. An explicit row
//! overrides the draft's and the preset's row; organisation rights add up. Rights of arguments
//! that name the same row add up too.

use std::{
    io::{self, Read as _},
    path::Path,
};

use super::{ExitError, draft::Draft};
use crate::{
    cli::args::Rights as Args,
    config::presets,
    disk,
    domain::{
        Rights, SafeText, Scope, Target,
        preset::{self, Preset},
    },
};

/// The largest draft, in bytes.
const DRAFT_CAP: u64 = 4 * 1024 * 1024;

impl Args {
    /// Whether there are no arguments about rights.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.dataset.is_empty()
            && self.view.is_empty()
            && self.org.is_empty()
            && self.preset.is_none()
            && self.from.is_none()
    }
}

/// The draft that the arguments describe. `own` is the file of the user's own presets.
///
/// # Errors
/// When an argument is invalid; the message has the correct form.
pub fn draft(args: &Args, own: &Path) -> Result<Draft, ExitError> {
    let mut draft = args.from.as_deref().map(read).transpose()?.unwrap_or_default();
    let preset = args.preset.as_deref().map(|id| find(id, own)).transpose()?;
    let mut chosen = Vec::new();
    let mut written: Vec<(Target, Rights)> = Vec::new();
    for (scope, list) in [(Scope::Dataset, &args.dataset), (Scope::View, &args.view)] {
        for text in list {
            let (name, rights) = row(scope, text)?;
            let target = Target::named(scope, SafeText::from(name));
            match (target, rights) {
                (Some(target), Some(rights)) => {
                    match written.iter_mut().find(|(there, _)| *there == target) {
                        Some((_, there)) => *there = there.union(&rights),
                        None => written.push((target, rights)),
                    }
                }
                (Some(target), None) if preset.is_some() => chosen.push(target),
                _ => return Err(instead(scope, text, name, "query:read")),
            }
        }
    }
    if let Some(preset) = preset {
        let has_dataset = chosen.iter().chain(written.iter().map(|(t, _)| t));
        let has_dataset = has_dataset.into_iter().any(|t| t.scope() == Scope::Dataset);
        if !preset.dataset.is_empty() && !has_dataset {
            return Err(ExitError::usage(format!(
                "the preset {} has rights on datasets: add --dataset NAME ('*' is every dataset)",
                preset.id
            )));
        }
        let more = preset.apply(&chosen);
        for (target, rights) in more.rows() {
            let old = draft.grants.get(&target).cloned().unwrap_or_default();
            let is_org = target == Target::Org;
            draft.grants.put(&target, if is_org { old.union(rights) } else { rights.clone() });
        }
        draft.expires = draft.expires.or(preset.expires);
    }
    for (target, rights) in written {
        // A row that is also named without rights has the preset's rights as well.
        let preset = draft.grants.get(&target).filter(|_| chosen.contains(&target));
        let rights = preset.map_or_else(|| rights.clone(), |preset| preset.union(&rights));
        draft.grants.put(&target, rights);
    }
    for text in &args.org {
        let mut org = draft.grants.org.clone();
        grant_all(&mut org, Scope::Org, text)?;
        draft.grants.org = org;
    }
    Ok(draft)
}

/// `NAME`, or `NAME=RIGHTS`.
fn row(scope: Scope, text: &str) -> Result<(&str, Option<Rights>), ExitError> {
    let (name, rights) = match text.rsplit_once('=') {
        Some((name, rights)) => (name.trim(), Some(rights)),
        None => (text.trim(), None),
    };
    if name.is_empty() {
        return Err(ExitError::usage(format!("{}: the name is missing", flag(scope))));
    }
    if let Some((name, misplaced)) = misplaced(scope, name) {
        let list = [Some(misplaced), rights].map(Option::unwrap_or_default);
        return Err(instead(scope, text, name, list.join(",").trim_matches(',')));
    }
    let Some(list) = rights else { return Ok((name, None)) };
    let mut rights = Rights::default();
    grant_all(&mut rights, scope, list)?;
    Ok((name, Some(rights)))
}

/// A name and rights, separated by another sign than the first `=`, as in `logs:query:read`.
/// The name is empty if there are only rights.
fn misplaced(scope: Scope, text: &str) -> Option<(&str, &str)> {
    let is_rights = |list: &str| {
        let words = list.split(',').map(str::trim).all(|word| word.contains(':') || word == "*");
        words && grant_all(&mut Rights::default(), scope, list).is_ok()
    };
    if text.contains(':') && is_rights(text) {
        return Some(("", text));
    }
    let signs = text.match_indices([':', '=']);
    let parts = signs.map(|(at, _)| (text[..at].trim_end(), &text[at + 1..]));
    parts.into_iter().find(|(_, list)| is_rights(list))
}

/// The error for an invalid row, with the correct form.
fn instead(scope: Scope, text: &str, name: &str, rights: &str) -> ExitError {
    // The text before the first colon is probably the name.
    let name = name.split(':').next().map(str::trim).filter(|name| !name.is_empty());
    let name = SafeText::from(name.unwrap_or("NAME"));
    let (flag, text) = (flag(scope), SafeText::from(text));
    ExitError::usage(format!("{flag} {text}: write {name}={}", SafeText::from(rights)))
}

/// Adds rights written as `query:read,ingest:create`, `query:*`, or `*`.
///
/// # Errors
/// When a right is unknown; the message has the correct form.
pub fn grant_all(rights: &mut Rights, scope: Scope, list: &str) -> Result<(), ExitError> {
    for word in list.split(',').map(str::trim) {
        if word == "*" {
            *rights = rights.union(&Rights::full(scope));
            continue;
        }
        preset::grant(rights, scope, word).map_err(|instead| {
            let instead = elsewhere(scope, word).unwrap_or(instead);
            let word = SafeText::from(word);
            ExitError::usage(format!("{}: unknown right {word}: {instead}", flag(scope)))
        })?;
    }
    Ok(())
}

/// The correct argument for a right that belongs to another scope.
fn elsewhere(scope: Scope, word: &str) -> Option<String> {
    if scope == Scope::Org {
        let (name, rights) = misplaced(Scope::Dataset, word)?;
        let name = SafeText::from(if name.is_empty() { "NAME" } else { name });
        return Some(format!("write --dataset {name}={rights}"));
    }
    let of_org = preset::grant(&mut Rights::default(), Scope::Org, word);
    of_org.is_ok().then(|| format!("write --org {word}"))
}

const fn flag(scope: Scope) -> &'static str {
    match scope {
        Scope::Dataset => "--dataset",
        Scope::View => "--view",
        Scope::Org => "--org",
    }
}

/// The user's own presets, then the built-in ones.
///
/// # Errors
/// When the user's file cannot be read.
pub fn presets(own: &Path) -> Result<Vec<Preset>, ExitError> {
    let mut all = presets::load(own).map_err(ExitError::usage)?;
    all.extend(preset::built_in().map_err(ExitError::usage)?);
    Ok(all)
}

/// The preset of `--preset`.
fn find(id: &str, own: &Path) -> Result<Preset, ExitError> {
    let all = presets(own)?;
    let found = preset::find(id, &all).map_err(|why| ExitError::usage(format!("--{why}")))?;
    Ok(found.clone())
}

/// Reads a draft from a file or from standard input.
fn read(file: &str) -> Result<Draft, ExitError> {
    let name = SafeText::from(if file == "-" { "standard input" } else { file });
    let refused = |why: String| ExitError::usage(format!("--from {name}: {why}"));
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(DRAFT_CAP).read_to_end(&mut bytes);
        read.map_err(|e| refused(format!("cannot be read ({})", e.kind())))?;
        bytes
    } else {
        let read = disk::read_or_receive(Path::new(file), DRAFT_CAP);
        let read = read.map_err(|why| refused(why.to_string()))?;
        read.ok_or_else(|| refused("cannot be read (file not found)".to_owned()))?
    };
    let text = disk::text(bytes).map_err(|why| refused(why.to_string()))?;
    Draft::parse(&text).map_err(|why| ExitError::usage(format!("--from {name}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drafted(args: &Args) -> Result<Draft, String> {
        draft(args, Path::new("/nowhere/presets.toml")).map_err(|error| error.message)
    }

    fn strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|s| (*s).to_owned()).collect()
    }

    fn access(args: &Args) -> String {
        drafted(args).unwrap().grants.summary()
    }

    #[test]
    fn explicit_rows_override_presets() {
        let args = |dataset: &[&str], org: &[&str], preset: &str| Args {
            dataset: strings(dataset),
            org: strings(org),
            preset: Some(preset.to_owned()).filter(|p| !p.is_empty()),
            ..Args::default()
        };
        assert_eq!(
            access(&args(&["prod-api=query:read,ingest:create"], &["users:read"], "")),
            "can ingest into prod-api; query prod-api; read users"
        );
        assert_eq!(access(&args(&["*=query:read"], &[], "")), "can query all datasets");
        assert_eq!(access(&args(&["*"], &[], "query")), "can query all datasets");
        assert_eq!(
            access(&args(&["a", "b=ingest:create"], &[], "query-only")),
            "can ingest into b; query a"
        );
        assert_eq!(drafted(&args(&["a"], &[], "ai")).unwrap().expires.as_deref(), Some("7d"));
        let all = drafted(&args(&["a=*"], &[], "")).unwrap().grants;
        assert_eq!(all.datasets.get("a"), Some(&Rights::full(Scope::Dataset)));
    }

    #[test]
    fn rights_for_the_same_row_add_up() {
        let args = |dataset: &[&str], view: &[&str], preset: &str| Args {
            dataset: strings(dataset),
            view: strings(view),
            preset: Some(preset.to_owned()).filter(|p| !p.is_empty()),
            ..Args::default()
        };
        let twice = args(&["a=query:read", "b=query:read", " a =ingest:create"], &[], "");
        assert_eq!(access(&twice), "can ingest into a; query 2 datasets");
        let views = args(&[], &["v=query:read", "v=share:*"], "");
        let views = drafted(&views).unwrap().grants.views;
        assert_eq!(views.get("v"), Some(&Rights::full(Scope::View)));
        // One of the two has the preset's rights.
        for dataset in [["a", "a=ingest:create"], ["a=ingest:create", "a"]] {
            assert_eq!(access(&args(&dataset, &[], "query-only")), "can ingest into a; query a");
        }
    }

    #[test]
    fn names_can_contain_separators() {
        let args = |name: &str| Args {
            dataset: strings(&[&format!("{name}=query:read")]),
            ..Args::default()
        };
        for name in ["a:b", "a=b", "x:y:z", "query"] {
            let grants = drafted(&args(name)).unwrap().grants;
            assert!(grants.datasets.get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_mistake_gets_the_correct_form() {
        for (dataset, org, preset, words) in [
            (&["a"][..], &[][..], "", "write a=query:read"),
            (&["a=qury:read"], &[], "", "unknown right qury:read: did you mean query?"),
            (&["a=query:create"], &[], "", "use query:read"),
            (&["a=query"], &[], "", "use query:read"),
            (&["=query:read"], &[], "", "the name is missing"),
            (&["logs:query:read"], &[], "", "logs:query:read: write logs=query:read"),
            (&["logs:query:read"], &[], "query", "write logs=query:read"),
            (&["logs:query:read,ingest:create"], &[], "", "write logs=query:read,ingest:create"),
            (&["logs:query:read=ingest:create"], &[], "", "write logs=query:read,ingest:create"),
            (&["logs=query:read=ingest:create"], &[], "", "write logs=query:read,ingest:create"),
            (&["logs:query:*"], &[], "", "write logs=query:*"),
            (&["logs:*"], &[], "", "write logs=*"),
            (&["logs:qury:read"], &[], "", "write logs=query:read"),
            (&["query:read"], &[], "", "write NAME=query:read"),
            (&["query:read"], &[], "query", "write NAME=query:read"),
            (&["a=users:read"], &[], "", "unknown right users:read: write --org users:read"),
            (&[], &["query:read"], "", "--org: unknown right query:read"),
            (&[], &["query:read"], "", "write --dataset NAME=query:read"),
            (&[], &["logs:query:read"], "", "write --dataset logs=query:read"),
            (&[], &["logs=query:read"], "", "write --dataset logs=query:read"),
            (&[], &[], "query", "add --dataset NAME"),
            (
                &["a"],
                &[],
                "nothing",
                "--preset nothing: not found; the presets are ingest-only, query-only",
            ),
        ] {
            let args = Args {
                dataset: strings(dataset),
                org: strings(org),
                preset: Some(preset.to_owned()).filter(|p| !p.is_empty()),
                ..Args::default()
            };
            let why = drafted(&args).unwrap_err();
            assert!(why.contains(words), "{words}: {why}");
        }
    }
}
