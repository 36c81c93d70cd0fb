//! Types keys into the pure core and checks what the screen shows and which requests are sent. No
//! network, and a fixed clock.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/app.rs"]
mod app;

#[path = "screens/access_review.rs"]
mod access_review;
#[path = "screens/alerts.rs"]
mod alerts;
#[path = "screens/bulk.rs"]
mod bulk;
#[path = "screens/bulk_snapshots.rs"]
mod bulk_snapshots;
#[path = "screens/clones.rs"]
mod clones;
#[path = "screens/cockpit.rs"]
mod cockpit;
#[path = "screens/custom_keys.rs"]
mod custom_keys;
#[path = "screens/differing_tokens.rs"]
mod differing_tokens;
#[path = "screens/drawing.rs"]
mod drawing;
#[path = "screens/edit_rights.rs"]
mod edit_rights;
#[path = "screens/forms.rs"]
mod forms;
#[path = "screens/help.rs"]
mod help;
#[path = "screens/history.rs"]
mod history;
#[path = "screens/hostile.rs"]
mod hostile;
#[path = "screens/keys.rs"]
mod keys;
#[path = "screens/late_answers.rs"]
mod late_answers;
#[path = "screens/loading.rs"]
mod loading;
#[path = "screens/long_pastes.rs"]
mod long_pastes;
#[path = "screens/marks.rs"]
mod marks;
#[path = "screens/matrix.rs"]
mod matrix;
#[path = "screens/matrix_rules.rs"]
mod matrix_rules;
#[path = "screens/mouse.rs"]
mod mouse;
#[path = "screens/palette.rs"]
mod palette;
#[path = "screens/paths.rs"]
mod paths;
#[path = "screens/policy.rs"]
mod policy;
#[path = "screens/profile.rs"]
mod profile;
#[path = "screens/refresh.rs"]
mod refresh;
#[path = "screens/rotations.rs"]
mod rotations;
#[path = "screens/servers.rs"]
mod servers;
#[path = "screens/sign_in.rs"]
mod sign_in;
#[path = "screens/sizes.rs"]
mod sizes;
#[path = "screens/snapshots.rs"]
mod snapshots;
#[path = "screens/themes.rs"]
mod themes;
#[path = "screens/tour.rs"]
mod tour;
#[path = "screens/unconfirmed.rs"]
mod unconfirmed;
#[path = "screens/unreadable_expiry.rs"]
mod unreadable_expiry;
#[path = "screens/usage.rs"]
mod usage;
