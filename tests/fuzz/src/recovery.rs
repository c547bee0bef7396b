//! Any directory at all: opened, read, written to, closed and repaired.

mod aftermath;
mod answers;
mod directory;
mod files;
mod neighbours;
mod step;

use crate::plan::Shown;
use arbitrary::Unstructured;
use directory::Directory;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Damage, Direction, Engine, Error, Position};

/// One input: what an honest store did, what befell its files, and what was put beside them.
pub fn check(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(directory) = input.arbitrary::<Directory>() else { return };
    let directory = Shown(directory);
    let mut disk = directory.0.honest();
    if let Some(loss) = directory.0.loss() {
        let before = answers::all(&mut Engine::new(disk.clone()));
        loss.befall(&mut disk);
        for disk in [disk.clone(), disk.reader()] {
            assert_eq!(answers::all(&mut Engine::new(disk)), before, "a loss of power changes no answer");
        }
    }
    directory.0.befall(&mut disk);
    read_everything(&mut Engine::new(disk.clone()));
    read_everything(&mut Engine::new(disk.reader()));
    if directory.0.is_obstructed() {
        let mut engine = Engine::new(disk.clone());
        Written::default().write(&mut engine, 1);
        let _ = engine.checkpoint();
        let _ = Engine::new(disk.clone()).repair();
        read_everything(&mut Engine::new(disk));
    } else {
        check_free(&disk);
    }
}

/// What holds where every file of the store can be written, whatever is in it.
fn check_free(disk: &Memory) {
    let mut written = Written::default();
    let mut engine = Engine::new(disk.clone());
    written.write(&mut engine, 1);
    written.is_there(&mut engine);
    let mut engine = Engine::new(disk.clone());
    written.is_there(&mut engine);
    let _ = engine.checkpoint();
    written.is_there(&mut engine);
    let mut engine = Engine::new(disk.clone());
    written.is_there(&mut engine);
    written.write(&mut engine, 2);
    read_everything(&mut engine);

    let mut engine = Engine::new(disk.clone());
    let repaired = engine.repair();
    match repaired {
        Ok(_) => {
            written.is_there(&mut engine);
            check_repaired(&mut engine);
            let mut engine = Engine::new(disk.clone());
            written.is_there(&mut engine);
            check_repaired(&mut engine);
            check_usable(disk, engine);
        }
        // Another version's store.
        Err(Error::Corrupt(damage)) if is_other_version(&damage) => {
            assert!(written.is_nothing(), "what was written to is this version's: {damage:?}");
        }
        Err(error) => panic!("{error:?}"),
    }
}

/// Walks through all that there is to read; the answers may be errors.
fn read_everything(engine: &mut Engine<Memory>) {
    let _ = engine.stats();
    for stream in engine.streams().unwrap_or_default() {
        let _ = engine.read_stream(&stream);
        let _ = engine.count(&stream);
        let _ = engine.last_seq(&stream);
        for direction in [Direction::Forward, Direction::Backward] {
            read_pages(engine, &stream, direction);
        }
        let _ = engine.read_page(&stream, &Position::After(3), 2, Direction::Forward);
    }
    for key in engine.kv_keys().unwrap_or_default() {
        let _ = engine.kv_get(&key);
    }
    let _ = engine.kv_list("", None, 10);
    neighbours::read_everything(engine);
    for cid in engine.blob_list(None, 100).map(|page| page.items).unwrap_or_default() {
        let _ = (engine.blob_get(&cid), engine.blob_size(&cid), engine.blob_read_at(&cid, 1, 100));
    }
    match engine.verify() {
        Ok(_) | Err(Error::Io(_)) => {}
        // What another version wrote is none of this one's.
        Err(Error::Corrupt(damage)) if is_other_version(&damage) => {}
        Err(error) => panic!("damage is no error here: {error:?}"),
    }
}

fn is_other_version(damage: &Damage) -> bool {
    damage.reason.starts_with("written by ")
}

/// Pages come to an end.
fn read_pages(engine: &mut Engine<Memory>, stream: &str, direction: Direction) -> Option<Vec<String>> {
    let mut at = if direction == Direction::Backward { Position::End } else { Position::Start };
    let mut events = Vec::new();
    for _ in 0..2_000 {
        let page = engine.read_page(stream, &at, 3, direction).ok()?;
        events.extend(page.lines.lines().map(str::to_owned));
        if page.done {
            return Some(events);
        }
        at = Position::Cursor(page.through);
    }
    panic!("paging never ends");
}

/// What was acknowledged.
#[derive(Default)]
struct Written {
    event: Option<String>,
    value: Option<String>,
    cid: Option<String>,
}

const STREAM: &str = "s";
const KEY: &str = "t";

impl Written {
    fn is_nothing(&self) -> bool {
        self.event.is_none() && self.value.is_none() && self.cid.is_none()
    }

    fn write(&mut self, engine: &mut Engine<Memory>, round: u64) {
        let event = format!("{{:data \"written\" :seq {round}}}");
        let value = format!("(list \"written\" {round})");
        if engine.append(STREAM, &event).is_ok() {
            self.event = Some(event);
        }
        if engine.kv_put(KEY, &value).is_ok() {
            self.value = Some(value);
        }
        if let Ok(cid) = engine.blob_put(&[b'b'; 10]) {
            self.cid = Some(cid);
        }
    }

    /// Is all of it still there?
    fn is_there(&self, engine: &mut Engine<Memory>) {
        if let Some(event) = &self.event {
            match engine.read_page(STREAM, &Position::End, 1, Direction::Backward) {
                Ok(page) => assert_eq!(page.lines.lines().next(), Some(event.as_str())),
                // The page looks at the event before it, too, to tell whether there is one.
                Err(Error::Corrupt(damage))
                    if damage.file == "streams/73.log" || damage.file.starts_with("runs/") => {}
                Err(error) => panic!("{error}"),
            }
        }
        if let Some(value) = &self.value {
            assert_eq!(engine.kv_get(KEY).unwrap().as_ref(), Some(value));
        }
        if let Some(cid) = &self.cid {
            assert_eq!(engine.blob_get(cid).unwrap(), Some(vec![b'b'; 10]));
        }
    }
}

/// What `persist/read` or `persist/kv-get` gives of a name, bytes of the original included.
fn as_bytes(engine: &mut Engine<Memory>, op: &str, name: &str) -> Vec<u8> {
    let args = [b"(", &sx::bytes::quote(name.as_bytes())[..], b")"].concat();
    engine.handle_op_bytes(op, &args).unwrap().unwrap()
}

/// Of what is left by a repair text alone may have to say that it is the original's.
fn as_text<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Err(Error::Corrupt(damage)) if is_original(&damage) => None,
        answer => Some(answer.unwrap()),
    }
}

fn is_original(damage: &Damage) -> bool {
    damage.reason.contains(" of the original that ")
}

/// After a repair nothing is damaged, and everything can be read.
fn check_repaired(engine: &mut Engine<Memory>) {
    let report = engine.verify().unwrap();
    assert_eq!(report.damaged, 0);
    assert!(report.findings.iter().all(|found| is_original(&found.damage)), "{:?}", report.findings);
    for stream in engine.streams().unwrap() {
        as_bytes(engine, "persist/read", &stream);
        let Some(events) = as_text(engine.read_stream(&stream)) else { continue };
        assert_eq!(engine.count(&stream), Ok(events.len() as u64), "{stream}");
        let _ = engine.last_seq(&stream).unwrap();
        assert_eq!(read_pages(engine, &stream, Direction::Forward).as_ref(), Some(&events));
        let mut backward = read_pages(engine, &stream, Direction::Backward).unwrap();
        backward.reverse();
        assert_eq!(backward, events);
    }
    for key in engine.kv_keys().unwrap() {
        as_bytes(engine, "persist/kv-get", &key);
        assert_ne!(as_text(engine.kv_get(&key)), Some(None));
    }
    neighbours::check_repaired(engine);
}

/// A repaired store takes writes, and keeps them (I5).
fn check_usable(disk: &Memory, mut engine: Engine<Memory>) {
    let before = engine.last_seq(STREAM).unwrap();
    let event = format!("{{:seq {}}}", before.clamp(1, (1 << 53) - 1));
    engine.append(STREAM, &event).unwrap();
    neighbours::check_usable(&mut engine);
    engine.checkpoint().unwrap();
    let mut engine = Engine::new(disk.clone());
    let events = as_bytes(&mut engine, "persist/read", STREAM);
    assert!(events.ends_with(format!(" {event})").as_bytes()), "{event}");
    assert!(engine.last_seq(STREAM).unwrap() >= before);
    let second = engine.repair().unwrap();
    assert_eq!((second.damaged, second.findings), (0, Vec::new()), "nothing is left to repair");
}
