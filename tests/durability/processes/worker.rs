//! A child at work, and its end by SIGKILL at a chosen moment.

use sim::random::Random;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A child with some job on a root.
pub(crate) fn child(root: &Path, job: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_child"));
    command.arg(root).args(job);
    command
}

/// A number that whoever runs the tests may choose.
pub(crate) fn chosen(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// A child that says line by line what it does.
pub(crate) struct Worker {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Lines that it said, whole ones.
    pub(crate) said: VecDeque<String>,
}

impl Worker {
    pub(crate) fn start(root: &Path, job: &[&str]) -> Self {
        let mut child = child(root, job).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, said: VecDeque::new() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its next line; none when it has ended.
    pub(crate) fn line(&mut self) -> Option<&str> {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        // A line that was cut off by the kill was never said.
        let whole = line.strip_suffix('\n')?.to_owned();
        self.said.push_back(whole);
        self.said.back().map(String::as_str)
    }

    /// Waits for so many lines.
    pub(crate) fn lines(&mut self, count: u64) {
        for _ in 0..count {
            let ended = self.line().is_none();
            assert!(!ended, "the child ended by itself: {:?}", self.child.wait());
        }
    }

    /// Kills it, `after` the last line that was heard. Answers all that it said, what it still said in dying included.
    pub(crate) fn kill(mut self, after: Duration) -> VecDeque<String> {
        let heard = Instant::now();
        while heard.elapsed() < after {
            std::hint::spin_loop();
        }
        self.child.kill().unwrap();
        while self.line().is_some() {}
        let status = self.child.wait().unwrap();
        assert!(!status.success() && status.code().is_none(), "not killed, but {status}");
        self.said
    }
}

/// How long after a line the kill comes: within an operation mostly, sometimes well behind it.
pub(crate) fn moment(random: &mut Random) -> Duration {
    let longest = if random.one_in(4) { 20_000 } else { 1_500 };
    Duration::from_micros(random.below(longest))
}
