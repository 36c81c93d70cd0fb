use super::*;
use crate::input::{Action as A, Key};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Size,
    Token,
    Cancel,
    Make,
    Delete,
}

fn form() -> Form<Field> {
    Form::new([
        Part::text(Field::Name, "Name", ""),
        Part::choice(Field::Size, "Size", ["small", "large"], 0),
        Part::secret(Field::Token, "Token").hidden(true),
        Part::back(Field::Cancel, "Cancel"),
        Part::button(Field::Make, "Make"),
        Part::button(Field::Delete, "Delete"),
    ])
}

/// The focused part after each of these actions.
fn after(form: &mut Form<Field>, actions: &[Action]) -> Vec<Field> {
    let go = |action: &Action| {
        form.act(*action);
        form.focused().unwrap()
    };
    actions.iter().map(go).collect()
}

#[test]
fn tab_cycles_through_the_visible_parts() {
    let mut form = form();
    let all = after(&mut form, &[A::NextField; 5]);
    assert_eq!(all, [Field::Size, Field::Cancel, Field::Make, Field::Delete, Field::Name]);
    assert_eq!(after(&mut form, &[A::PreviousField; 2]), [Field::Delete, Field::Make]);
    form.show(Field::Token, true);
    assert_eq!(after(&mut form, &[A::PreviousField; 2]), [Field::Cancel, Field::Token]);
    // The focus leaves a hidden part.
    form.show(Field::Token, false);
    assert_eq!(form.focused(), Some(Field::Cancel));
}

#[test]
fn enter_skips_cancel_and_repeated_enter_does_not_reach_another_button() {
    let mut form = form();
    assert_eq!(form.act(A::Accept), Outcome::Moved);
    assert_eq!(form.act(A::Accept), Outcome::Moved);
    assert!(form.is_on(Field::Make), "the button that does something");
    assert_eq!(form.act(A::Accept), Outcome::Pressed(Field::Make));
    assert!(form.is_on(Field::Make), "another Enter does not move to Delete");
    form.act(A::NextField);
    assert_eq!(form.act(A::Toggle), Outcome::Pressed(Field::Delete));
    form.focus(Field::Cancel);
    assert_eq!(form.act(A::Accept), Outcome::Back);
    assert_eq!(form.act(A::Submit), Outcome::Submit);
}

#[test]
fn enter_activates_a_field_that_handles_it() {
    let mut form = Form::new([
        Part::text(Field::Name, "Name", "").pressed_by_enter(),
        Part::button(Field::Delete, "Delete"),
    ]);
    assert_eq!(form.act(A::Accept), Outcome::Pressed(Field::Name));
    // Without a button there is nothing to move to.
    let mut form = Form::new([Part::text(Field::Name, "", "")]);
    assert_eq!(form.act(A::Accept), Outcome::Submit);
}

#[test]
fn a_rejected_part_keeps_focus_and_reason_until_edited() {
    let mut form = form();
    let error = |form: &Form<Field>, field| form.find(field).and_then(|(_, p)| p.error.clone());
    form.focus(Field::Make);
    form.refuse(Field::Name, "a name is needed");
    assert!(form.is_on(Field::Name));
    form.act(A::NextField);
    form.edited();
    assert!(error(&form, Field::Name).is_some(), "another part was edited");
    form.focus(Field::Name);
    form.field_mut().unwrap().key(Key::char('x'));
    form.edited();
    assert_eq!(error(&form, Field::Name), None);
    assert_eq!(form.text(Field::Name), "x");
}

#[test]
fn options_and_suggestions_wrap_around() {
    let mut form = Form::new([
        Part::choice(Field::Size, "Size", ["small", "large"], 0),
        Part::text(Field::Name, "Name", "b").proposing(|text, forward| match (text, forward) {
            ("b", true) => "c",
            _ => "a",
        }),
    ]);
    assert_eq!(form.act(A::NextChoice), Outcome::Changed(Field::Size));
    assert_eq!(form.chosen(Field::Size), 1);
    assert_eq!(form.act(A::Toggle), Outcome::Changed(Field::Size));
    assert_eq!(form.chosen(Field::Size), 0);
    form.act(A::PreviousChoice);
    assert_eq!(form.chosen(Field::Size), 1);
    form.act(A::Down);
    assert!(form.is_on(Field::Name), "up and down move on where there are no proposals");
    form.act(A::Down);
    assert_eq!(form.text(Field::Name), "c");
    form.act(A::Up);
    assert_eq!(form.text(Field::Name), "a");
}

#[test]
fn a_click_focuses_a_part_and_presses_only_buttons() {
    let mut form = form();
    assert!(!form.click(1), "a click on a choice's label changes nothing");
    assert!(form.is_on(Field::Size));
    form.choose(1, 1);
    assert_eq!(form.chosen(Field::Size), 1);
    assert!(form.click(4));
    assert!(form.is_on(Field::Make));
    assert!(!form.click(99), "no such part");
}

#[test]
fn typing_affects_only_fields() {
    let mut form = form();
    assert!(form.is_typing() && form.secret_mut().is_none());
    form.act(A::NextField);
    assert!(!form.is_typing() && form.field_mut().is_none());
    form.focus(Field::Token);
    assert!(form.is_typing() && form.secret_mut().is_some());
}
