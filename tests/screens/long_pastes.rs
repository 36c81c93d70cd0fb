//! Huge accidental pastes: a field takes up to its limit, quickly, and says how much was left out.

use axtok::{
    app::{Msg, field, update},
    input::Key,
};

use crate::{
    app::App,
    tour::{Organisation, PLACES},
};

/// The focused field.
fn focused(app: &mut App) -> Option<&mut field::Field> {
    app.model.stack.top_mut().field_mut()
}

fn takes_a_secret(app: &mut App) -> bool {
    app.model.stack.top_mut().secret_mut().is_some()
}

#[test]
fn every_field_cuts_a_long_paste_at_its_limit_and_says_so() {
    let megabyte = "wörd ".repeat(1 << 18);
    let mut fields = 0;
    for place in PLACES {
        let mut app = place.visit(Organisation::Demo);
        let secret = takes_a_secret(&mut app);
        if focused(&mut app).is_none() && !secret {
            continue;
        }
        fields += 1;
        app.msg(Msg::Paste(megabyte.clone()));
        if secret {
            app.see("too long for a token");
            continue;
        }
        app.see("The limit is 4096 characters: ").see(" were left out");
        let text = focused(&mut app).unwrap().text().to_owned();
        assert_eq!(text.chars().count(), field::MOST, "{}", place.name);
        // One more letter is reported as well, and the text can be deleted.
        app.types("x").see("the last one was left out");
        assert_eq!(focused(&mut app).unwrap().text(), text, "{}", place.name);
        app.press("Ctrl-u");
        assert_eq!(focused(&mut app).unwrap().text(), "", "{}", place.name);
    }
    assert!(fields > 20, "{fields} fields");
}

/// A terminal without bracketed paste sends a paste letter by letter.
#[test]
fn a_paste_sent_as_keys_stops_at_the_limit() {
    for open in ["/", "? /", ":", "d", "g o", "n", "j c Tab Enter /"] {
        let mut app = App::ready(80, 24);
        app.keys(open);
        for c in std::iter::repeat_n(['g', 'r', 'a', 'n', 't', ' '], 4_000).flatten() {
            update(&mut app.model, Msg::Key(Key::char(c)));
        }
        app.draw();
        app.see("The limit is 4096 characters");
        let field = focused(&mut app).unwrap();
        assert_eq!(field.text().chars().count(), field::MOST, "{open}");
    }
}

#[test]
fn a_secret_that_is_too_long_is_never_compared() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s").keys("Enter").later(600);
    let held = app.model.shared.secrets.shown().next().unwrap();
    let secret = held.secret.expose().to_owned();
    app.press("v").msg(Msg::Paste(secret.clone() + &" ".repeat(600) + "x"));
    app.see("too long for a token").press("Enter").see("too long for a token");
    app.see("Check the stored secret").msg(Msg::Paste(secret)).press("Enter").see("It matches");
}
