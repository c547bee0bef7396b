//! What the suite says.

use std::io::Write as _;

pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
