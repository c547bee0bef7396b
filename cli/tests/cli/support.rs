//! A directory, and the binary that is run on it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// Far longer than anything takes that is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A directory for a store. It is made by the first command that writes.
pub(crate) struct Root {
    folder: TempDir,
    path: String,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    /// What it said on standard error, without the notes.
    pub(crate) stderr: String,
    /// What it said it does besides. Any command may be the first one on a machine.
    pub(crate) notes: String,
}

/// What stands in the lines that are notes.
const NOTES: [&str; 10] = [
    "preparing the component",
    "made a new store in ",
    "is a store already",
    "there is no stream ",
    "there is no file ",
    "nothing was damaged",
    "kept in quarantine/",
    "is the symbol ",
    "there are events in ",
    // A machine may be slow.
    "so far: ",
];

/// A command that goes on, line by line.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

/// A text of these lines.
pub(crate) fn text(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().fold(String::new(), |text, line| text + &line + "\n")
}

/// The binary, in an environment that sets none of its options.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sx-persist"));
    command
        .env_remove("SX_PERSIST_ROOT")
        .env_remove("SX_PERSIST_DIR")
        .env_remove("SX_PERSIST_LOG")
        .stdin(Stdio::null());
    command
}

impl Root {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("store").to_str().unwrap().to_owned();
        Self { folder, path }
    }

    /// The directory that `--root` names.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// A file beside the store.
    pub(crate) fn beside(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.beside(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        command.args(["--root", self.path()]).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        Ended::of(&self.command(args).output().unwrap())
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ended {
        Ended::of(&self.output(args, input))
    }

    /// As [`Root::run_with_input`], where the output may be no text.
    pub(crate) fn output(&self, args: &[&str], input: impl AsRef<[u8]>) -> Output {
        let input = input.as_ref().to_owned();
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command may end without having read all of it.
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        output
    }

    pub(crate) fn start(&self, args: &[&str]) -> Running {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            // Ends with the command, or with the one who takes the lines: then the pipe is closed.
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Running { child, stdin, lines }
    }

    /// Fills a stream with events of seq 1 to `count`.
    pub(crate) fn fill(&self, stream: &str, count: u64) {
        let lines = text((1..=count).map(|seq| format!("{{\"seq\":{seq}}}")));
        let filled = self.run_with_input(&["import", "-", "--stream", stream], lines);
        filled.gives(&format!("events {count}\nlast-seq {count}\n"));
    }

    /// Changes one bit where the only run has these bytes. Answers the file, as the store names it.
    pub(crate) fn damage_run(&self, held: &[u8]) -> String {
        let runs: Vec<_> = std::fs::read_dir(Path::new(self.path()).join("runs")).unwrap().collect();
        let [Ok(run)] = &runs[..] else { panic!("{runs:?}") };
        let bytes = std::fs::read(run.path()).unwrap();
        let at = bytes.windows(held.len()).position(|window| window == held).unwrap();
        let file = format!("runs/{}", run.file_name().display());
        self.damage(&file, at);
        file
    }

    /// Changes one bit of a file in the store.
    pub(crate) fn damage(&self, file: &str, at: usize) {
        let path = Path::new(self.path()).join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[at] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_owned()).unwrap();
        Self::new(output.status.code(), text(&output.stdout), &text(&output.stderr))
    }

    pub(crate) fn new(code: Option<i32>, stdout: String, said: &str) -> Self {
        let is_note = |line: &&str| NOTES.iter().any(|note| line.contains(note));
        let (notes, stderr) = said.split_inclusive('\n').partition(is_note);
        Self { code, stdout, stderr, notes }
    }

    /// Waits for the end of a command whose output nobody reads.
    pub(crate) fn of_unread(mut child: Child) -> Self {
        drop(child.stdout.take());
        let stderr = child.stderr.take().unwrap();
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send(std::io::read_to_string(stderr)));
        let said = receiver.recv_timeout(PATIENCE);
        if said.is_err() {
            child.kill().unwrap();
        }
        let code = child.wait().unwrap().code();
        Self::new(code, String::new(), &said.expect("it ends in time").unwrap())
    }

    /// It ended well with this output, and said nothing besides.
    #[track_caller]
    pub(crate) fn gives(&self, stdout: &str) {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.as_str()), (Some(0), stdout, ""));
    }

    /// It ended with code 1 and this output, and said nothing besides.
    #[track_caller]
    pub(crate) fn gives_no(&self, stdout: &str) {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.as_str()), (Some(1), stdout, ""));
    }

    /// It ended with this code and one line on standard error that has all of these words.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        self.complains(words);
    }

    #[track_caller]
    pub(crate) fn complains(&self, words: &[&str]) {
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        let told = if let Ok(json) = serde_json::from_str::<serde_json::Value>(&self.stderr) {
            ["message", "advice"].map(|word| json["error"][word].as_str().unwrap_or_default()).concat()
        } else {
            assert!(self.stderr.starts_with("sx-persist: "), "{self:?}");
            self.stderr.clone()
        };
        for word in words {
            assert!(told.contains(word), "{word:?} is not in {self:?}");
        }
    }
}

impl Running {
    /// Gives a line to a command; answers the next line that it prints.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
        self.line()
    }

    /// The next line that it prints.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line in time")
    }

    /// Does it print nothing for so long?
    pub(crate) fn is_silent_for(&self, time: Duration) -> bool {
        self.lines.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(&mut self) -> std::process::ExitStatus {
        drop(self.stdin.take());
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap(),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A memory for a component in text, the word "file" in it, and what gives room there to whoever it calls. Stands for the line
/// `MEMORY`.
const MEMORY: &str = r#"    (core module $memory
        (memory (export "memory") 1)
        (data (i32.const 32) "file")
        (global $free (mut i32) (i32.const 64))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            global.get $free
            (global.set $free (i32.and (i32.add (global.get $free) (i32.add (local.get 3) (i32.const 7)))
                (i32.const -8)))))
    (core instance $memory (instantiate $memory))
    (alias core export $memory "memory" (core memory $bytes))"#;

/// A component in text, as bytes.
pub(crate) fn with_memory(text: &str) -> Vec<u8> {
    wat::parse_str(text.replace("MEMORY", MEMORY)).unwrap()
}
