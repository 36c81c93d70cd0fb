//! Faults other than kills: the store, the server, the list, the journal, another machine.

use std::{fs, sync::Arc};

use crate::{
    Figures,
    proxy::{Act, Request},
    world::{DUE, Ran, World, is_kept},
};

/// A fault of a program: the program, what it does, the exit status, and what the run says.
type ProgramFault = (&'static str, &'static str, i32, &'static str);

const PROGRAMS: &[ProgramFault] = &[
    ("deliver", "refuse", 1, "failed with exit 3: permission denied"),
    ("deliver", "unread", 1, "did not read the secret"),
    ("deliver", "lie", 1, "another token that works: the old one"),
    // A newline that the store keeps cannot be told from one that its program prints.
    ("deliver", "newline", 0, "proven"),
    ("prove", "fail", 1, "failed with status 2: sealed"),
    ("prove", "other", 1, "something else than the new secret"),
    ("prove", "token", 1, "another token, which the server refuses"),
    ("prove", "nothing", 1, "prove prints nothing"),
    ("prove", "spaces", 1, "white space around it"),
    ("prove", "newline", 0, "proven"),
    ("prove", "crlf", 0, "proven"),
    ("prove", "binary", 1, "not text"),
    ("prove", "long", 1, "more than 64 KiB"),
    ("probe", "fail", 1, "failed with status 3"),
];

/// Each program in each way: what failed is said with the way out, the other token waits, the old
/// token stays, and the next run goes on.
#[test]
fn a_program_that_fails_stops_its_rule_and_loses_nothing() {
    let mut figures = Figures::default();
    for (program, fault, status, words) in PROGRAMS {
        let mut world = World::new(crate::AFTER_PROOF);
        world.fault(program, fault);
        let ran = world.rotate();
        let case = format!("{program} {fault}");
        assert!(world.has_failed(program), "{case}");
        assert_eq!(ran.status, Some(*status), "{case}: {}", ran.said);
        assert!(ran.said.contains(words), "{case}: {}", ran.said);
        if *status != 0 {
            assert!(ran.said.contains("run `axtok rotate` again"), "{case}: {}", ran.said);
            assert!(ran.out.contains("ci-b  not started"), "{case}: {}", ran.out);
            assert_eq!(world.proxy.changes().len(), 1, "{case}: nothing was deleted");
            let works = crate::proxy::works(&world.server.url, &world.stored("ci-a"));
            assert!(works, "{case}");
        }
        figures.finish(world, &case);
    }
    figures.print("programs");
}

/// A program that hangs is ended, and what it may have done is found out by the next run.
#[test]
fn a_program_that_hangs_is_ended() {
    let mut figures = Figures::default();
    for program in ["deliver", "prove", "probe"] {
        let mut world = World::new("timeout = 1");
        world.fault(program, "hang");
        let ran = world.rotate();
        assert!(world.has_failed(program));
        assert_eq!(ran.status, Some(1), "{program}: {}", ran.said);
        assert!(ran.said.contains("still running after 1 s"), "{program}: {}", ran.said);
        figures.finish(world, program);
    }
    figures.print("hanging programs");
}

/// A complete rotation whose store cannot be read for a while is stuck, and then is not any more.
#[test]
fn a_store_that_comes_back_ends_what_it_began() {
    let mut world = World::new("");
    assert_eq!(world.rotate().status, Some(0));
    world.fault("prove", "fail");
    assert_eq!(world.rotate().status, Some(1));
    let states = |world: &mut World| {
        let ran = world.run("home", &["rotate", "--dry-run", "--json"]);
        let rows: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let states = rows.as_array().unwrap().iter();
        states.map(|row| row["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(&mut world), ["stuck", "proven"]);
    assert_eq!(world.rotate().status, Some(0));
    assert_eq!(states(&mut world), ["proven", "proven"]);
}

/// A rotation whose rule is gone can be given up.
#[test]
fn a_rotation_that_no_rule_fits_any_more_can_be_given_up() {
    let mut world = World::new("");
    world.fault("prove", "other");
    assert_eq!(world.rotate().status, Some(1));
    let plan = std::fs::read_to_string(world.path("plan.toml")).unwrap();
    std::fs::write(world.path("plan.toml"), plan.replace("'ci-*'", "'ci-b'")).unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(1), "{}", ran.said);
    let (_, rest) = ran.said.split_once("give it up: `axtok journal close ").unwrap();
    let (entry, _) = rest.split_once('`').unwrap();
    let closed = world.run("home", &["journal", "close", entry, "--reason", "stored by hand"]);
    assert_eq!(closed.status, Some(0), "{}", closed.said);
    assert_eq!(world.rotate().status, Some(0));
}

/// A secret that the store did not take is kept, and delivered by the next run.
#[test]
fn a_refused_secret_is_kept_until_it_is_proven() {
    for (program, fault) in [("deliver", "refuse"), ("deliver", "lie"), ("prove", "other")] {
        let mut world = World::new("");
        world.fault(program, fault);
        let ran = world.rotate();
        assert!(is_kept(&world, "home"), "{fault}: {}", ran.said);
        assert!(ran.said.contains("undelivered/"), "{fault}: {}", ran.said);
        let ran = world.rotate();
        assert_eq!(ran.status, Some(0), "{fault}: {}", ran.said);
        assert!(!is_kept(&world, "home"), "{fault}");
        let made = world.proxy.changes();
        assert_eq!(made.len(), DUE.len(), "{fault}: one request for each token: {made:?}");
    }
}

fn is_regenerate(request: &Request) -> bool {
    request.method == "POST" && request.path.ends_with("/regenerate")
}

fn is_list(request: &Request) -> bool {
    request.method == "GET" && request.path.starts_with("/v2/tokens")
}

/// The server's faults: where, how often, the exit status, and what the run says.
#[test]
fn a_server_that_fails_loses_nothing() {
    let mut figures = Figures::default();
    let mut case = |name: &str,
                    times: usize,
                    act: Act,
                    fits: fn(&Request, &str) -> bool,
                    status: i32,
                    words: &str| {
        let mut world = World::new(crate::AFTER_PROOF);
        let admin = world.server.token.clone();
        world.proxy.fault(times, act, move |request| fits(request, &admin));
        let ran = world.rotate();
        assert!(world.proxy.clear(), "{name}: it happened: {}", ran.said);
        assert_eq!(ran.status, Some(status), "{name}: {}", ran.said);
        assert!(ran.said.contains(words), "{name}: {}", ran.said);
        figures.finish(world, name);
    };
    let regenerates = |r: &Request, _: &str| is_regenerate(r);
    let uses = |r: &Request, admin: &str| r.path.starts_with("/v2/datasets") && r.token != admin;
    let deletes = |r: &Request, _: &str| r.method == "DELETE";
    case("lost answer", 1, Act::Lose, regenerates, 0, "is lost: it gets another");
    case("refused", 1, Act::Status(403), regenerates, 4, "403");
    case("limited", 1, Act::Status(429), regenerates, 7, "429");
    case("failed", 1, Act::Status(500), regenerates, 6, "500");
    case("broken connection", 1, Act::Drop, regenerates, 6, "axtok journal close");
    case("use refused once", 1, Act::Status(401), uses, 0, "proven");
    case("use failed", 1, Act::Status(500), uses, 1, "could not be used");
    case("delete failed", 1, Act::Status(403), deletes, 1, "stuck at end-old");
    case("delete lost", 1, Act::Lose, deletes, 0, "was deleted");
    figures.print("server");
}

/// A token whose secret was lost on the way is no sign of another machine while it still works.
#[test]
fn a_lost_answer_is_no_other_machine() {
    let mut world = World::new("");
    world.proxy.fault(1, Act::Lose, is_regenerate);
    let ran = world.rotate();
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    assert!(!ran.said.contains("appeared"), "{}", ran.said);
    let mut figures = Figures::default();
    figures.finish(world, "lost answer");
    figures.print("lost answer");
}

/// A token that was regenerated by hand meanwhile is not taken for the result of a lost request.
#[test]
fn a_token_made_by_hand_is_left_alone() {
    let mut world = World::new("");
    world.proxy.fault(1, Act::Drop, is_regenerate);
    assert_eq!(world.rotate().status, Some(6));
    let (old, file) = (world.old[0].clone(), world.path("by-hand"));
    let file = file.to_str().unwrap();
    let ran = world.run("home", &["tokens", "regenerate", &old, "--secret-file", file]);
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    let secret = std::fs::read_to_string(file).unwrap();
    let id = world.proxy.id_of(secret.trim_end()).unwrap();
    world.rotate();
    let again = format!("POST /v2/tokens/{id}/regenerate");
    assert!(!world.proxy.changes().contains(&again), "{:?}", world.proxy.changes());
}

/// Somebody else deletes the old token first.
#[test]
fn an_old_token_that_is_gone_already_is_ended() {
    let mut world = World::new(crate::AFTER_PROOF);
    let [_, (_, token), (_, org)] = world.server.env();
    let first = format!(
        "DELETE /v2/tokens/{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         X-Axiom-Org-Id: {org}\r\nConnection: close\r\n\r\n",
        world.old[0]
    );
    let address = world.server.url.strip_prefix("http://").unwrap().to_owned();
    let run = move || drop(crate::proxy::exchange(&address, first.as_bytes()));
    world.proxy.fault(1, Act::Run(Arc::new(run)), |request| request.method == "DELETE");
    let ran = world.rotate();
    assert!(world.proxy.clear(), "it happened");
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    let mut figures = Figures::default();
    figures.finish(world, "gone");
    figures.print("gone");
}

/// A list that cannot be read before the run changes nothing.
#[test]
fn without_a_list_nothing_is_sent() {
    let mut world = World::new("");
    world.proxy.fault(9, Act::Status(403), is_list);
    let ran = world.rotate();
    assert_eq!(ran.status, Some(4), "{}", ran.said);
    assert_eq!(world.proxy.changes().len(), 0);
}

/// The server may hide the old token, and show the new one late.
#[test]
fn a_list_without_the_old_or_the_new_token_changes_nothing() {
    let mut figures = Figures::default();
    for more in ["", crate::AFTER_PROOF] {
        let mut world = World::new(more);
        // From the moment at which there is a new token, the old one is not listed.
        let old = world.old[0].clone();
        let proxy = world.proxy.clone();
        world.proxy.fault(99, Act::Hide(old.clone()), move |request| {
            is_list(request) && proxy.changes().iter().any(|change| change.contains(&old))
        });
        let ran = world.rotate();
        assert_eq!(ran.status, Some(0), "{}", ran.said);
        let ran = world.rotate();
        assert_eq!(ran.status, Some(0), "{}", ran.said);
        if more == crate::AFTER_PROOF {
            let gone = format!("DELETE /v2/tokens/{}", world.old[0]);
            assert!(world.proxy.changes().contains(&gone), "it is deleted although not listed");
        }
        world.proxy.clear();
        figures.finish(world, &format!("old hidden {more}"));
    }
    // The program dies, and the next run's list lacks the new token at first.
    let mut world = World::new("");
    world.proxy.fault(1, Act::KillAfter(rustix::process::Signal::KILL), is_regenerate);
    world.rotate();
    let list = world.request("GET", "/v2/tokens", "");
    let mut ids = list.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned());
    let new = ids.rfind(|id| !world.old.contains(id)).unwrap();
    world.proxy.fault(3, Act::Hide(new), is_list);
    let ran = world.rotate();
    assert_eq!(ran.status, Some(6), "{}", ran.said);
    assert!(ran.said.contains("no new token is listed"), "{}", ran.said);
    world.proxy.clear();
    figures.finish(world, "new late");
    figures.print("lists");
}

/// The journal is lost while the secret is delivered: the run itself ends well, the next one says
/// that it knows nothing about the pair, and a rotation of the new token puts that right.
#[test]
fn a_lost_journal_is_noticed() {
    let mut world = World::new("");
    let journal = world.journal("home");
    world.fault("deliver", &format!("journal {}", journal.display()));
    let ran = world.rotate();
    assert!(world.has_failed("deliver"));
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    let ran = world.rotate();
    assert_eq!(ran.status, Some(1), "{}", ran.said);
    let new = world.proxy.id_of(&world.stored("ci-a")).unwrap();
    assert!(ran.said.contains(&format!("`axtok rotate {new}`")), "{}", ran.said);
    let ran = world.run("home", &["rotate", &new]);
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    assert_ne!(world.proxy.id_of(&world.stored("ci-a")).unwrap(), new);
    assert!(world.orphans().is_empty(), "{:?}", world.orphans());
    assert_eq!(world.proxy.checked().1, Vec::<String>::new());
}

/// Without a journal nothing can be continued, so nothing is begun.
#[test]
fn without_a_journal_nothing_is_sent() {
    let mut world = World::new("");
    fs::create_dir_all(world.journal("home")).unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(1), "{}", ran.said);
    assert_eq!(world.proxy.changes().len(), 0, "{}", ran.said);
}

/// A kill after the answer and before the delivery began, which leaves only the answer's mark.
#[test]
fn a_secret_that_was_lost_before_its_delivery_is_replaced() {
    let mut world = World::new("");
    world.fault("deliver", "kill KILL");
    world.rotate();
    let file = world.journal("home");
    let text = fs::read_to_string(&file).unwrap();
    let kept: String =
        text.lines().filter(|l| !l.contains("delivering")).map(|l| format!("{l}\n")).collect();
    assert_ne!(kept, text, "the mark was there");
    fs::write(file, kept).unwrap();
    let ran = world.rotate();
    assert!(ran.said.contains("is lost: it gets another"), "{}", ran.said);
    let mut figures = Figures::default();
    figures.finish(world, "before the delivery");
    figures.print("lost");
}

/// A program to run on another machine, from any thread.
fn other_machine(world: &World) -> impl Fn() -> Ran + Send + Sync + 'static {
    let home = world.path("other");
    let plan = world.path("plan.toml");
    let url = world.proxy.url.clone();
    let [_, (_, token), (_, org)] = world.server.env();
    let (token, org) = (token.to_owned(), org.to_owned());
    move || {
        fs::create_dir_all(&home).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_axtok"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &home)
            .env("AXIOM_URL", &url)
            .env("AXIOM_TOKEN", &token)
            .env("AXIOM_ORG_ID", &org)
            .args(["rotate", "--look-for", "0", "--plan"])
            .arg(&plan)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { status: output.status.code(), said: text(output.stderr), out: text(output.stdout) }
    }
}

/// Two machines rotate the same tokens: the second one runs from start to end while the first one's
/// request is on its way, or while its delivery is. The store works at every moment, and a machine
/// says that there is one token too many.
#[test]
fn two_machines_at_once_are_noticed() {
    let is_use = |request: &Request, admin: &str| {
        request.path.starts_with("/v2/datasets") && request.token != admin
    };
    for at in ["request", "use"] {
        let mut world = World::new("");
        let other = other_machine(&world);
        let said = Arc::new(std::sync::Mutex::new(String::new()));
        let keep = Arc::clone(&said);
        let run = move || {
            let ran = other();
            keep.lock().unwrap().extend([ran.said, ran.out]);
        };
        let admin = world.server.token.clone();
        world.proxy.fault(1, Act::Run(Arc::new(run)), move |request| {
            if at == "request" { is_regenerate(request) } else { is_use(request, &admin) }
        });
        let ran = world.rotate();
        assert!(world.proxy.clear(), "{at}");
        world.said.push_str(&said.lock().unwrap());
        let both = format!("{}\n{}", ran.said, said.lock().unwrap());
        if at == "request" {
            assert_eq!(ran.status, Some(1), "{both}");
            assert!(ran.said.contains("another token with this name appeared"), "{both}");
        }
        // Each machine's next run says which of its tokens the store does not have.
        let next = world.rotate();
        let other = world.run("other", &["rotate", "--look-for", "0"]);
        assert!(world.orphans().is_empty(), "{at}: {:?} in {}", world.orphans(), world.said);
        assert!(
            next.status == Some(1) || other.status == Some(1),
            "{at}: {}\n{}",
            next.said,
            other.said
        );
        let (checks, wrong) = world.proxy.checked();
        assert_eq!(wrong, Vec::<String>::new());
        assert!(checks > 0);
    }
}

/// Only one run at a time on one machine.
#[test]
fn a_second_run_on_the_same_machine_waits_for_nothing() {
    let mut world = World::new("");
    let lock = world.journal("home").with_file_name("rotation.lock");
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    let file = fs::File::create(&lock).unwrap();
    file.lock().unwrap();
    let ran = world.rotate();
    assert_eq!(ran.status, Some(1), "{}", ran.said);
    assert!(ran.said.contains("another rotation is running"), "{}", ran.said);
    assert_eq!(world.proxy.changes().len(), 0);
    drop(file);
    assert_eq!(world.rotate().status, Some(0));
}

/// The old token ends during the run, as when the grace period is over: the new one still arrives.
#[test]
fn a_run_goes_on_when_the_old_token_ends_meanwhile() {
    let mut world = World::new("");
    let old = world.old[0].clone();
    let server = world.server.url.clone();
    let secret = world.stored("ci-a");
    // The old token ends while the new secret is being used, so the store has the new one.
    let admin = world.server.token.clone();
    let [_, (_, token), (_, org)] = world.server.env();
    let end = format!(
        "DELETE /v2/tokens/{old} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         X-Axiom-Org-Id: {org}\r\nConnection: close\r\n\r\n"
    );
    let address = server.strip_prefix("http://").unwrap().to_owned();
    let run = move || drop(crate::proxy::exchange(&address, end.as_bytes()));
    world.proxy.fault(1, Act::Run(Arc::new(run)), move |request| {
        request.path.starts_with("/v2/datasets") && request.token != admin
    });
    let ran = world.rotate();
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    assert!(!crate::proxy::works(&server, &secret), "the old token has ended");
    assert!(crate::proxy::works(&server, &world.stored("ci-a")));
    assert_eq!(world.proxy.checked().1, Vec::<String>::new());
    assert_eq!(world.rotate().status, Some(0));
}
