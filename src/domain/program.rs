//! Programs that a file of the user names, such as a rotation plan.

use super::{SafeText, pasted::covered_wholly};

/// Checks a program and its arguments: a full path, one that begins with `~/`, or a name that is
/// found in `PATH`.
///
/// # Errors
/// Says what to write instead.
pub fn check(args: &[String]) -> Result<(), String> {
    let Some(program) = args.first().filter(|program| !program.trim().is_empty()) else {
        return Err("write a program and its arguments, such as [\"pass\", \"show\"]".into());
    };
    // It would be another program in every working directory.
    if program.contains('/') && !program.starts_with('/') && !program.starts_with("~/") {
        return Err(format!(
            "{} is a relative path: give its full path, or one that starts with ~/",
            SafeText::from(covered_wholly(program))
        ));
    }
    Ok(())
}
