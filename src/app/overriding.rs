//! The reason for sending a token that breaks the organisation's rules. A dialog that sends one
//! asks for it in a field of its own; without a reason it sends nothing.

use super::form::{Form, Part};
use crate::domain::{
    policy::Override,
    review::{Finding, accepted},
};

/// Width of the field, in columns.
const WIDTH: u16 = 50;

/// The field for the reason. It is hidden until something is to be overridden.
pub fn part<P: Copy + PartialEq>(name: P) -> Part<P> {
    Part::text(name, "Reason", "").wide(WIDTH).hidden(true)
}

/// What is overridden, if there are objections. `Err` if the reason is missing or invalid; its
/// field then says so.
pub fn given<P: Copy + PartialEq>(
    form: &mut Form<P>,
    name: P,
    objections: &[Finding],
) -> Result<Option<Override>, ()> {
    if objections.is_empty() {
        return Ok(None);
    }
    match accepted::reason(form.text(name)) {
        Ok(reason) => Ok(Override::of(objections, &reason)),
        Err(_) if form.text(name).trim().is_empty() => {
            form.refuse(name, "Enter why the policy does not count here: the history keeps it.");
            Err(())
        }
        Err(why) => {
            form.refuse(name, why);
            Err(())
        }
    }
}
