//! The tokens that existed before a change: none of them can be its result.

use crate::domain::TokenId;

/// Most fingerprints that an entry keeps on disk; more would make its line too long.
pub(super) const MOST: usize = 1_000;

/// The tokens that were listed before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The ids of the tokens that already had the requested name.
    pub named: Vec<TokenId>,
    /// What is known about the other tokens.
    pub before: Before,
}

/// What is known about the other tokens that existed before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Before {
    /// Nothing: the list was not read, so no token is known to be new.
    Unread,
    /// Nothing: only the tokens with the requested name were recorded.
    #[default]
    Named,
    /// The fingerprints of all ids, sorted. Whole ids would take megabytes for a run over
    /// many tokens. Among ten thousand tokens, the chance of any collision is about 1 %.
    All(Vec<u32>),
}

/// Whether a listed token existed before the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Old,
    /// It did not exist.
    New,
    /// It did not exist, provided that it has not been renamed since.
    NewIfNamed,
    Unknown,
}

impl Known {
    /// Records a list of ids and names; `None` if it was not read.
    pub fn of<'a>(list: Option<impl Iterator<Item = (&'a TokenId, &'a str)>>, name: &str) -> Self {
        let Some(list) = list else {
            return Self { named: Vec::new(), before: Before::Unread };
        };
        let (mut named, mut all) = (Vec::new(), Vec::new());
        for (id, other) in list {
            all.push(fingerprint(id));
            if other == name {
                named.push(id.clone());
            }
        }
        all.sort_unstable();
        Self { named, before: Before::All(all) }
    }

    /// Adds a token that is known not to be the result.
    pub fn add(&mut self, id: &TokenId) {
        match &mut self.before {
            Before::All(all) => {
                let print = fingerprint(id);
                if let Err(at) = all.binary_search(&print) {
                    all.insert(at, print);
                }
            }
            Before::Unread | Before::Named if !self.named.contains(id) => {
                self.named.push(id.clone());
            }
            Before::Unread | Before::Named => {}
        }
    }

    /// Whether this token existed before the change.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        self.age(id) == Age::Old
    }

    pub(super) fn age(&self, id: &TokenId) -> Age {
        match &self.before {
            _ if self.named.contains(id) => Age::Old,
            Before::All(all) if all.binary_search(&fingerprint(id)).is_ok() => Age::Old,
            Before::All(_) => Age::New,
            Before::Named => Age::NewIfNamed,
            Before::Unread => Age::Unknown,
        }
    }
}

impl From<Vec<TokenId>> for Known {
    fn from(named: Vec<TokenId>) -> Self {
        Self { named, before: Before::Named }
    }
}

impl Before {
    /// The form in the journal; `None` if nothing is written.
    pub(super) fn written(&self) -> Option<String> {
        match self {
            Self::Unread => Some(UNREAD.to_owned()),
            Self::All(all) if all.len() <= MOST => {
                Some(all.iter().map(|print| format!("{print:08x}")).collect())
            }
            Self::Named | Self::All(_) => None,
        }
    }

    /// Reads the form in the journal. Anything not understood counts as [`Self::Named`].
    pub(super) fn read(text: Option<&str>) -> Self {
        match text {
            Some(UNREAD) => Self::Unread,
            Some(hex) if hex.len() <= MOST * DIGITS && hex.len() % DIGITS == 0 => prints(hex),
            _ => Self::Named,
        }
    }
}

const UNREAD: &str = "unread";
/// Digits of one fingerprint.
const DIGITS: usize = 8;

fn prints(hex: &str) -> Before {
    let one = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    let all: Option<Vec<u32>> = hex.as_bytes().chunks(DIGITS).map(one).collect();
    all.map_or(Before::Named, |mut all| {
        all.sort_unstable();
        Before::All(all)
    })
}

/// FNV-1a over the id. Stored in files, so it must never change.
fn fingerprint(id: &TokenId) -> u32 {
    id.raw()
        .bytes()
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TokenId {
        TokenId::new(text)
    }

    fn known(list: &[(&str, &str)]) -> Known {
        let list: Vec<_> = list.iter().map(|(i, name)| (id(i), *name)).collect();
        Known::of(Some(list.iter().map(|(id, name)| (id, *name))), "ci")
    }

    #[test]
    fn an_earlier_list_distinguishes_old_tokens_from_new_ones() {
        let mut known = known(&[("a", "ci"), ("b", "other")]);
        assert_eq!(known.named, [id("a")]);
        let ages = ["a", "b", "c"].map(|text| known.age(&id(text)));
        assert_eq!(ages, [Age::Old, Age::Old, Age::New]);
        known.add(&id("c"));
        assert_eq!(known.age(&id("c")), Age::Old);
        let unread = Known::of(None::<std::iter::Empty<_>>, "ci");
        assert_eq!(unread.age(&id("a")), Age::Unknown);
    }

    #[test]
    fn known_tokens_survive_a_round_trip() {
        let all = known(&[("a", "ci"), ("b", "other")]).before;
        let none = known(&[]).before;
        for before in [all, none, Before::Unread, Before::Named] {
            assert_eq!(Before::read(before.written().as_deref()), before);
        }
        for odd in ["x", "0123456", "+1234567", "0000000é", "later"] {
            assert_eq!(Before::read(Some(odd)), Before::Named, "{odd}");
        }
        let many = Before::All((0..2_000).collect());
        assert_eq!(many.written(), None, "a line stays short");
    }

    #[test]
    fn fingerprints_stay_the_same_in_every_version() {
        assert_eq!(fingerprint(&id("")), 0x811c_9dc5);
        assert_eq!(fingerprint(&id("a")), 0xe40c_292c);
    }
}
