//! The window's title: "axtok", plus the deployment's name if that has only plain characters.
//! Never anything from a server.

use crate::app::Model;

/// The longest name that is shown, in bytes.
const LONGEST: usize = 40;

/// The title for the current deployment.
#[must_use]
pub fn text(model: &Model) -> String {
    let name = model.shared.session.deployment.raw();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let fits = !name.is_empty() && name.len() <= LONGEST && name.chars().all(is_plain);
    if fits { format!("axtok: {name}") } else { "axtok".to_owned() }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{domain::session::Session, input::Keymap};

    #[test]
    fn the_title_contains_only_plain_deployment_names() {
        let keymap = Keymap::built_in().unwrap();
        let mut model = Model::new(Session::none(), keymap, Timestamp::UNIX_EPOCH);
        for (name, title) in [
            ("acme-prod_1.eu", "axtok: acme-prod_1.eu"),
            ("", "axtok"),
            ("two words", "axtok"),
            ("a\x1b]0;x\x07", "axtok"),
            ("\u{202e}dorp", "axtok"),
            (&"x".repeat(41), "axtok"),
        ] {
            model.shared.session.deployment = name.into();
            assert_eq!(text(&model), title);
        }
    }
}
