//! The pure core: a state machine that takes a message and returns the effects
//! it wants, as data. It knows no runtime, no network, no terminal and no
//! clock; `now` is a field that the loop sets before each message.

pub mod absence;
pub mod audit;
pub mod bulk;
pub mod clipboard;
pub mod command;
pub mod counts;
pub mod doubts;
pub mod effect;
pub mod enabled;

pub mod field;
pub mod flight;
mod keys;
pub mod list;
pub mod marked;
pub mod matrix;
pub mod model;
pub mod mouse;
pub mod msg;
pub mod outside;
pub mod overlays;
pub mod passage;
pub mod places;
pub mod remote;
pub mod replies;
pub mod screens;
pub mod secret_field;
pub mod servers;
pub mod themes;
pub mod update;
pub mod waiting;

pub use crate::domain::{filter, session};
pub use effect::{CopyText, Effect, Ticket};
pub use model::{Model, Notice, NoticeKind};
pub use msg::{Copied, Msg};
pub use session::{ConnectionId, Former, Offer, Session, Target};
pub use update::update;
