//! A conversation that survives whatever happens to its process: `cargo run --example sessions -- ROOT [TURNS]`.
//!
//! A turn is several entries: what the user said, what a tool was asked and answered, and the reply. A process that was killed
//! in the middle of one left a part of it, which the next process rolls back. An entry goes behind as many as the program has
//! seen: where another writer was faster, the store says so, and the program goes on in a fork of its own.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use sx_persist::types::ExpectSeq;
use sx_persist::{Error, Result, Sessions, Store, Uuid, types};

/// An entry of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Entry {
    /// Begins a turn.
    User {
        turn: u64,
        text: String,
    },
    Tool {
        name: String,
        arguments: Vec<u64>,
        result: u64,
    },
    /// Ends a turn.
    Reply {
        turn: u64,
        text: String,
    },
}

/// A segment, and all that this program has seen of it.
struct Conversation<'a> {
    sessions: Sessions<'a, Entry>,
    session: Uuid,
    segment: Uuid,
    entries: Vec<Entry>,
}

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (root, turns) = match arguments.as_slice() {
        [root] => (root, 3),
        [root, turns] => (root, turns.parse().unwrap_or(3)),
        _ => {
            say("usage: sessions ROOT [TURNS]");
            return Ok(());
        }
    };
    let store = Store::open(root)?;
    let mut conversation = Conversation::resume(&store)?;
    for _ in 0..turns {
        conversation.turn()?;
    }
    store.close()
}

impl<'a> Conversation<'a> {
    /// Goes on where the last process was, or begins.
    fn resume(store: &'a Store) -> Result<Self> {
        let sessions = store.sessions();
        let Some(session) = sessions.ids().next().transpose()? else {
            let (session, segment) = (Uuid::now_v7(), Uuid::now_v7());
            say(&format!("begun {session} {segment}"));
            return Ok(Self { sessions, session, segment, entries: Vec::new() });
        };
        // The most recent segment of the most recent session: its id need not say so.
        let segment = sessions.segments(session).next().transpose()?.unwrap_or_default();
        let mut entries: Vec<Entry> = sessions.read(session, segment)?;
        let whole = entries.iter().rposition(|entry| matches!(entry, Entry::Reply { .. }));
        let whole = whole.map_or(0, |reply| reply + 1);
        if whole < entries.len() {
            let dropped =
                sessions.truncate(session, segment, whole as u64, ExpectSeq::At(entries.len() as u64))?;
            entries.truncate(whole);
            say(&format!("rolled back {dropped}"));
        }
        let conversation = Self { sessions, session, segment, entries };
        say(&format!("resumed {segment} {}", conversation.turns()));
        Ok(conversation)
    }

    /// How many turns are whole.
    fn turns(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry, Entry::Reply { .. })).count()
    }

    /// One turn, entry by entry. Each is durable before the next is thought of.
    fn turn(&mut self) -> Result<()> {
        let turn = self.turns() as u64 + 1;
        self.add(Entry::User { turn, text: format!("what is {turn} squared?") })?;
        if turn.is_multiple_of(5) {
            self.meddle(turn)?;
        }
        self.add(Entry::Tool { name: "multiply".into(), arguments: vec![turn, turn], result: turn * turn })?;
        self.add(Entry::Reply { turn, text: format!("{}", turn * turn) })?;
        say(&format!("turn {turn} {}", self.segment));
        Ok(())
    }

    /// Adds an entry behind those that are known; in a fork, when somebody else has written there.
    fn add(&mut self, entry: Entry) -> Result<()> {
        let (session, segment, count) = (self.session, self.segment, self.entries.len() as u64);
        self.entries.push(entry);
        match self.sessions.append_expecting(session, segment, count, &self.entries[self.entries.len() - 1..])
        {
            Err(Error::Refused(types::Error::Stale(stale))) => {
                self.segment = Uuid::now_v7();
                self.sessions.create(session, self.segment, &self.entries)?;
                say(&format!("forked {segment} {} {}", self.segment, stale.actual));
                Ok(())
            }
            added => added.map(drop),
        }
    }

    /// Another window on the same conversation answers first.
    fn meddle(&self, turn: u64) -> Result<()> {
        let meddled = Entry::Reply { turn, text: "let me think about it".into() };
        self.sessions.append(self.session, self.segment, &meddled).map(drop)
    }
}

/// A line that is out before anything else is done.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever does not listen any more misses nothing that is not in the store.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
