//! The program as an operator runs it: in a folder of its own, with a server beside it or none.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

const PASSWORD: &str = "a password for tests";
/// How long something may take that takes no time.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with a configuration, and the server that runs on it, if one does.
pub(crate) struct House {
    folder: tempfile::TempDir,
    address: String,
    server: Option<Child>,
    token: String,
    /// The address of an S3 service whose folder is `service`.
    endpoint: String,
    /// Whether bytes lie in its bucket.
    pub(crate) in_bucket: bool,
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) succeeded: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// What it said as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {:?} {:?}", self.out, self.err))
    }
}

impl House {
    /// A house with an administrator, where no server runs yet.
    pub(crate) async fn new(in_bucket: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = crate::s3::serve(&folder.path().join("service")).await;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let house = Self { folder, address, server: None, token: String::new(), endpoint, in_bucket };
        house.configure();
        let said = house.tell(&["admin", "user", "create", "admin", "--admin", "--password-stdin"], PASSWORD);
        assert!(said.succeeded, "{}", said.err);
        house
    }

    /// Writes the configuration.
    pub(crate) fn configure(&self) {
        let Self { address, endpoint, .. } = self;
        let driver = if self.in_bucket { "s3" } else { "file" };
        let text = format!(
            "[server]\naddr = \"{address}\"\n[metrics]\naddr = \"\"\n[upload]\ndriver = \"{driver}\"\nendpoint = \"{endpoint}\"\n\
             bucket = \"packs\"\naccess = \"access\"\nsecret = \"secret\"\nreserve = 0\ncollect = false\n"
        );
        fs::write(self.folder.path().join("kleister.toml"), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kleister"));
        command.args(arguments).current_dir(self.folder.path()).env("KLEISTER_CONFIG_FILE", "kleister.toml");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command of the operator to its end.
    pub(crate) fn admin(&self, arguments: &[&str]) -> Said {
        self.tell(&[&["admin"], arguments].concat(), "")
    }

    /// Begins a command of the operator.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        self.command(&[&["admin"], arguments].concat()).spawn().unwrap()
    }

    fn tell(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        said(child)
    }

    /// Starts the server and waits until it answers.
    pub(crate) async fn start(&mut self) {
        let mut command = self.command(&["server"]);
        let log = fs::File::create(self.folder.path().join("log.txt")).unwrap();
        self.server = Some(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
        let begun = Instant::now();
        while reqwest::get(format!("http://{}/api/v1/packs", self.address)).await.is_err() {
            assert!(begun.elapsed() < PATIENCE, "{}", self.log());
            // Nothing tells from outside when a server begins to listen.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if self.token.is_empty() {
            let who = json!({"username": "admin", "password": PASSWORD});
            let signed_in = self.send("POST", "/auth/login", Some(who)).await;
            signed_in["token"].as_str().unwrap().clone_into(&mut self.token);
        }
    }

    /// Ends the server without a warning, as a power cut would.
    pub(crate) fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log.txt")).unwrap_or_default()
    }

    /// Sends a request that must succeed.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let request = self.request(method, &format!("/api/v1{path}"));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The status and the bytes at an address.
    pub(crate) async fn fetch(&self, path: &str) -> (u16, Vec<u8>) {
        let answer = self.request("GET", path).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = reqwest::Client::new().request(method.parse().unwrap(), format!("http://{}{path}", self.address));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    /// A published build `1.0` of pack `sky` with these bytes; the SHA-256 of them.
    pub(crate) async fn publish(&self, bytes: &[u8]) -> String {
        self.send("POST", "/packs", Some(json!({"slug": "sky", "name": "Sky", "public": true}))).await;
        self.send("POST", "/packs/sky/builds", Some(json!({"name": "1.0", "minecraft_id": "1.21.1"}))).await;
        let request = self.request("PUT", "/api/v1/packs/sky/builds/1.0/files/config/sky.bin");
        let put: Value = request.body(bytes.to_vec()).send().await.unwrap().json().await.unwrap();
        self.send("PUT", "/packs/sky/builds/1.0", Some(json!({"published": true}))).await;
        put["sha256"].as_str().unwrap_or_else(|| panic!("{put}")).to_owned()
    }

    /// Where bytes lie, in the folder or in the bucket.
    pub(crate) fn place(&self, sha256: &str) -> PathBuf {
        let root = if self.in_bucket { "service/packs" } else { "storage/files" };
        self.path(root).join("blobs").join(&sha256[..2]).join(&sha256[2..4]).join(sha256)
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Puts bytes where nothing names them, written long ago.
    pub(crate) fn stray(&self, sha256: &str, bytes: &[u8]) -> PathBuf {
        let place = self.place(sha256);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, bytes).unwrap();
        fs::File::options().write(true).open(&place).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        place
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.kill();
        }
    }
}

/// What a command says until it has ended.
pub(crate) fn said(child: Child) -> Said {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { succeeded: status.success(), out: text(stdout), err: text(stderr) }
}

/// Puts a pipe without a writer where bytes lie: whoever reads it waits for ever.
pub(crate) fn block_reading(place: &Path) {
    fs::remove_file(place).unwrap();
    assert!(Command::new("mkfifo").arg(place).status().unwrap().success());
}
