//! Pastes that nobody meant: a field takes what it has room for, quickly, and says
//! that there was more.

use axtok::{
    app::{Msg, field, update},
    input::Key,
};

use crate::{
    app::App,
    tour::{Organisation, PLACES},
};

/// The field that has the keys.
fn focused(app: &mut App) -> Option<&mut field::Field> {
    app.model.stack.top_mut().field_mut()
}

fn takes_a_secret(app: &mut App) -> bool {
    app.model.stack.top_mut().secret_mut().is_some()
}

#[test]
fn every_field_takes_what_it_has_room_for_and_says_so() {
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
        // One letter more is said as well, and what is there can be deleted.
        app.types("x").see("the last one was left out");
        assert_eq!(focused(&mut app).unwrap().text(), text, "{}", place.name);
        app.press("Ctrl-u");
        assert_eq!(focused(&mut app).unwrap().text(), "", "{}", place.name);
    }
    assert!(fields > 20, "{fields} fields");
}

/// As a terminal without bracketed paste sends it: letter by letter.
#[test]
fn what_is_pasted_as_keys_ends_where_the_field_does() {
    for open in ["/", "? /", ":", "d", "g o", "n", "c Tab Tab Tab Tab Enter /"] {
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
fn a_secret_that_is_too_long_is_never_compared_or_sent() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Tab Tab Tab j Space Ctrl-s").keys("Enter").later(600);
    let held = app.model.shared.secrets.shown().next().unwrap();
    let secret = held.secret.expose().to_owned();
    app.press("v").msg(Msg::Paste(secret.clone() + &" ".repeat(600) + "x"));
    app.see("too long for a token").press("Enter").see("too long for a token");
    app.see("Check the stored secret").msg(Msg::Paste(secret)).press("Enter").see("It matches");
}
