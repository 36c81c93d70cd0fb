//! The journal's lines, each one JSON object: an entry, a mark, or the word that
//! the line before was cut. Members that a newer version adds are passed over,
//! and lines of kinds that only it knows are left alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    entry::{Asked, Entry, EntryId, Mark, Place},
    grants::GrantsJson,
    process::Process,
};
use crate::domain::{Expiry, TokenId};

/// The version of the format, in each line.
const VERSION: u32 = 1;
const ENTRY: &str = "entry";
const MARK: &str = "mark";
const CUT: &str = "cut";
const NEVER: &str = "never";

/// What a line says.
#[derive(Debug)]
pub enum Line {
    Entry(Box<Entry>, Process),
    Mark(EntryId, Mark),
    /// The line before ends too early, since its writer was killed.
    CutBefore,
    /// Of a newer version.
    Foreign,
    /// It ends before its JSON does.
    Cut,
    Broken,
}

impl Line {
    pub fn read(line: &[u8]) -> Self {
        let head: Head = match serde_json::from_slice(line) {
            Ok(head) => head,
            Err(error) if error.is_eof() => return Self::Cut,
            Err(_) => return Self::Broken,
        };
        let read = match head.kind.as_str() {
            ENTRY => entry_of(line),
            MARK => mark_of(line),
            CUT => Some(Self::CutBefore),
            _ => Some(Self::Foreign),
        };
        let otherwise = if head.v > VERSION { Self::Foreign } else { Self::Broken };
        read.unwrap_or(otherwise)
    }
}

/// What both kinds of lines begin with.
#[derive(Serialize, Deserialize)]
struct Head {
    v: u32,
    kind: String,
}

impl Head {
    fn of(kind: &str) -> Self {
        Self { v: VERSION, kind: kind.to_owned() }
    }
}

#[derive(Serialize, Deserialize)]
struct EntryJson {
    #[serde(flatten)]
    head: Head,
    entry: String,
    at: String,
    process: Process,
    place: PlaceJson,
    asked: AskedJson,
    known: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct PlaceJson {
    deployment: String,
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    org: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
enum AskedJson {
    Create(TokenJson),
    Regenerate {
        old: String,
        old_ends: String,
        new: TokenJson,
    },
    Delete {
        id: String,
        name: String,
    },
    CreatePersonal {
        name: String,
        description: String,
    },
    DeletePersonal {
        id: String,
        name: String,
    },
    #[serde(other, skip_serializing)]
    Foreign,
}

#[derive(Serialize, Deserialize)]
struct TokenJson {
    name: String,
    description: String,
    expires: String,
    grants: GrantsJson,
}

#[derive(Serialize, Deserialize)]
struct MarkJson {
    #[serde(flatten)]
    head: Head,
    entry: String,
    mark: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// The line of an entry. `None` if it cannot be written, which no entry that
/// can be built makes happen.
pub fn entry(entry: &Entry, process: Process) -> Option<String> {
    let Entry { id, at, place, asked, known } = entry;
    let line = EntryJson {
        head: Head::of(ENTRY),
        entry: id.0.clone(),
        at: at.to_string(),
        process,
        place: PlaceJson {
            deployment: place.deployment.clone(),
            url: place.url.clone(),
            org: place.org.clone(),
        },
        asked: asked_json(asked),
        known: known.iter().map(text).collect(),
    };
    serde_json::to_string(&line).ok()
}

/// The line of a mark.
pub fn mark(entry: &EntryId, mark: &Mark) -> Option<String> {
    let (word, id) = match mark {
        Mark::NotSent => ("not_sent", None),
        Mark::Rejected => ("rejected", None),
        Mark::Unknown => ("unknown", None),
        Mark::Unreadable { id } => ("unreadable", id.as_ref()),
        Mark::Done { id } => ("done", id.as_ref()),
        Mark::Delivered { id } => ("delivered", id.as_ref()),
        Mark::Settled => ("settled", None),
    };
    let (entry, mark, id) = (entry.0.clone(), word.to_owned(), id.map(text));
    serde_json::to_string(&MarkJson { head: Head::of(MARK), entry, mark, id }).ok()
}

/// The line that says that the one before it was cut.
pub fn cut_before() -> Option<String> {
    serde_json::to_string(&Head::of(CUT)).ok()
}

fn text(id: &TokenId) -> String {
    id.raw().to_owned()
}

fn asked_json(asked: &Asked) -> AskedJson {
    let token = |name: &String, description: &String, expiry: &Expiry, grants| TokenJson {
        name: name.clone(),
        description: description.clone(),
        expires: expiry.at().map_or_else(|| NEVER.to_owned(), |at| at.to_string()),
        grants: GrantsJson::of(grants),
    };
    match asked {
        Asked::Create { name, description, expiry, grants } => {
            AskedJson::Create(token(name, description, expiry, grants))
        }
        Asked::Regenerate { old, old_ends, name, description, expiry, grants } => {
            AskedJson::Regenerate {
                old: text(old),
                old_ends: old_ends.to_string(),
                new: token(name, description, expiry, grants),
            }
        }
        Asked::Delete { id, name } => AskedJson::Delete { id: text(id), name: name.clone() },
        Asked::CreatePersonal { name, description } => {
            AskedJson::CreatePersonal { name: name.clone(), description: description.clone() }
        }
        Asked::DeletePersonal { id, name } => {
            AskedJson::DeletePersonal { id: text(id), name: name.clone() }
        }
    }
}

fn entry_of(line: &[u8]) -> Option<Line> {
    let EntryJson { entry, at, process, place, asked, known, .. } =
        serde_json::from_slice(line).ok()?;
    if matches!(asked, AskedJson::Foreign) {
        return Some(Line::Foreign);
    }
    let entry = Entry {
        id: EntryId(entry),
        at: at.parse().ok()?,
        place: Place { deployment: place.deployment, url: place.url, org: place.org },
        asked: asked_of(asked)?,
        known: known.into_iter().map(TokenId::new).collect(),
    };
    Some(Line::Entry(Box::new(entry), process))
}

fn asked_of(asked: AskedJson) -> Option<Asked> {
    Some(match asked {
        AskedJson::Create(TokenJson { name, description, expires, grants }) => {
            Asked::Create { name, description, expiry: expiry(&expires)?, grants: grants.grants() }
        }
        AskedJson::Regenerate { old, old_ends, new } => Asked::Regenerate {
            old: TokenId::new(old),
            old_ends: old_ends.parse().ok()?,
            name: new.name,
            description: new.description,
            expiry: expiry(&new.expires)?,
            grants: new.grants.grants(),
        },
        AskedJson::Delete { id, name } => Asked::Delete { id: TokenId::new(id), name },
        AskedJson::CreatePersonal { name, description } => {
            Asked::CreatePersonal { name, description }
        }
        AskedJson::DeletePersonal { id, name } => {
            Asked::DeletePersonal { id: TokenId::new(id), name }
        }
        AskedJson::Foreign => return None,
    })
}

fn expiry(text: &str) -> Option<Expiry> {
    if text == NEVER {
        return Some(Expiry::Never);
    }
    text.parse::<Timestamp>().ok().map(Expiry::At)
}

fn mark_of(line: &[u8]) -> Option<Line> {
    let MarkJson { entry, mark, id, .. } = serde_json::from_slice(line).ok()?;
    let id = id.map(TokenId::new);
    let mark = match mark.as_str() {
        "not_sent" => Mark::NotSent,
        "rejected" => Mark::Rejected,
        "unknown" => Mark::Unknown,
        "unreadable" => Mark::Unreadable { id },
        "done" => Mark::Done { id },
        "delivered" => Mark::Delivered { id },
        "settled" => Mark::Settled,
        _ => return Some(Line::Foreign),
    };
    Some(Line::Mark(EntryId(entry), mark))
}
