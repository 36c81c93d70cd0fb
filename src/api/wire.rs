//! Converts between JSON and domain types.
//!
//! Parsing is lenient: a member that is missing, `null` or of another type is lost, but not the
//! whole response. Parts unknown to this version are kept as JSON text and written back
//! unchanged. Errors of `serde_json` quote values, so none of them leaves this module.

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

pub use audit::{log_answer, log_query};
pub use encode::{capabilities, create, create_readable, regenerate, regenerate_readable};
pub use json::is_object;
pub use lists::{datasets, orgs, user, users, views};
pub use personal::{create_personal, personal_token, personal_tokens};
pub use refusal::{is_about_path, is_refusal, message};
#[cfg(any(test, feature = "fuzzing"))]
pub use secret::find;
pub use secret::{Find, Finder};
pub use token::{TokenList, present_members, token, tokens};
