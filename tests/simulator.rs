//! The simulator over real HTTP, as any client sees it.

#[path = "simulator/faults.rs"]
mod faults;
#[path = "simulator/log.rs"]
mod log;
#[path = "simulator/odd.rs"]
mod odd;
#[path = "simulator/raw.rs"]
mod raw;
#[path = "simulator/rules.rs"]
mod rules;
#[path = "simulator/run.rs"]
mod run;
