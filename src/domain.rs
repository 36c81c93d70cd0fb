//! The domain as plain types: capabilities, grants, tokens, expiry, secrets.
//!
//! Imports no other module of this crate, does no input or output and reads no clock.

pub mod access;
pub mod audit;
pub mod capability;
pub mod choices;
pub mod confirm;
pub mod destination;
pub mod due;
pub mod edit;
pub mod expiry;
pub mod filter;
pub mod grace;
pub mod grants;
pub mod lifetime;
pub mod line_error;
pub mod org;
pub mod pasted;
pub mod paths;
pub mod pattern;
pub mod personal;
pub mod policy;
pub mod preset;
pub mod program;
pub mod report;
pub mod retention;
pub mod review;
pub mod rights;
pub mod rotation;
pub mod safe_text;
pub mod secret;
pub mod session;
pub mod sort;
pub mod summary;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod token;
pub mod usage;
pub mod validate;
pub mod when;
pub mod words;

pub use access::Access;
pub use capability::{Capability, Scope, Verb, Verbs};
pub use expiry::{Expiry, TokenExpiry};
pub use grants::{Change, Grants, Resources, Target, WILDCARD};
pub use line_error::LineError;
pub use org::{Dataset, Org, User, View};
pub use personal::{NewPersonalToken, PersonalToken};
pub use policy::Policies;
pub use retention::Retention;
pub use rights::{Impossible, Rights, Unknown};
pub use safe_text::SafeText;
pub use secret::{Fingerprint, Secret, SecretKind};
pub use theme::{Background, Theme};
pub use token::{ApiToken, Kind, NewToken, Regeneration, TokenId};
