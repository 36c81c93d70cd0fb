//! Grants in words: sentences for the token detail and reviews, and a short form for
//! columns.

use unicode_width::UnicodeWidthStr as _;

use super::{
    capability::{Capability, Scope, Verbs},
    grants::{Change, Grants, Resources, Target, WILDCARD},
    rights::Rights,
};

/// Initial capacity for the short form, in bytes.
const ROOM: usize = 48;

impl Grants {
    /// A phrase for each capability: `query 12 datasets`, `manage users`.
    #[must_use]
    pub fn phrases(&self) -> Vec<String> {
        let mut phrases = Vec::new();
        for (scope, rows) in self.named() {
            for capability in scope.capabilities() {
                resource_phrases(rows, capability, &mut phrases);
            }
        }
        for capability in Scope::Org.capabilities() {
            let verbs = self.org.verbs(capability);
            if !verbs.is_empty() {
                phrases.push(capability.phrase(verbs));
            }
        }
        match self.unknown_count() {
            0 => {}
            1 => phrases.push("1 right unknown to this version".to_owned()),
            n => phrases.push(format!("{n} rights unknown to this version")),
        }
        phrases
    }

    /// All phrases as one sentence: `can query all datasets; manage users`.
    #[must_use]
    pub fn summary(&self) -> String {
        sentence(&self.phrases())
    }

    /// The first capability and how many more there are: `ingest: 3 datasets`,
    /// `query: all datasets, +2 more`, `billing: read, update`.
    #[must_use]
    pub fn access(&self) -> String {
        self.access_text(false)
    }

    /// [`Self::access`], or where that is wider than `columns` its short form:
    /// `query: all +2`. A name can still be too wide.
    #[must_use]
    pub fn access_within(&self, columns: usize) -> String {
        let access = self.access();
        if access.width() <= columns { access } else { self.access_text(true) }
    }

    fn access_text(&self, is_short: bool) -> String {
        // Called for each row of a list, so it allocates once and formats only what is shown.
        let mut words = String::with_capacity(ROOM);
        let mut count = 0;
        let mut add = |say: &dyn Fn(&mut String)| {
            if count == 0 {
                say(&mut words);
            }
            count += 1;
        };
        for (scope, rows) in self.named() {
            if rows.wildcard() == Some(&Rights::full(scope)) {
                add(&|words| {
                    words.push_str("everything: ");
                    where_text(rows, scope, |_| true, is_short, words);
                });
                continue;
            }
            for c in scope.capabilities() {
                if rows.iter().any(|(_, r)| !r.verbs(c).is_empty()) {
                    let granted = |r: &Rights| !r.verbs(c).is_empty();
                    add(&|words| {
                        words.push_str(match c.wire {
                            "starredQueries" => "saved queries",
                            wire => wire,
                        });
                        words.push_str(": ");
                        where_text(rows, scope, granted, is_short, words);
                    });
                }
            }
        }
        for c in Scope::Org.capabilities() {
            let verbs = self.org.verbs(c);
            if !verbs.is_empty() {
                add(&|words| {
                    words.push_str(c.wire);
                    if verbs == Verbs::ALL {
                        words.push_str(": all rights");
                        return;
                    }
                    for (i, verb) in verbs.iter().enumerate() {
                        words.extend([if i == 0 { ": " } else { ", " }, verb.wire()]);
                    }
                });
            }
        }
        for _ in 0..self.unknown_count() {
            add(&|words| words.push_str("unknown rights"));
        }
        match count {
            0 => words.push_str("nothing"),
            1 => {}
            n if is_short => words.extend([" +", &(n - 1).to_string()]),
            n => words.extend([", +", &(n - 1).to_string(), " more"]),
        }
        words
    }

    /// The scopes with named rows, and those rows.
    #[must_use]
    pub const fn named(&self) -> [(Scope, &Resources); 2] {
        [(Scope::Dataset, &self.datasets), (Scope::View, &self.views)]
    }

    fn unknown_count(&self) -> usize {
        let rows = self.datasets.iter().chain(self.views.iter()).map(|(_, rights)| rights);
        let unknown = rows.chain([&self.org]).map(|rights| rights.unknown().len());
        self.unknown.len() + unknown.sum::<usize>()
    }
}

/// Joins phrases to one sentence that starts with `can`.
#[must_use]
pub fn sentence(phrases: &[String]) -> String {
    if phrases.is_empty() {
        return "can do nothing".to_owned();
    }
    format!("can {}", phrases.join("; "))
}

/// Adds the phrases of one capability: first what `*` grants, then what other rows add to
/// it. Rows with the same verbs share a phrase.
fn resource_phrases(rows: &Resources, capability: &Capability, phrases: &mut Vec<String>) {
    let things = if capability.scope == Scope::View { "views" } else { "datasets" };
    let everywhere = rows.wildcard().map_or(Verbs::NONE, |r| r.verbs(capability));
    if !everywhere.is_empty() {
        phrases.push(format!("{} all {things}", capability.phrase(everywhere)));
    }
    // For each set of verbs, how many rows have it, and the name of the first.
    let mut groups: Vec<(Verbs, usize, &str)> = Vec::new();
    for (name, rights) in rows.iter() {
        let verbs = rights.verbs(capability).minus(everywhere);
        if verbs.is_empty() || name.raw() == WILDCARD {
            continue;
        }
        match groups.iter_mut().find(|(v, ..)| *v == verbs) {
            Some((_, count, _)) => *count += 1,
            None => groups.push((verbs, 1, name.shown())),
        }
    }
    for (verbs, count, first) in groups {
        let phrase = capability.phrase(verbs);
        phrases.push(match count {
            1 => format!("{phrase} {first}"),
            count => format!("{phrase} {count} {things}"),
        });
    }
}

/// Appends `all datasets`, the only name, or the number of rows.
fn where_text(
    rows: &Resources,
    scope: Scope,
    granted: impl Fn(&Rights) -> bool,
    is_short: bool,
    words: &mut String,
) {
    if rows.wildcard().is_some_and(&granted) {
        words.push_str(match scope {
            _ if is_short => "all",
            Scope::View => "all views",
            _ => "all datasets",
        });
        return;
    }
    let mut names = rows.iter().filter(|(_, r)| granted(r)).map(|(n, _)| n);
    match (names.next(), names.count()) {
        (Some(name), 0) => words.push_str(name.shown()),
        (first, others) => {
            let count = others + usize::from(first.is_some());
            let things = if scope == Scope::View { "views" } else { "datasets" };
            words.extend([&count.to_string(), " ", things]);
        }
    }
}

/// A line for each change, such as `prod-api  Query: +read`.
#[must_use]
pub fn difference_lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let place = match &change.target {
            Target::Dataset(name) if name.raw() == WILDCARD => "all datasets (*)".to_owned(),
            Target::View(name) if name.raw() == WILDCARD => "all views (*)".to_owned(),
            Target::Dataset(name) => name.to_string(),
            Target::View(name) => format!("view {name}"),
            Target::Org => "organisation".to_owned(),
        };
        let verbs = |sign: char, verbs: Verbs| {
            verbs.iter().map(|v| format!("{sign}{}", v.wire())).collect::<Vec<_>>()
        };
        let mut parts = verbs('+', change.added);
        parts.extend(verbs('-', change.removed));
        format!("{place}  {}: {}", change.capability.label, parts.join(" "))
    };
    changes.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Target;

    /// `("prod", "query", "r")` rows; the name `org` is the organisation.
    fn grants(rows: &[(&str, &str, &str)]) -> Grants {
        let mut grants = Grants::default();
        for (name, capability, letters) in rows {
            let target = match *name {
                "org" => Target::Org,
                name => match name.strip_prefix("view/") {
                    Some(view) => Target::View(view.into()),
                    None => Target::Dataset((*name).into()),
                },
            };
            let capability = target.scope().capability(capability).unwrap();
            let verbs = capability.verbs.iter().filter(|v| letters.contains(v.letter()));
            grants.set(&target, capability, verbs.collect()).unwrap();
        }
        grants
    }

    #[test]
    fn a_summary_names_actions_targets_and_counts() {
        let grants = grants(&[
            ("*", "query", "r"),
            ("a", "ingest", "c"),
            ("b", "ingest", "c"),
            ("b", "query", "r"),
            ("b", "data", "d"),
            ("view/v", "query", "r"),
            ("org", "users", "crud"),
            ("org", "monitors", "r"),
        ]);
        assert_eq!(
            grants.summary(),
            "can ingest into 2 datasets; query all datasets; delete data in b; \
             query v; read monitors; manage users"
        );
    }

    #[test]
    fn partial_sets_are_distinguished() {
        let grants = grants(&[
            ("a", "virtualFields", "r"),
            ("b", "virtualFields", "r"),
            ("c", "virtualFields", "crud"),
        ]);
        assert_eq!(
            grants.summary(),
            "can read virtual fields of 2 datasets; manage virtual fields of c"
        );
        assert_eq!(Grants::default().summary(), "can do nothing");
    }

    #[test]
    fn access_is_described_briefly() {
        let access = |rows: &[(&str, &str, &str)]| grants(rows).access();
        assert_eq!(access(&[]), "nothing");
        assert_eq!(access(&[("a", "ingest", "c")]), "ingest: a");
        assert_eq!(access(&[("a", "ingest", "c"), ("b", "ingest", "c")]), "ingest: 2 datasets");
        assert_eq!(
            access(&[("*", "query", "r"), ("a", "trim", "u")]),
            "query: all datasets, +1 more"
        );
        assert_eq!(
            access(&[("org", "datasets", "crud"), ("org", "users", "r")]),
            "datasets: all rights, +1 more"
        );
        assert_eq!(access(&[("org", "billing", "ru")]), "billing: read, update");
        assert_eq!(access(&[("view/a", "query", "r"), ("view/b", "query", "r")]), "query: 2 views");
        assert_eq!(access(&[("view/*", "query", "r")]), "query: all views");
        let mut all = Grants::default();
        all.put(&Target::Dataset("*".into()), Rights::full(Scope::Dataset));
        assert_eq!(all.access(), "everything: all datasets");
        let some = grants(&[("*", "query", "r"), ("a", "trim", "u")]);
        assert_eq!(some.access_within(28), "query: all datasets, +1 more");
        assert_eq!(some.access_within(27), "query: all +1");
        assert_eq!(grants(&[("prod-api", "ingest", "c")]).access_within(3), "ingest: prod-api");
    }
}
