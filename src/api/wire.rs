//! JSON to domain and back.
//!
//! Lenient in what it reads: a member that is missing, `null` or of another
//! type costs that member, not the answer. What this version does not know is
//! kept as the JSON text that it was, and written back as such. Texts of
//! `serde_json` errors quote values, so none leaves this module.

mod audit;
mod encode;
mod grants;
mod json;
mod lists;
mod personal;
mod readable;
mod refusal;
mod secret;
mod token;

pub use audit::{audit_events, audit_query};
pub use encode::{capabilities, create, create_readable, regenerate, regenerate_readable};
pub use json::is_object;
pub use lists::{datasets, orgs, user, views};
pub use personal::{create_personal, personal_token, personal_tokens};
pub use refusal::{is_about_path, is_refusal, message};
#[cfg(any(test, feature = "fuzzing"))]
pub use secret::find;
pub use secret::{Find, Finder};
pub use token::{TokenList, token, tokens, told};
