//! The real event loop and client with the simulator on a loopback port; only the terminal is
//! replaced by a buffer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::large_futures,
    reason = "each test is one future that contains the whole program"
)]

#[path = "support/flow.rs"]
mod flow;

#[path = "flows/access_review.rs"]
mod access_review;
#[path = "flows/bulk.rs"]
mod bulk;
#[path = "flows/errors.rs"]
mod errors;
#[path = "flows/faults.rs"]
mod faults;
#[path = "flows/main_job.rs"]
mod main_job;
#[path = "flows/secret_destination.rs"]
mod secret_destination;
#[path = "flows/sign_in.rs"]
mod sign_in;
#[path = "flows/storm.rs"]
mod storm;
