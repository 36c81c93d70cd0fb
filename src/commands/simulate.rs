//! `axtok simulate`: runs the embedded simulator for other clients.

use std::{fmt::Display, io, net::SocketAddr, path::Path, process::ExitCode};

use tokio::signal::unix::{SignalKind, signal};

use super::{CommandResult, ExitError, print_harmless};
use crate::{
    disk,
    simulator::{Scenario, Simulator},
};

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// When the scenario is invalid, or the address cannot be used.
pub async fn run(listen: SocketAddr, scenario: Option<&Path>) -> CommandResult {
    let scenario = match scenario {
        None => Scenario::demo(),
        Some(file) => {
            let refused = |why: &dyn Display| ExitError::usage(format!("{} {why}", file.display()));
            let bytes = disk::read_or_receive(file, disk::BY_HAND).map_err(|e| refused(&e))?;
            let bytes = bytes.ok_or_else(|| refused(&"does not exist"))?;
            let text = disk::text(bytes).map_err(|e| refused(&e))?;
            Scenario::parse(&text)
                .map_err(|e| ExitError::usage(format!("{}: {e}", file.display())))?
        }
    };
    let simulator = Simulator::start(scenario, listen).await.map_err(ExitError::usage)?;
    print_harmless(&format!(
        "AXIOM_URL={}\nAXIOM_TOKEN={}\nAXIOM_ORG_ID={}\nAXIOM_API_TOKEN={}\n",
        simulator.url(),
        simulator.personal_token(),
        simulator.org_id(),
        simulator.api_token(),
    ))?;
    let failed = |e: io::Error| ExitError::new(1, format!("signals: {}", e.kind()));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}
