//! The stores, set up empty in a test's home directory.

use std::{
    any::Any,
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    fake::{self, Contents},
    plan::{self, Program, run},
    script::Script,
};

/// What a store holds for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    Value(String),
    /// Encrypted for somebody else, in Base64. It is longer by a key and a checksum.
    Sealed(String),
}

impl Held {
    #[track_caller]
    pub fn is(&self, value: &str) {
        match self {
            Self::Value(held) => assert_eq!(held, value),
            Self::Sealed(sealed) => {
                assert_eq!(STANDARD.decode(sealed).unwrap().len(), 32 + 16 + value.len());
            }
        }
    }
}

type Env = BTreeMap<String, String>;

/// Reads what a store holds for a token.
type Read = dyn Fn(&str) -> Option<Held>;

/// A store that is ready for the recipe.
pub struct Store {
    pub plan: String,
    /// What the recipe's commands need.
    pub env: Env,
    /// The arguments of all programs that were run.
    pub arguments: PathBuf,
    /// Reads a token's value without the recipe's command.
    pub read: Box<Read>,
    /// Makes the store refuse further values.
    pub close: Box<dyn Fn()>,
    /// Ends what was started for the store.
    _guard: Option<Box<dyn Any>>,
}

/// A recipe's programs, found on this machine, and the environment in which their arguments
/// are recorded.
struct Tools {
    recipe: &'static str,
    env: Env,
    arguments: PathBuf,
}

impl Tools {
    /// `None` if a program is not installed. Each program has the arguments that print its version,
    /// and the name under which the recipe runs it.
    fn find(
        script: &Script,
        recipe: &'static str,
        programs: &[(&'static str, &[&str], &str)],
    ) -> Option<Self> {
        let env = script.env().into_iter().filter(|(name, _)| !name.starts_with("AXIOM_"));
        let mut env: Env = env.collect();
        let bin = script.path("recorded");
        fs::create_dir(&bin).unwrap();
        let arguments = script.path("arguments");
        fs::write(&arguments, "").unwrap();
        let mut versions = Vec::new();
        for (name, version, alias) in programs {
            let Some(program) = Program::find(&env, name, version) else {
                skipped(recipe, &format!("{name} is not installed"));
                return None;
            };
            program.record(alias, &bin, &arguments);
            versions.push(format!("{name} ({})", program.version));
        }
        say(&format!("recipe {recipe}: runs with {}", versions.join(", ")));
        let path = format!("{}:{}", bin.display(), env["PATH"]);
        env.insert("PATH".to_owned(), path);
        Some(Self { recipe, env, arguments })
    }

    fn set(&mut self, variables: &[(&str, &str)]) {
        for (name, value) in variables {
            self.env.insert((*name).to_owned(), (*value).to_owned());
        }
    }

    fn succeeds(&self, words: &[&str]) {
        let ran = run(&self.env, words, "");
        assert!(ran.status.success(), "{ran:?}");
    }

    fn store(
        self,
        read: impl Fn(&str) -> Option<Held> + 'static,
        close: impl Fn() + 'static,
    ) -> Store {
        Store {
            plan: plan::text(self.recipe),
            env: self.env,
            arguments: self.arguments,
            read: Box::new(read),
            close: Box::new(close),
            _guard: None,
        }
    }
}

/// Prints a line that the test harness does not hold back.
fn say(line: &str) {
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{line}").unwrap();
}

fn skipped(recipe: &str, why: &str) {
    say(&format!("recipe {recipe}: skipped, {why}"));
    let required = std::env::var("RECIPES").unwrap_or_default();
    assert!(!required.split(',').any(|name| name == recipe), "recipe {recipe}: {why}");
}

/// The output of a command that reads a store. `None` if it fails.
fn reads(env: &Env, words: &[&str]) -> Option<Held> {
    let ran = run(env, words, "");
    ran.status.success().then(|| Held::Value(String::from_utf8(ran.stdout).unwrap()))
}

/// A password store for a new key.
pub fn pass(script: &Script) -> Option<Store> {
    let programs: [(_, &[&str], _); 2] =
        [("pass", &["version"], "pass"), ("gpg", &["--version"], "gpg")];
    let mut tools = Tools::find(script, "pass", &programs)?;
    let (keys, folder) = (script.path("gnupg"), script.path("passwords"));
    tools.set(&[
        ("GNUPGHOME", keys.to_str().unwrap()),
        ("PASSWORD_STORE_DIR", folder.to_str().unwrap()),
    ]);
    tools.succeeds(&["mkdir", "-m", "700", keys.to_str().unwrap()]);
    let agent = Agent(tools.env.clone());
    tools.succeeds(&[
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-generate-key",
        "axtok",
        "default",
        "default",
        "never",
    ]);
    tools.succeeds(&["pass", "init", "axtok"]);
    let env = tools.env.clone();
    let entries = folder.clone();
    let read = move |token: &str| {
        let file = entries.join("axiom").join(format!("{token}.gpg"));
        reads(&env, &["gpg", "--quiet", "--batch", "--decrypt", file.to_str().unwrap()])
    };
    let close = move || fs::write(folder.join(".gpg-id"), "nobody@axtok.invalid\n").unwrap();
    Some(Store { _guard: Some(Box::new(agent)), ..tools.store(read, close) })
}

/// Ends the agent that gpg has started for its folder.
struct Agent(Env);

impl Drop for Agent {
    fn drop(&mut self) {
        run(&self.0, &["gpgconf", "--kill", "gpg-agent"], "");
    }
}

/// A folder of credentials, with a host key that is not the machine's.
pub fn systemd_creds(script: &Script) -> Option<Store> {
    let programs: [(_, &[&str], _); 1] = [("systemd-creds", &["--version"], "systemd-creds")];
    let mut tools = Tools::find(script, "systemd-creds", &programs)?;
    let key = script.path("host.key");
    tools.set(&[("SYSTEMD_CREDENTIAL_SECRET", key.to_str().unwrap())]);
    let trial = run(&tools.env, &["systemd-creds", "encrypt", "-H", "--name=x", "-", "-"], "x");
    if !trial.status.success() {
        let why = String::from_utf8_lossy(&trial.stderr).into_owned();
        skipped("systemd-creds", &format!("it cannot encrypt here: {}", why.trim()));
        return None;
    }
    let folder = script.path("credstore.encrypted");
    fs::create_dir(&folder).unwrap();
    let env = tools.env.clone();
    let files = folder.clone();
    let read = move |token: &str| {
        let name = format!("axiom-{token}");
        let file = files.join(&name);
        // The name is the one that a unit would ask for, and that of the file.
        reads(&env, &["systemd-creds", "decrypt", "--newline=no", file.to_str().unwrap()])
    };
    let there = folder.to_str().unwrap().to_owned();
    let mut store = tools.store(read, move || fs::remove_dir_all(&folder).unwrap());
    let usual = "/etc/credstore.encrypted";
    assert!(store.plan.matches(&format!("\"{usual}/")).count() == 2, "{}", store.plan);
    store.plan = store.plan.replace(usual, &there);
    Some(store)
}

fn held(contents: &fake::Store, name: &str) -> Option<String> {
    Some(contents.lock().unwrap().values.get(name)?.as_str()?.to_owned())
}

/// A cluster in which each Secret has another key already.
pub fn kubectl(script: &Script) -> Option<Store> {
    let programs: [(_, &[&str], _); 1] = [("kubectl", &["version", "--client"], "kubectl")];
    let mut tools = Tools::find(script, "kubectl", &programs)?;
    let contents = fake::Store::default();
    let port = fake::kubernetes(Arc::clone(&contents));
    for token in ["ci-edge", "ci-web.2"] {
        let secret = serde_json::json!({ "kind": "Secret", "apiVersion": "v1",
            "metadata": { "name": token, "namespace": "axiom" },
            "data": { "url": STANDARD.encode("https://axiom.test") } });
        contents.lock().unwrap().values.insert(token.to_owned(), secret);
    }
    let config = script.path("kubeconfig");
    // The current context is a trap: nobody listens there.
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: trap\n\
         clusters:\n- {{name: prod, cluster: {{server: 'http://127.0.0.1:{port}'}}}}\n\
         - {{name: trap, cluster: {{server: 'http://127.0.0.1:1'}}}}\n\
         users:\n- {{name: jo, user: {{}}}}\n\
         contexts:\n- {{name: prod, context: {{cluster: prod, user: jo}}}}\n\
         - {{name: trap, context: {{cluster: trap, user: jo, namespace: trap}}}}\n"
    );
    fs::write(&config, text).unwrap();
    tools.set(&[("KUBECONFIG", config.to_str().unwrap())]);
    let closing = Arc::clone(&contents);
    let read = move |token: &str| {
        let data = contents.lock().unwrap().values[token]["data"].clone();
        assert_eq!(data["url"], STANDARD.encode("https://axiom.test"), "another key has changed");
        let value = STANDARD.decode(data.get("token")?.as_str().unwrap()).unwrap();
        Some(Held::Value(String::from_utf8(value).unwrap()))
    };
    Some(tools.store(read, move || closing.lock().unwrap().is_closed = true))
}

/// Secrets Manager with a secret for each token.
pub fn aws(script: &Script) -> Option<Store> {
    let programs: [(_, &[&str], _); 1] = [("aws", &["--version"], "aws")];
    let mut tools = Tools::find(script, "aws-secretsmanager", &programs)?;
    let contents = fake::Store::default();
    for token in ["ci-edge", "ci-web.2"] {
        contents.lock().unwrap().values.insert(format!("axiom/{token}"), serde_json::Value::Null);
    }
    let (port, authority) = fake::secrets_manager(Arc::clone(&contents));
    let trusted = script.path("authority.pem");
    fs::write(&trusted, authority).unwrap();
    tools.set(&[
        ("HTTPS_PROXY", &format!("http://127.0.0.1:{port}")),
        ("AWS_CA_BUNDLE", trusted.to_str().unwrap()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ]);
    let closing = Arc::clone(&contents);
    let read = move |token: &str| held(&contents, &format!("axiom/{token}")).map(Held::Value);
    Some(tools.store(read, move || *closing.lock().unwrap() = Contents::default()))
}

/// A repository of GitHub.
pub fn gh(script: &Script) -> Option<Store> {
    if cfg!(target_os = "macos") {
        skipped("gh", "on macOS it trusts the keychain only");
        return None;
    }
    let programs: [(_, &[&str], _); 1] = [("gh", &["--version"], "gh")];
    let mut tools = Tools::find(script, "gh", &programs)?;
    let contents = fake::Store::default();
    let (port, authority) = fake::github(Arc::clone(&contents));
    let trusted = script.path("authority.pem");
    fs::write(&trusted, authority).unwrap();
    tools.set(&[
        ("HTTPS_PROXY", &format!("http://127.0.0.1:{port}")),
        ("SSL_CERT_FILE", trusted.to_str().unwrap()),
        ("GH_TOKEN", "test"),
        ("GH_NO_UPDATE_NOTIFIER", "1"),
    ]);
    let closing = Arc::clone(&contents);
    let read = move |_: &str| held(&contents, "AXIOM_TOKEN").map(Held::Sealed);
    Some(tools.store(read, move || closing.lock().unwrap().is_closed = true))
}

/// A server of Vault that keeps everything in memory.
pub fn vault(script: &Script) -> Option<Store> {
    // OpenBao has the same commands. Neither is in Debian.
    let named = |name| Program::find(&script.env().into_iter().collect(), name, &["version"]);
    let name = if named("bao").is_some() { "bao" } else { "vault" };
    let programs: [(_, &[&str], _); 1] = [(name, &["version"], "vault")];
    let mut tools = Tools::find(script, "vault", &programs)?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    tools.set(&[("VAULT_ADDR", &format!("http://{address}")), ("VAULT_TOKEN", "root")]);
    let mut command = Command::new(script.path("recorded/vault"));
    command.args(["server", "-dev", "-dev-no-store-token", "-dev-root-token-id=root"]);
    command.arg(format!("-dev-listen-address={address}")).env_clear().envs(&tools.env);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let server = Arc::new(Mutex::new(Server(child)));
    assert!(lines.any(|line| line.starts_with("Root Token:")), "the server has ended");
    // It writes more, and must not be stopped by a full pipe.
    std::thread::spawn(move || lines.count());
    tools.succeeds(&["vault", "secrets", "enable", "-path=kv", "-version=2", "kv"]);
    let env = tools.env.clone();
    let read = move |token: &str| {
        let path = format!("kv/data/axiom/{token}");
        let ran = run(&env, &["vault", "read", "-format=json", &path], "");
        let found: serde_json::Value = serde_json::from_slice(&ran.stdout).ok()?;
        Some(Held::Value(found["data"]["data"]["token"].as_str().unwrap().to_owned()))
    };
    let closing = Arc::clone(&server);
    let store = tools.store(read, move || closing.lock().unwrap().end());
    Some(Store { _guard: Some(Box::new(server)), ..store })
}

struct Server(Child);

impl Server {
    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
