//! The program's version, and the commit that it was built from.

/// The version, such as `0.1.0`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version with the commit, such as `0.1.0 (commit 0a1b2c3d4e5f)`.
pub const WITH_COMMIT: &str = env!("AXTOK_LONG_VERSION");

/// The first digits of the commit; `None` if the build did not know it.
pub const COMMIT: Option<&str> = {
    let commit = env!("AXTOK_COMMIT");
    if commit.is_empty() { None } else { Some(commit) }
};
