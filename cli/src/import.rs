//! `import`: what it is given, and the words that say how it goes on.

use crate::exit::CliError;
use clap::Args;
use std::borrow::Cow;
use std::env;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Without --stream the file is an archive, as `export --all` writes it: the store must be empty, or --resume says that
what is there already and is the same is passed by.

With --stream each line is one event, a JSON object with an integer \"seq\". Blank lines are passed over. A bad line ends
the import: what stands before it is written, nothing of it or behind it is. A file whose first event is in the stream
already is refused: --resume goes on behind what is there, --repeat appends it again.

Examples:
  sx-persist --root elsewhere import backup.jsonl
  sx-persist --root elsewhere import backup.jsonl --resume
  sx-persist import orders.jsonl --stream orders
  sx-persist export --stream orders | sx-persist --root other import - --stream orders
  sx-persist import notes.jsonl --stream notes --number";

/// Takes in an archive, or events from a file of JSON lines, `-` for standard input; prints how many
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// The file
    pub(crate) file: PathBuf,
    /// The stream to append events to
    #[arg(long)]
    pub(crate) stream: Option<String>,
    /// Gives a line without a seq the next one
    #[arg(long, requires = "stream")]
    pub(crate) number: bool,
    /// Goes on where an import stood: passes by what is there and is the same, and adds what is missing
    #[arg(long, conflicts_with = "number")]
    pub(crate) resume: bool,
    /// Appends the events though the stream has the first of them
    #[arg(long, requires = "stream", conflicts_with = "resume")]
    pub(crate) repeat: bool,
    /// The folder with the blobs of an archive that has them beside it
    #[arg(long, value_name = "DIR", conflicts_with = "stream")]
    pub(crate) blobs: Option<PathBuf>,
}

impl Import {
    pub(crate) fn is_from_stdin(&self) -> bool {
        self.file == Path::new("-")
    }

    /// The words that say how it goes on behind the lines that are written.
    pub(crate) fn on_again(&self, lines: u64) -> String {
        // What is there already these do not look for: the lines that are written must not come again.
        match (self.number || self.repeat, self.is_from_stdin()) {
            (false, is_from_stdin) => {
                let from = if is_from_stdin { "to go on, give the same lines to: " } else { "to go on: " };
                let more = if self.resume { "" } else { " --resume" };
                format!("{from}{}", self.command(false, more))
            }
            (true, true) => format!("to go on, give the lines behind these to: {}", self.command(true, "")),
            (true, false) => {
                let file = quoted(&self.file.to_string_lossy());
                format!("to go on: tail -n +{} {file} | {}", lines + 1, self.command(true, ""))
            }
        }
    }

    /// The command as it was given, of standard input instead of the file where that is said.
    fn command(&self, is_from_stdin: bool, more: &str) -> String {
        let words = env::args_os().skip(1).map(|word| {
            let is_file = is_from_stdin && word == self.file.as_os_str();
            if is_file { "-".to_owned() } else { quoted(&word.to_string_lossy()) }
        });
        words.fold("sx-persist".to_owned(), |command, word| command + " " + &word) + more
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Cow::into_owned)
}

/// What a line of a file may be at most.
pub(crate) fn too_long(bytes: usize, limit: usize) -> CliError {
    CliError::Refused(format!("the line has {bytes} bytes, the limit is {limit}"))
}

/// A line as text.
pub(crate) fn text(line: Vec<u8>) -> Result<String, CliError> {
    String::from_utf8(line)
        .map_err(|error| CliError::Refused(format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to())))
}
