//! The pure core: a state machine that takes a message and returns the effects to run,
//! as data. It uses no runtime, network, terminal or clock; the loop sets the field
//! `now` before each message.

mod absence;
pub mod audit;
pub mod bulk;
mod clipboard;
pub mod command;
pub mod counts;
mod custody;
pub mod delete_target;
mod dispatch;
pub mod effect;
pub mod error_dialog;
pub mod field;
pub mod form;
pub mod in_flight;
mod kinds;
pub mod layer;
pub mod layout_info;
pub mod list;
mod marked;
pub mod matrix;
pub mod model;
pub mod mouse;
pub mod msg;
pub mod notice;
mod outside;
pub mod overlays;
mod overriding;
mod pending_switch;
pub mod reconcile;
pub mod remote;
mod replies;
pub mod rotation;
pub mod run;
pub mod screens;
pub mod secret_field;
mod sending;
mod servers;
pub mod shared;
pub mod stack;
pub mod switch;
mod themes;
pub mod time;
pub mod unconfirmed;
pub mod update;
pub mod usage;
mod waiting;

pub use effect::{CopyText, Effect, LayerId, SecretId, Ticket};
pub use model::Model;
pub use msg::{Copied, Msg};
pub use notice::{Notice, NoticeKind};
pub use update::update;
