//! What the commands print, run against the simulator.

use std::{fs, path::Path, sync::LazyLock};

use serde_json::{Value, json};

use crate::{
    logged::{Answer, Logged, deeds},
    published,
    script::{ACME, Ran, Script},
    validator, wrong,
};

/// An output of a command, and the name of the schema that describes it.
struct Output {
    schema: &'static str,
    command: String,
    value: Value,
}

#[derive(Default)]
struct Outputs(Vec<Output>);

impl Outputs {
    fn run(&mut self, schema: &'static str, script: &Script, args: &[&str], status: i32) {
        let ran = script.run(&[args, &["--json"]].concat()).ends(status);
        self.add(schema, args, &ran);
    }

    fn add(&mut self, schema: &'static str, args: &[&str], ran: &Ran) {
        let command = args.join(" ");
        self.0.push(Output { schema, command, value: ran.json() });
    }
}

const EMPTY: &str = "[[org]]\nid = 'empty'\nname = 'Empty'\n";
const CREATE: [&str; 6] =
    ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create", "--look-for=0"];
const REPLACE: [&str; 6] =
    ["tokens", "replace", "id-soon", "--dataset", "prod-web=query:read", "--look-for=0"];

static OUTPUTS: LazyLock<Vec<Output>> = LazyLock::new(|| {
    let mut all = Outputs::default();
    lists(&mut all);
    reviews(&mut all);
    usage(&mut all);
    rotations(&mut all);
    changes(&mut all);
    failed_changes(&mut all);
    dry_runs(&mut all);
    doctor(&mut all);
    failures(&mut all);
    all.0
});

fn demo() -> Script {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.toml");
    Script::serving(&fs::read_to_string(file).unwrap())
}

/// The server lists one token with these members.
fn listing(members: &str) -> Script {
    let token = format!(r#"{{"id":"odd","name":"odd"{members}}}"#);
    Script::with(&format!("[[fault]]\nroute = 'GET /v2/tokens'\nbody = '''[{token}]'''\n"))
}

fn lists(all: &mut Outputs) {
    let (full, empty) = (Script::with(""), Script::serving(EMPTY));
    for script in [&full, &empty, &demo()] {
        all.run("tokens", script, &["tokens", "list"], 0);
        all.run("personal-tokens", script, &["personal", "list"], 0);
        all.run("datasets", script, &["datasets", "list"], 0);
        all.run("orgs", script, &["orgs", "list"], 0);
        all.run("journal", script, &["journal", "list"], 0);
        all.run("history", script, &["history"], 0);
    }
    all.run("tokens", &full, &["tokens", "list", "--expiring-within", "14d"], 1);
    all.run("tokens", &full, &["tokens", "list", "no-such-token"], 0);
    all.run("tokens", &full, &["tokens", "show", "soon", "old"], 0);
    let pair = Script::with("");
    let (file, regenerate) = (pair.path("new"), ["tokens", "regenerate", "soon", "--secret-file"]);
    pair.run(&[&regenerate[..], &[file.to_str().unwrap()]].concat()).ends(0);
    all.run("tokens", &pair, &["tokens", "list", "soon"], 0);
    let unread =
        [r#""soon""#, "1700000000", "12345678901234567890123", "true", "[1]", r#"{"a":1}"#];
    for expiry in unread {
        let script = listing(&format!(r#","expiresAt":{expiry}"#));
        all.run("tokens", &script, &["tokens", "list"], 0);
        all.run("review-findings", &script, &["review"], 0);
    }
    // What a newer server may grant.
    let script = listing(
        r#","orgCapabilities":{"users":["read","manage"],"future":{"a":1}},"edgeCapabilities":[1],
           "datasetCapabilities":{"a":{"query":["read"],"next":["read"]}}"#,
    );
    all.run("tokens", &script, &["tokens", "list"], 0);
    all.run("review-access", &script, &["review", "--can", "read"], 0);
    let api_token = full.server.api_token.clone();
    all.run("orgs", &full.signed_in_with(&api_token), &["orgs", "list"], 0);
}

fn reviews(all: &mut Outputs) {
    let (full, empty) = (Script::with(""), Script::serving(EMPTY));
    for script in [&full, &empty, &demo()] {
        all.run("review-findings", script, &["review"], 0);
        for can in ["anything", "read", "write", "delete", "share", "mint"] {
            all.run("review-access", script, &["review", "--can", can], 0);
        }
        all.run("review-access", script, &["review", "--org", "users"], 0);
    }
    all.run("review-findings", &full, &["review", "--fail-on", "low"], 1);
    all.run("review-access", &full, &["review", "--dataset", "prod-api"], 0);
    let file = full.path(".local/state/axtok/accepted-findings.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let accepted = r#"{"accepted":[{"organisation":"acme","token":"id-old","finding":"expired",
        "at":"2026-01-02T03:04:05Z","reason":"in the safe"}]}"#;
    fs::write(file, accepted).unwrap();
    all.run("review-findings", &full, &["review"], 0);
    let unlisted = Script::with("[[fault]]\nroute = 'GET /v2/datasets'\nstatus = 403\n");
    all.run("review-findings", &unlisted, &["review"], 0);
    all.run("review-access", &unlisted, &["review", "--dataset", "prod-api"], 0);
}

fn rotations(all: &mut Outputs) {
    let script = Script::with("");
    let (plan, store) = (script.path("plan.toml"), script.path("store"));
    let (plan, store) = (plan.to_str().unwrap(), store.to_str().unwrap());
    let write = |prove: &str| {
        let deliver = format!("['sh', '-c', 'cat > \"$1\"', 'sh', '{store}']");
        let rule = format!("[[rotate]]\ntokens = 'soon'\ndeliver = {deliver}\nprove = {prove}\n");
        fs::write(plan, rule).unwrap();
    };
    write("['false']");
    all.run("planned-rotations", &script, &["rotate", "--plan", plan, "--dry-run"], 0);
    all.run("rotations", &script, &["rotate", "--plan", plan], 1);
    all.run("planned-rotations", &script, &["rotate", "--plan", plan, "--dry-run"], 0);
    write(&format!("['cat', '{store}']"));
    all.run("rotations", &script, &["rotate", "--plan", plan], 0);
    all.run("planned-rotations", &script, &["rotate", "--plan", plan, "--dry-run"], 0);
}

fn usage(all: &mut Outputs) {
    let refused = || Answer::refused(403, "");
    let nobody = Answer::ok(&deeds(&[]));
    for asking in [
        Logged::default().serve(),
        Logged { deeds: nobody, users: refused(), ..Logged::default() }.serve(),
    ] {
        for (schema, args) in [
            ("tokens", &["tokens", "list", "--usage", "--json"][..]),
            ("review-findings", &["review", "--usage", "--json"]),
            ("audit", &["audit", "--json"]),
        ] {
            all.add(schema, args, &asking.run(args).ends(0));
        }
    }
    let asking = Logged { deeds: refused(), ..Logged::default() }.serve();
    let args = ["tokens", "list", "--usage", "--json"];
    all.add("error", &args, &asking.run(&args).ends(4));
}

fn changes(all: &mut Outputs) {
    let script = Script::with("");
    let file = script.path("secret-{id}");
    let file = file.to_str().unwrap();
    all.run("result", &script, &CREATE, 0);
    all.run("result", &script, &[&CREATE[..], &["--expires", "never"]].concat(), 0);
    all.run("result", &script, &REPLACE, 0);
    all.run("result", &script, &["personal", "create", "laptop"], 0);
    let several = ["tokens", "regenerate", "id-twin-1", "id-twin-2", "--secret-file", file];
    all.run("results", &script, &several, 0);
    all.run("results", &script, &["tokens", "regenerate", "forever", "--grace=now", "--yes"], 0);
    all.run("results", &script, &["tokens", "delete", "old", "id-forever", "--yes"], 0);
    all.run("results", &script, &["personal", "delete", "laptop", "--yes"], 0);
}

fn failed_changes(all: &mut Outputs) {
    let fault = |route: &str, rest: &str| format!("[[fault]]\nroute = '{route}'\n{rest}\n");
    let with = |route: &str, rest: &str| Script::with(&fault(route, rest));
    for (rest, status) in [
        ("status = 401", 3),
        ("status = 403", 4),
        ("status = 404", 5),
        ("status = 429", 7),
        ("status = 502", 6),
        ("drop = 'after'", 6),
        ("cut = 20", 6),
    ] {
        let script = with("POST /v2/tokens", rest);
        all.run("result", &script, &CREATE, status);
        all.run("journal", &script, &["journal", "list"], 0);
        all.run("history", &script, &["history"], 0);
        all.run("journal-look", &script, &["journal", "look", "--all"], 0);
        let regenerate = with("POST /v2/tokens/{id}/regenerate", rest);
        all.run("result", &regenerate, &REPLACE, status);
        let args = ["tokens", "regenerate", "id-soon", "--look-for=0"];
        all.run("results", &regenerate, &args, status);
        all.run("journal", &regenerate, &["journal", "list"], 0);
        all.run("history", &regenerate, &["history"], 0);
    }
    // The third change is not sent.
    let script = with("DELETE /v2/tokens/{id}", "after = 1\nstatus = 429");
    all.run("results", &script, &["tokens", "delete", "old", "soon", "forever", "--yes"], 1);
    let personal = with("DELETE /v1/tokens/personal/{id}", "status = 500");
    let args = ["personal", "delete", "simulator", "--yes", "--look-for=0"];
    all.run("results", &personal, &args, 6);
    all.run("journal", &personal, &["journal", "list"], 0);
    all.run("history", &personal, &["history"], 0);
    // Differs from the request in every member, with an expiry that cannot be read.
    let secret = r#""token":"xaat-11111111-1111-4111-8111-111111111111""#;
    let made = format!(
        r#"{{"id":"new-1","name":"other","description":"other","expiresAt":"soon",
           "orgCapabilities":{{"users":["read"]}},{secret}}}"#
    );
    let script = with("POST /v2/tokens", &format!("body = '''{made}'''"));
    all.run("result", &script, &CREATE, 0);
    // The secret's destination fails.
    let args = [&CREATE[..], &["--secret-command", "false"]].concat();
    all.run("result", &Script::with(""), &args, 1);
}

fn dry_runs(all: &mut Outputs) {
    let script = Script::with("");
    let mut dry = |schema, args: &[&str]| {
        all.run(schema, &script, &[args, &["--dry-run"]].concat(), 0);
    };
    dry("request", &CREATE);
    dry("request", &REPLACE);
    dry("request", &["personal", "create", "laptop"]);
    dry("requests", &["tokens", "regenerate", "soon", "forever"]);
    dry("requests", &["tokens", "delete", "soon", "forever"]);
    dry("requests", &["personal", "delete", "simulator"]);
}

fn doctor(all: &mut Outputs) {
    let script = Script::with("");
    // Without TERM: a problem.
    all.run("doctor", &script, &["doctor"], 1);
    all.run("doctor", &script, &["doctor", "--offline"], 1);
    let mut command = script.command(&["doctor", "--json"]);
    command.env("TERM", "xterm");
    all.add("doctor", &["doctor with TERM"], &Ran::fed(command, "").ends(0));
}

fn failures(all: &mut Outputs) {
    let script = Script::with("[[fault]]\nroute = 'GET /v2/datasets'\nstatus = 403\n");
    for (args, status) in [
        (&["datasets", "list"][..], 4),
        (&["tokens", "show", "nobody"], 5),
        (&["tokens", "list", "type:"], 2),
        (&["tokens", "list", "--no-such-option"], 2),
        (&["tokens", "create", "x"], 2),
        (&["tokens", "delete", "soon"], 2),
        (&["personal", "delete", "nobody", "--yes"], 5),
        (&["review", "--token", "nobody"], 5),
        (&[&CREATE[..], &["--read-only"]].concat(), 4),
    ] {
        all.run("error", &script, args, status);
    }
    for (status, ends) in [(401, 3), (429, 7), (500, 1)] {
        let script = Script::with(&format!("[[fault]]\nroute = '*'\nstatus = {status}\n"));
        for args in [&["tokens", "list"][..], &["personal", "list"], &["orgs", "list"]] {
            all.run("error", &script, args, ends);
        }
    }
    let nobody = Script::serving(ACME).signed_in_with("");
    all.run("error", &nobody, &["tokens", "list"], 3);
}

#[test]
fn every_output_is_as_described() {
    for Output { schema, command, value } in &*OUTPUTS {
        let wrong = wrong(&validator(schema), value);
        assert!(wrong.is_empty(), "{schema}: axtok {command}: {wrong:#?}\n{value:#}");
    }
}

/// Outputs of one kind do not match the schema of another. Since members may be added, the
/// short lists of named things do match lists whose elements have their members too, and a
/// history of unconfirmed changes matches their list.
#[test]
fn schemas_tell_the_outputs_apart() {
    let is_named = |value: &Value| value[0]["name"].is_string() && !value[0]["id"].is_null();
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    for schema in published::ALL {
        let judge = validator(schema.name);
        let others = OUTPUTS.iter().filter(|o| o.schema != schema.name && !is_empty(&o.value));
        for Output { schema: of, command, value } in others {
            let is_short = matches!(schema.name, "datasets" | "personal-tokens");
            let is_alike =
                is_short && is_named(value) || (schema.name, *of) == ("journal", "history");
            assert!(is_alike || !judge.is_valid(value), "{}: axtok {command}", schema.name);
        }
    }
}

/// Members whose value can be anything, such as the server's own.
const ANYTHING: [&str; 1] = ["expiresAt"];

/// Files that axtok reads.
const INPUTS: [&str; 2] = ["settings", "policy"];

/// A schema that allows everything would prove nothing: each member is left out, renamed and
/// given another type.
#[test]
fn slips_are_found() {
    for schema in published::ALL.iter().filter(|s| !INPUTS.contains(&s.name)) {
        let judge = validator(schema.name);
        let of_it = OUTPUTS.iter().filter(|o| o.schema == schema.name);
        // With all optional members.
        let sample = of_it.map(|o| &o.value).max_by_key(|value| value.to_string().len()).unwrap();
        let mut tried = 0;
        for path in objects(sample, "") {
            let members = sample.pointer(&path).unwrap().as_object().unwrap();
            // Of these the names are the server's.
            if path.contains("Capabilities") || path.contains("/body") {
                continue;
            }
            for name in members.keys() {
                if schema.name == "doctor" && name == "fix" {
                    // Not every check has one.
                    continue;
                }
                let changed = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
                    let mut copy = sample.clone();
                    change(copy.pointer_mut(&path).unwrap().as_object_mut().unwrap());
                    copy
                };
                let renamed = changed(&|object| {
                    let value = object.remove(name).unwrap();
                    object.insert(format!("{name}2"), value);
                });
                assert!(!judge.is_valid(&renamed), "{}: {path}/{name} left out", schema.name);
                if !ANYTHING.contains(&name.as_str()) {
                    let retyped = changed(&|object| {
                        object.insert(name.clone(), json!(-1.5));
                    });
                    assert!(!judge.is_valid(&retyped), "{}: {path}/{name} = -1.5", schema.name);
                }
                tried += 1;
            }
        }
        assert!(tried > 1, "{}", schema.name);
    }
}

/// The paths of all objects in a value.
fn objects(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let inner = members.iter().flat_map(|(name, v)| objects(v, &format!("{path}/{name}")));
            std::iter::once(path.to_owned()).chain(inner).collect()
        }
        Value::Array(list) => {
            let inner = list.iter().enumerate();
            inner.flat_map(|(at, v)| objects(v, &format!("{path}/{at}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// Words that are not in a list, and values of the wrong shape.
#[test]
fn wrong_words_are_found() {
    for (schema, pointer, value) in [
        ("tokens", "/0/state", json!("works")),
        ("tokens", "/0/type", json!("Basic")),
        ("tokens", "/0/findings/0/code", json!("no-such-finding")),
        ("tokens", "/0/findings/0/severity", json!("severe")),
        ("tokens", "/0/datasetCapabilities", json!([])),
        ("tokens", "/0/orgCapabilities", json!({ "users": "read" })),
        ("review-findings", "/0/notChecked", json!(["no-such-finding"])),
        ("review-access", "/0/scope", json!("org")),
        ("review-access", "/0/orgVerbs", json!(["write"])),
        ("result", "/change", json!("replace")),
        ("result", "/outcome", json!("rateLimit")),
        ("result", "/oldExpiresAt", json!("tomorrow")),
        ("results", "/0/status", json!(256)),
        ("journal", "/0/at", json!("2026-01-02")),
        ("journal", "/0/outcome", json!("lost")),
        ("history", "/0/outcome", json!("lost")),
        ("journal-look", "/0/found", json!("maybe")),
        ("request", "/method", json!("GET")),
        ("requests", "/0/body", json!([])),
        ("doctor", "/checks/0/state", json!("PROBLEM")),
        ("error", "/error/outcome", json!("error")),
    ] {
        let found = OUTPUTS.iter().filter(|o| o.schema == schema);
        let mut found = found.filter(|o| o.value.pointer(pointer).is_some());
        let mut document =
            found.next().unwrap_or_else(|| panic!("{schema}{pointer}")).value.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!validator(schema).is_valid(&document), "{schema}{pointer}");
    }
}
