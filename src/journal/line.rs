//! The journal's lines. Each is a JSON object: an entry, a mark, a note that a command
//! reported an entry, or a note that the line before was truncated. Unknown members are
//! ignored and unknown kinds of lines kept, since a newer version may have written them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    asked::AskedJson,
    entry::{Entry, EntryId, Location, Mark},
    known::{Before, Known},
    process::Process,
    rotation::Step,
};
use crate::domain::{Fingerprint, TokenId, policy::Override};

/// The format's version, written in each line.
const VERSION: u32 = 1;
const ENTRY: &str = "entry";
const MARK: &str = "mark";
const CUT: &str = "cut";
const TOLD: &str = "told";

/// A parsed line.
#[derive(Debug)]
pub enum Line {
    /// An entry, and the process that wrote it.
    Entry(Box<Entry>, Process),
    /// A mark of an entry, and when it was written, unless an earlier version wrote it.
    Mark(EntryId, Mark, Option<Timestamp>),
    /// A command has reported this entry.
    Reported(EntryId),
    /// The line before is truncated, since its writer was killed.
    CutBefore,
    /// A mark of an entry that only a newer version knows.
    ForeignMark(EntryId),
    /// Written by a newer version.
    Foreign,
    /// A truncated line: it ends before its JSON does.
    Cut,
    /// Neither valid nor merely truncated.
    Broken,
}

impl Line {
    pub fn read(line: &[u8]) -> Self {
        // Nearly all lines begin in one of these ways. Reading the head first would parse them
        // twice.
        let usual = if line.starts_with(br#"{"v":1,"kind":"mark","#) {
            mark_of(line)
        } else if line.starts_with(br#"{"v":1,"kind":"entry","#) {
            entry_of(line)
        } else {
            None
        };
        usual.unwrap_or_else(|| Self::read_any(line))
    }

    fn read_any(line: &[u8]) -> Self {
        let head: Head = match serde_json::from_slice(line) {
            Ok(head) => head,
            Err(error) if error.is_eof() => return Self::Cut,
            Err(_) => return Self::Broken,
        };
        let read = match head.kind.as_str() {
            ENTRY => entry_of(line),
            MARK => mark_of(line),
            TOLD => parse_reported(line),
            CUT => Some(Self::CutBefore),
            _ => Some(Self::Foreign),
        };
        let otherwise = if head.v > VERSION { Self::Foreign } else { Self::Broken };
        read.unwrap_or(otherwise)
    }
}

/// The members that every line begins with.
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

// Repeats the members of the head, as do the other kinds: with `serde(flatten)`, reading a long
// journal takes a third longer.
#[derive(Serialize, Deserialize)]
struct EntryJson {
    v: u32,
    kind: String,
    entry: String,
    at: String,
    process: Process,
    place: LocationJson,
    asked: AskedJson,
    known: Vec<String>,
    /// See [`Before`]; left out by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    rotation: bool,
    #[serde(rename = "override", default, skip_serializing_if = "Option::is_none")]
    overridden: Option<OverrideJson>,
}

/// The organisation's rules that the new token breaks, and why it was sent anyway.
#[derive(Serialize, Deserialize)]
struct OverrideJson {
    rules: Vec<String>,
    reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Serialize, Deserialize)]
struct LocationJson {
    deployment: String,
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    org: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct MarkJson {
    v: u32,
    kind: String,
    entry: String,
    mark: String,
    /// When it was written; left out by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    print: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// What some marks say besides their name.
#[derive(Default)]
struct More {
    id: Option<String>,
    to: Option<String>,
    print: Option<String>,
    step: Option<String>,
    why: Option<String>,
}

/// The line of an entry. `None` if it cannot be serialised, which does not happen.
pub fn entry(entry: &Entry, process: Process) -> Option<String> {
    let Entry { id, at, location, asked, known, is_rotation, overridden } = entry;
    let line = EntryJson {
        v: VERSION,
        kind: ENTRY.to_owned(),
        entry: id.0.clone(),
        at: at.to_string(),
        process,
        place: LocationJson {
            deployment: location.deployment.clone(),
            url: location.url.clone(),
            org: location.org.clone(),
        },
        asked: AskedJson::of(asked),
        known: known.named.iter().map(|id| id.raw().to_owned()).collect(),
        before: known.before.written(),
        rotation: *is_rotation,
        overridden: overridden.as_ref().map(|given| OverrideJson {
            rules: given.codes.clone(),
            reason: given.reason.raw().to_owned(),
        }),
    };
    serde_json::to_string(&line).ok()
}

/// The line of an entry without the tokens that existed before, which only matter until the
/// entry is finished. Keeps members that only a newer version knows. `None` if the line is not
/// that of an entry, or has the format of a newer version.
pub fn without_known(line: &[u8]) -> Option<Vec<u8>> {
    let mut members: BTreeMap<String, &RawValue> = serde_json::from_slice(line).ok()?;
    let is = |name: &str, value: &str| members.get(name).is_some_and(|v| v.get() == value);
    if !is("kind", &format!("\"{ENTRY}\"")) || !is("v", &VERSION.to_string()) {
        return None;
    }
    let none = RawValue::from_string("[]".to_owned()).ok()?;
    members.insert("known".to_owned(), &none);
    members.remove("before");
    serde_json::to_vec(&members).ok()
}

/// The line of a mark that is written at this time.
pub fn mark(entry: &EntryId, mark: &Mark, at: Option<Timestamp>) -> Option<String> {
    let none = More::default;
    let with_id =
        |id: &Option<TokenId>| More { id: id.as_ref().map(|id| id.raw().to_owned()), ..none() };
    let (word, more) = match mark {
        Mark::NotSent => ("not_sent", none()),
        Mark::Rejected => ("rejected", none()),
        Mark::Unknown => ("unknown", none()),
        Mark::Unreadable { id } => ("unreadable", with_id(id)),
        Mark::Done { id } => ("done", with_id(id)),
        Mark::Delivering { print } => {
            ("delivering", More { print: Some(print.to_string()), ..none() })
        }
        Mark::Delivered { id, to } => ("delivered", More { to: to.clone(), ..with_id(id) }),
        Mark::Proven => ("proven", none()),
        Mark::Probed => ("probed", none()),
        Mark::Stuck { step, why } => {
            let (step, why) = (Some(step.label().to_owned()), Some(why.clone()));
            ("stuck", More { step, why, ..none() })
        }
        Mark::Settled { why } => ("settled", More { why: why.clone(), ..none() }),
    };
    // Whole seconds are enough.
    let at = at.and_then(|at| Timestamp::from_second(at.as_second()).ok()).map(|at| at.to_string());
    let (entry, mark) = (entry.0.clone(), word.to_owned());
    let More { id, to, print, step, why } = more;
    let (v, kind) = (VERSION, MARK.to_owned());
    serde_json::to_string(&MarkJson { v, kind, entry, mark, at, id, to, print, step, why }).ok()
}

#[derive(Serialize, Deserialize)]
struct ReportedJson {
    v: u32,
    kind: String,
    entry: String,
}

/// The line that notes that a command has reported an entry. Versions that do not know
/// it keep it.
pub fn reported(entry: &EntryId) -> Option<String> {
    let (v, kind, entry) = (VERSION, TOLD.to_owned(), entry.0.clone());
    serde_json::to_string(&ReportedJson { v, kind, entry }).ok()
}

fn parse_reported(line: &[u8]) -> Option<Line> {
    let ReportedJson { entry, .. } = serde_json::from_slice(line).ok()?;
    Some(Line::Reported(EntryId(entry)))
}

/// The line that notes that the line before it is truncated.
pub fn cut_before() -> Option<String> {
    serde_json::to_string(&Head::of(CUT)).ok()
}

fn entry_of(line: &[u8]) -> Option<Line> {
    let EntryJson { entry, at, process, place, asked, known, before, rotation, overridden, .. } =
        serde_json::from_slice(line).ok()?;
    if matches!(asked, AskedJson::Foreign) {
        return Some(Line::Foreign);
    }
    let entry = Entry {
        id: EntryId(entry),
        at: at.parse().ok()?,
        location: Location { deployment: place.deployment, url: place.url, org: place.org },
        asked: asked.asked()?,
        known: Known {
            named: known.into_iter().map(TokenId::new).collect(),
            before: Before::read(before.as_deref()),
        },
        is_rotation: rotation,
        overridden: overridden
            .map(|given| Override { codes: given.rules, reason: given.reason.into() }),
    };
    Some(Line::Entry(Box::new(entry), process))
}

fn mark_of(line: &[u8]) -> Option<Line> {
    let MarkJson { entry, mark, at, id, to, print, step, why, .. } =
        serde_json::from_slice(line).ok()?;
    let id = id.map(TokenId::new);
    let mark = match mark.as_str() {
        "not_sent" => Mark::NotSent,
        "rejected" => Mark::Rejected,
        "unknown" => Mark::Unknown,
        "unreadable" => Mark::Unreadable { id },
        "done" => Mark::Done { id },
        "delivering" => Mark::Delivering { print: Fingerprint::parse(&print?)? },
        "delivered" => Mark::Delivered { id, to },
        "proven" => Mark::Proven,
        "probed" => Mark::Probed,
        "stuck" => Mark::Stuck { step: Step::parse(&step?)?, why: why? },
        "settled" => Mark::Settled { why },
        _ => return Some(Line::ForeignMark(EntryId(entry))),
    };
    // A time that cannot be read counts as missing: the mark matters more.
    let at = at.and_then(|at| at.parse().ok());
    Some(Line::Mark(EntryId(entry), mark, at))
}
