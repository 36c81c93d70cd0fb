//! Keys are typed into the pure core, and what a person would see and what
//! would be sent is looked at. No network, no time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/app.rs"]
mod app;

#[path = "screens/absence.rs"]
mod absence;
#[path = "screens/access_review.rs"]
mod access_review;
#[path = "screens/addresses.rs"]
mod addresses;
#[path = "screens/bulk.rs"]
mod bulk;
#[path = "screens/bulk_snapshots.rs"]
mod bulk_snapshots;
#[path = "screens/clones.rs"]
mod clones;
#[path = "screens/drawing.rs"]
mod drawing;
#[path = "screens/hostile.rs"]
mod hostile;
#[path = "screens/keys.rs"]
mod keys;
#[path = "screens/looks.rs"]
mod looks;
#[path = "screens/marks.rs"]
mod marks;
#[path = "screens/matrix.rs"]
mod matrix;
#[path = "screens/matrix_rules.rs"]
mod matrix_rules;
#[path = "screens/mouse.rs"]
mod mouse;
#[path = "screens/not_as_asked.rs"]
mod not_as_asked;
#[path = "screens/own_keys.rs"]
mod own_keys;
#[path = "screens/pairs.rs"]
mod pairs;
#[path = "screens/palette.rs"]
mod palette;
#[path = "screens/pastes.rs"]
mod pastes;
#[path = "screens/places.rs"]
mod places;
#[path = "screens/profile.rs"]
mod profile;
#[path = "screens/servers.rs"]
mod servers;
#[path = "screens/sizes.rs"]
mod sizes;
#[path = "screens/snapshots.rs"]
mod snapshots;
#[path = "screens/tour.rs"]
mod tour;
#[path = "screens/unconfirmed.rs"]
mod unconfirmed;
#[path = "screens/unread_expiry.rs"]
mod unread_expiry;
#[path = "screens/waiting.rs"]
mod waiting;
