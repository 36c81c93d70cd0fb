//! Plans that are wrong, or that do not fit the tokens.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use crate::world::World;

/// Runs with this plan; nothing may be sent.
fn refused(world: &mut World, plan: &str) -> (Option<i32>, String) {
    fs::write(world.path("plan.toml"), plan).unwrap();
    let ran = world.rotate();
    assert_eq!(world.proxy.changes().len(), 0, "{plan}: {}", ran.said);
    (ran.status, ran.said)
}

#[test]
fn a_plan_that_is_wrong_changes_nothing() {
    let mut world = World::new("");
    for (plan, words) in [
        ("", "there is no [[rotate]] rule"),
        ("[[rotate]\n", "line 1"),
        ("[[rotate]]\ntokens = 'ci-*'\n", "missing field `deliver`"),
        ("[[rotate]]\ntokens = 'ci-*'\ndeliver = ['./x']\n", "relative path"),
        (
            "[[rotate]]\ntokens = 'ci-*'\ndeliver = ['cat']\n",
            "would deliver both to the same place: add {name}",
        ),
        (
            "[[rotate]]\ntokens = 'ci-*'\ndeliver = ['cat', '{name}']\n\
             [[rotate]]\ntokens = '*-b'\ndeliver = ['cat', '{name}']\n",
            "the rules on lines 1 and 4 both fit ci-b",
        ),
    ] {
        let (status, said) = refused(&mut world, plan);
        assert_eq!(status, Some(2), "{plan}: {said}");
        assert!(said.contains(words), "{plan}: {said}");
    }
}

#[test]
fn a_plan_that_cannot_be_read_is_an_error() {
    let mut world = World::new("");
    let plan = world.path("plan.toml");
    fs::remove_file(&plan).unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(2), "{}", ran.said);
    assert!(ran.said.contains("there is no rotation plan"), "{}", ran.said);
    symlink(world.path("nowhere"), &plan).unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(2), "{}", ran.said);
    assert!(ran.said.contains("link to something that does not exist"), "{}", ran.said);
    fs::remove_file(&plan).unwrap();
    world.plan("");
    fs::set_permissions(&plan, fs::Permissions::from_mode(0o664)).unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(2), "{}", ran.said);
    assert!(ran.said.contains("others can write it"), "{}", ran.said);
    fs::remove_file(&plan).unwrap();
    fs::create_dir(&plan).unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(2), "{}", ran.said);
    assert_eq!(world.proxy.changes().len(), 0);
}

#[test]
fn a_rule_that_fits_no_token_is_named() {
    let mut world = World::new("");
    let (status, said) =
        refused(&mut world, "[[rotate]]\ntokens = 'c1-*'\ndeliver = ['cat', '{name}']\n");
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains("the rule on line 1 fits no token: c1-*"), "{said}");
}

#[test]
fn a_program_that_is_missing_is_noticed_before_anything_is_sent() {
    let mut world = World::new("");
    for key in ["deliver", "prove", "probe"] {
        let deliver = if key == "deliver" { "no-such-program" } else { "cat" };
        let more =
            if key == "deliver" { String::new() } else { format!("{key} = ['no-such-program']") };
        let plan =
            format!("[[rotate]]\ntokens = 'ci-*'\ndeliver = ['{deliver}', '{{name}}']\n{more}\n");
        let (status, said) = refused(&mut world, &plan);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains("`no-such-program` was not found"), "{said}");
    }
}

#[test]
fn a_dry_run_shows_what_would_happen_and_changes_nothing() {
    let mut world = World::new(crate::AFTER_PROOF);
    let ran = world.run("home", &["rotate", "--dry-run"]);
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    for words in ["ci-a", "ci-b", "due", "regenerate, deliver to", "delete the old token"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert_eq!(world.proxy.changes().len(), 0);
    world.rotate();
    let ran = world.run("home", &["rotate", "--dry-run"]);
    assert!(ran.said.contains("nothing is due"), "{}{}", ran.said, ran.out);
}

/// The demo's secrets are worth nothing, and the plan's stores are real.
#[test]
fn the_demo_delivers_nothing() {
    let mut world = World::new("");
    let plan = std::fs::read_to_string(world.path("plan.toml")).unwrap();
    fs::write(world.path("plan.toml"), plan.replace("'ci-*'", "'cdn-logpush'")).unwrap();
    let ran = world.run("home", &["rotate", "--demo"]);
    assert_eq!(ran.status, Some(4), "{}", ran.said);
    assert!(!world.path("store").join("cdn-logpush").exists());
    let ran = world.run("home", &["rotate", "--demo", "--dry-run"]);
    assert!(ran.out.contains("cdn-logpush"), "{}{}", ran.said, ran.out);
}

#[test]
fn a_token_can_be_rotated_before_it_is_due() {
    let mut world = World::new("");
    let ran = world.run("home", &["rotate", "ci-a"]);
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    assert_eq!(world.proxy.changes().len(), 1, "the other one stays");
    let id = world.proxy.id_of(&world.stored("ci-a")).unwrap();
    let ran = world.run("home", &["rotate", &id]);
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    assert_ne!(world.proxy.id_of(&world.stored("ci-a")).unwrap(), id);
    assert_eq!(world.proxy.checked().1, Vec::<String>::new());
}
