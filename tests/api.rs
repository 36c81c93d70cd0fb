//! The API client against a scripted server: what it sends, how it interprets responses, and how
//! failures end.

#[cfg(test)]
#[path = "api/audit.rs"]
mod audit;
#[cfg(test)]
#[path = "api/faults.rs"]
mod faults;
#[cfg(test)]
#[path = "api/golden.rs"]
mod golden;
#[cfg(test)]
#[path = "api/observed.rs"]
mod observed;
#[cfg(test)]
#[path = "api/personal.rs"]
mod personal;
#[cfg(test)]
#[path = "api/reads.rs"]
mod reads;
#[cfg(test)]
#[path = "api/refusals.rs"]
mod refusals;
#[cfg(test)]
#[path = "api/secrets.rs"]
mod secrets;
#[cfg(test)]
#[path = "api/server.rs"]
mod server;
#[cfg(test)]
#[path = "api/simulated.rs"]
mod simulated;
