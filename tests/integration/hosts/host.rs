//! One way to speak to every host: operations by name, arguments and answers as JSON.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use sx_persist::{Error, HostError, Store};

/// Why a root was not opened: another process has it, which may have said its number.
#[derive(Debug, PartialEq)]
pub(crate) struct Locked(pub(crate) Option<u64>);

/// The name of an error in `wit/types.wit`.
pub(crate) type Refusal = String;

/// A store, open in some host.
pub(crate) trait Host {
    /// Performs an operation.
    fn ask(&mut self, operation: &str, arguments: &[Value]) -> Result<Value, Refusal>;

    /// Ends without a checkpoint and without a word, where the host can be killed.
    fn kill(self: Box<Self>);

    fn append(&mut self, stream: &str, event: &str) -> u64 {
        self.ask("append", &[json!(stream), json!(event)]).unwrap().as_u64().unwrap()
    }

    fn read(&mut self, stream: &str) -> Vec<String> {
        serde_json::from_value(self.ask("read", &[json!(stream)]).unwrap()).unwrap()
    }

    fn truncate(&mut self, stream: &str, upto: u64) -> u64 {
        self.ask("truncate", &[json!(stream), json!(upto)]).unwrap().as_u64().unwrap()
    }

    fn put(&mut self, bytes: &[u8]) -> String {
        self.ask("put", &[json!(bytes)]).unwrap().as_str().unwrap().to_owned()
    }

    fn get(&mut self, cid: &str) -> Vec<u8> {
        serde_json::from_value(self.ask("get", &[json!(cid)]).unwrap()).unwrap()
    }

    /// How many damaged pieces `verify` finds.
    fn damaged(&mut self) -> u64 {
        self.ask("damaged", &[]).unwrap().as_u64().unwrap()
    }

    /// Whether the host syncs folders, as `stats` has it.
    fn syncs_folders(&mut self) -> bool {
        self.ask("folder-sync", &[]).unwrap() == 1
    }

    fn checkpoint(&mut self) {
        self.ask("checkpoint", &[]).unwrap();
    }

    fn close(&mut self) {
        self.ask("close", &[]).unwrap();
    }
}

/// This project's host library. It runs the core, whose bytes stand in the component that the others run.
pub(crate) struct Library(Option<Store>);

impl Library {
    pub(crate) fn open(root: &Path, read_only: bool) -> Result<Self, Locked> {
        match Store::builder().read_only(read_only).open(root) {
            Ok(store) => Ok(Self(Some(store))),
            Err(Error::Host(error)) => match &*error {
                HostError::Locked { holder, .. } => Err(Locked(holder.map(u64::from))),
                other => panic!("{other}"),
            },
            Err(other) => panic!("{other}"),
        }
    }

    fn perform(&mut self, operation: &str, given: &[Value]) -> sx_persist::Result<Value> {
        let store = self.0.as_ref().expect("a store that is open");
        let text = |at: usize| given[at].as_str().unwrap();
        let number = |at: usize| given[at].as_u64().unwrap();
        Ok(match operation {
            "append" => json!(store.raw().append(text(0), text(1))?),
            "append-expecting" => {
                let events: Vec<String> = serde_json::from_value(given[2].clone()).unwrap();
                json!(store.raw().append_expecting(text(0), number(1), &events)?)
            }
            "read" => json!(store.raw().read(text(0))?),
            "truncate" => json!(store.raw().truncate(text(0), number(1))?),
            "kv-put" => json!(store.raw().kv_put(text(0), text(1))?),
            "put" => {
                let bytes: Vec<u8> = serde_json::from_value(given[0].clone()).unwrap();
                json!(store.raw().blob_put(&bytes)?)
            }
            "get" => json!(store.raw().blob_get(text(0))?),
            "checkpoint" => json!(store.admin().checkpoint()?),
            "damaged" => json!(store.admin().verify()?.damaged),
            "folder-sync" => json!(store.admin().stats()?["folder-sync"]),
            "close" => json!(self.0.take().expect("a store that is open").close()?),
            other => unreachable!("{other}"),
        })
    }
}

impl Host for Library {
    fn ask(&mut self, operation: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        self.perform(operation, arguments).map_err(|error| match error {
            Error::Refused(refusal) => as_wit_spells(&format!("{refusal:?}")),
            other => panic!("{other}"),
        })
    }

    /// It lives in the process of the test.
    fn kill(mut self: Box<Self>) {
        self.close();
    }
}

/// `Error::InvalidName("")` as `invalid-name`.
fn as_wit_spells(debug: &str) -> Refusal {
    let (_, case) = debug.split_once("Error::").expect("a case of the variant");
    let mut name = String::new();
    for letter in case.chars().take_while(|letter| letter.is_alphanumeric()) {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// A host in a process of its own that reads operations and writes answers: `turn.py`, `turn.mjs`.
pub(crate) struct Spoken {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Spoken {
    pub(crate) fn open(mut command: Command) -> Result<Self, Locked> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut spoken = Self { child, out };
        let opened = spoken.hear();
        match opened.get("locked") {
            Some(holder) => {
                spoken.child.wait().unwrap();
                Err(Locked(holder.as_u64()))
            }
            None => Ok(spoken),
        }
    }

    pub(crate) fn pid(&self) -> u64 {
        self.child.id().into()
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the host ended by itself: {:?}", self.child.wait());
        serde_json::from_str(&line).unwrap()
    }
}

impl Host for Spoken {
    fn ask(&mut self, operation: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        let words: Vec<_> = std::iter::once(json!(operation)).chain(arguments.iter().cloned()).collect();
        writeln!(self.child.stdin.as_ref().unwrap(), "{}", json!(words)).unwrap();
        let mut answer = self.hear();
        match answer.get("error") {
            Some(name) => Err(name.as_str().unwrap().to_owned()),
            None => Ok(answer["ok"].take()),
        }
    }

    /// By SIGKILL.
    fn kill(mut self: Box<Self>) {
        self.child.kill().unwrap();
    }

    fn close(&mut self) {
        self.ask("close", &[]).unwrap();
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Spoken {
    fn drop(&mut self) {
        // A test that failed leaves it behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// wasmtime's command line: each operation is a process, and an instance, of its own. flock(1) holds the lock meanwhile.
pub(crate) struct CommandLine {
    pub(crate) wasmtime: PathBuf,
    pub(crate) component: PathBuf,
    pub(crate) root: PathBuf,
}

const LOCKED: i32 = 75;

impl CommandLine {
    /// Calls a function of the component, spelled as the command line wants it.
    fn invoke(&self, call: &str) -> Result<String, Locked> {
        let output = Command::new("flock")
            .args(["--exclusive", "--nonblock", "--conflict-exit-code"])
            .arg(LOCKED.to_string())
            .arg(self.root.join("lock"))
            .arg(&self.wasmtime)
            .args(["run", "--dir"])
            .arg(format!("{}::/", self.root.display()))
            .args(["--invoke", call])
            .arg(&self.component)
            .output()
            .unwrap();
        if output.status.code() == Some(LOCKED) {
            return Err(Locked(None));
        }
        assert!(output.status.success(), "{call}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }

    pub(crate) fn open(self) -> Result<Self, Locked> {
        self.invoke("sx:persist/persist.streams@0.2.0()")?;
        Ok(self)
    }
}

impl Host for CommandLine {
    fn ask(&mut self, operation: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        let function = match operation {
            "put" | "get" => format!("blob.{operation}"),
            "checkpoint" => "admin.checkpoint".to_owned(),
            "damaged" => "admin.verify".to_owned(),
            "folder-sync" => "admin.stats".to_owned(),
            // Nothing is open between two calls.
            "close" => return Ok(Value::Null),
            _ => format!("persist.{operation}"),
        };
        let (interface, name) = function.split_once('.').unwrap();
        // What these tests give is spelled in WAVE as it is in JSON, and so are most answers.
        let given: Vec<_> = arguments.iter().map(Value::to_string).collect();
        let said =
            self.invoke(&format!("sx:persist/{interface}.{name}@0.2.0({})", given.join(", "))).unwrap();
        if let Some(refusal) = within(&said, "err(") {
            return Err(refusal.split('(').next().unwrap().to_owned());
        }
        let answer = within(&said, "ok(").unwrap_or("null");
        let answer = within(answer, "some(").unwrap_or(answer);
        // Records are spelled otherwise. Of each only one number is asked for.
        let number = match operation {
            "damaged" => answer.split_once("damaged: "),
            "folder-sync" => answer.split_once("{name: \"folder-sync\", value: "),
            _ => None,
        };
        let answer = number.map_or(answer, |(_, rest)| rest.split([',', '}']).next().unwrap());
        Ok(serde_json::from_str(answer).unwrap_or_else(|error| panic!("{said}: {error}")))
    }

    /// Each of its processes has ended.
    fn kill(self: Box<Self>) {}
}

fn within<'a>(said: &'a str, case: &str) -> Option<&'a str> {
    said.strip_prefix(case)?.strip_suffix(')')
}
