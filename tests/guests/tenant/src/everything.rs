//! Every function of every interface once, each with its answer: whoever links them wrongly is told so.

use crate::bindings::sx::persist::types::{
    AppendOp, Durability, Entry, Error, KvPutOp, MapEntry, MapPair, MapRange, Op, Outcome, Position, RefEntry,
};
use crate::bindings::sx::persist::{
    admin, batch, blob, dispatch, maps, objects, persist, refs, sessions, snapshots,
};
use std::fmt::Debug;

/// What the suite is told when something is wrong.
type Checked = Result<(), String>;

pub(crate) fn call() -> Checked {
    streams()?;
    keys()?;
    blobs()?;
    writer()?;
    pointers()?;
    tables()?;
    several_keys()?;
    hashes()?;
    segments()?;
    traces()?;
    states()?;
    batches()?;
    operations()?;
    numbers()
}

/// That a call answered this.
fn same<T: Debug + PartialEq>(function: &str, answer: Result<T, Error>, expected: T) -> Checked {
    match (answer, Ok(expected)) {
        (answer, expected) if answer == expected => Ok(()),
        (answer, expected) => Err(format!("{function}: {answer:?}, and not {expected:?}")),
    }
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn streams() -> Checked {
    same("append", persist::append("s", "{:seq 1}"), 1)?;
    same("append-expecting", persist::append_expecting("s", 1, &texts(["{:seq 2}"])), 2)?;
    let third = "{:at -7 :data nil :seq 3 :stream \"s\" :type \"k\"}";
    same("record-event", persist::record_event("s", "k", -7, "nil", Some(2)), third.to_owned())?;
    same("read", persist::read("s"), texts(["{:seq 1}", "{:seq 2}", third]))?;
    let page = persist::read_page("s", &Position::End, 1, true).map(|page| page.events);
    same("read-page", page, format!("{third}\n"))?;
    same("truncate", persist::truncate("s", 2), 2)?;
    same("count", persist::count("s"), 1)?;
    same("last-seq", persist::last_seq("s"), 3)?;
    same("streams", persist::streams(), texts(["s"]))
}

fn keys() -> Checked {
    same("kv-put", persist::kv_put("k", "1"), ())?;
    same("kv-get", persist::kv_get("k"), Some("1".to_owned()))?;
    same("kv-has", persist::kv_has("k"), true)?;
    same("kv-swap", persist::kv_swap("k", Some("1"), Some("2")), true)?;
    same("kv-keys", persist::kv_keys(), texts(["k"]))?;
    let entry = Entry { key: "k".to_owned(), value: "2".to_owned() };
    same("kv-list", persist::kv_list("k", None, 9).map(|page| page.entries), vec![entry])?;
    same("kv-list", persist::kv_list("", Some("k"), 9).map(|page| page.entries), vec![])?;
    same("kv-delete", persist::kv_delete("k"), true)
}

/// That of `hello`.
const CID: &str = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";

fn blobs() -> Checked {
    same("blob.put", blob::put(b"hello"), CID.to_owned())?;
    same("blob.get", blob::get(CID), Some(b"hello".to_vec()))?;
    same("blob.has", blob::has(CID), true)?;
    same("blob.size", blob::size(CID), Some(5))?;
    same("blob.read-at", blob::read_at(CID, 1, 3), Some(b"ell".to_vec()))?;
    same("blob.list", blob::list(None, 9).map(|page| page.cids), texts([CID]))?;
    same("blob.delete", blob::delete(CID), true)
}

fn writer() -> Checked {
    let begin = || blob::Writer::new().map_err(|error| format!("writer: {error:?}"));
    let writer = begin()?;
    same("writer.write", writer.write(b"hel"), ())?;
    let other = begin()?;
    same("writer.write", other.write(b"other"), ())?;
    same("writer.write", writer.write(b"lo"), ())?;
    drop(other);
    same("writer.finish", blob::Writer::finish(writer), CID.to_owned())?;
    same("blob.list", blob::list(None, 9).map(|page| page.cids), texts([CID]))
}

fn pointers() -> Checked {
    let (old, new) = ("1".repeat(40), "2".repeat(64));
    same("refs.set", refs::set("refs/heads/main", &old), ())?;
    same("refs.test-and-set", refs::test_and_set("refs/heads/main", Some(&old), Some(&new)), true)?;
    same("refs.get", refs::get("refs/heads/main"), Some(new.clone()))?;
    let entry = RefEntry { name: "refs/heads/main".to_owned(), hash: new };
    same("refs.list", refs::list("refs/", None, 9).map(|page| page.refs), vec![entry])?;
    same("refs.delete", refs::delete("refs/heads/main"), true)
}

fn tables() -> Checked {
    let version = maps::put("t", b"k", b"1").map_err(|error| format!("maps.put: {error:?}"))?;
    let entry = |value: &[u8], version| MapEntry { value: value.to_vec(), version };
    same("maps.get", maps::get("t", b"k"), Some(entry(b"1", version)))?;
    same("maps.swap", maps::swap("t", b"k", Some(version), b"2"), version + 1)?;
    same("maps.put-new", maps::put_new("t", b"new", b"3"), version + 2)?;
    same("maps.increment", maps::increment("t", b"k", -5), -3)?;
    same("maps.has", maps::has("t", b"k"), true)?;
    same("maps.tables", maps::tables(), texts(["t"]))?;
    let range = MapRange { prefix: b"".to_vec(), start: Some(b"a".to_vec()), end: Some(b"z".to_vec()) };
    let keys = maps::list("t", &range, None, 9, true).map(|page| page.keys);
    same("maps.list", keys, vec![b"new".to_vec(), b"k".to_vec()])?;
    same("maps.delete", maps::delete("t", b"new", Some(version + 2)), true)?;
    same("maps.drop-table", maps::drop_table("t"), 1)
}

fn several_keys() -> Checked {
    let pair = |key: &[u8], value: &[u8]| MapPair { key: key.to_vec(), value: value.to_vec() };
    let version = maps::put_many("t", &[pair(b"a", b"1"), pair(b"b", b"2")]);
    let version = version.map_err(|error| format!("maps.put-many: {error:?}"))?;
    let keys = [b"b".to_vec(), b"c".to_vec()];
    let found = vec![Some(MapEntry { value: b"2".to_vec(), version }), None];
    same("maps.get-many", maps::get_many("t", &keys), found)?;
    same("maps.delete-many", maps::delete_many("t", &keys), 1)
}

fn hashes() -> Checked {
    let (one, two) = ("a".repeat(40), "b".repeat(40));
    same("objects.write", objects::write(&one, b"one"), ())?;
    let written = objects::write_batch(&[(two.clone(), b"two".to_vec())]).map_err(|refusal| refusal.reason);
    same("objects.write-batch", written, ())?;
    let refused = objects::write_batch(&[(one.clone(), vec![]), ("none".to_owned(), vec![])]);
    let index = refused.map_err(|refusal| refusal.index);
    if index != Err(Some(1)) {
        return Err(format!("objects.write-batch: {index:?}"));
    }
    same("objects.read", objects::read(&two), Some(b"two".to_vec()))?;
    same("objects.exists", objects::exists(&one), true)?;
    same("objects.list", objects::list(Some(&one), 9).map(|page| page.hashes), vec![two.clone()])?;
    same("objects.stats", objects::stats().map(|stats| stats.objects), 2)?;
    same("objects.delete", objects::delete(&two), true)
}

const SESSION: &str = "00000000-0000-0000-0000-000000000001";
const SEGMENT: &str = "00000000-0000-0000-0000-000000000002";

fn segments() -> Checked {
    same("sessions.create-segment", sessions::create_segment(SESSION, SEGMENT, &texts(["1"])), ())?;
    same("sessions.append", sessions::append(SESSION, SEGMENT, "2"), 2)?;
    let appended = sessions::append_expecting(SESSION, SEGMENT, 2, &texts(["3"]));
    same("sessions.append-expecting", appended, 3)?;
    same("sessions.read", sessions::read(SESSION, SEGMENT), texts(["1", "2", "3"]))?;
    let page = sessions::read_after(SESSION, SEGMENT, 1, 1).map(|page| (page.entries, page.next));
    same("sessions.read-after", page, ("2\n".to_owned(), Some(2)))?;
    same("sessions.truncate", sessions::truncate(SESSION, SEGMENT, 2), 1)?;
    same("sessions.entry-count", sessions::entry_count(SESSION, SEGMENT), 2)?;
    same("sessions.exists", sessions::exists(SESSION, SEGMENT), true)?;
    same("sessions.session-of", sessions::session_of(SEGMENT), Some(SESSION.to_owned()))
}

fn traces() -> Checked {
    same("sessions.append-trace", sessions::append_trace(SESSION, SEGMENT, ":said"), 1)?;
    let page = sessions::read_trace(SESSION, SEGMENT, 0, 9).map(|page| page.entries);
    same("sessions.read-trace", page, ":said\n".to_owned())?;
    let page = sessions::list_sessions(None, 9).map(|page| page.ids);
    same("sessions.list-sessions", page, texts([SESSION]))?;
    let page = sessions::list_segments(SESSION, None, 9).map(|page| page.ids);
    same("sessions.list-segments", page, texts([SEGMENT]))?;
    same("sessions.delete-segment", sessions::delete_segment(SESSION, SEGMENT), true)
}

fn states() -> Checked {
    same("snapshots.persist", snapshots::persist("k", b"\0\xff"), ())?;
    same("snapshots.persist-marker", snapshots::persist_marker("m"), ())?;
    same("snapshots.load", snapshots::load("k"), Some(b"\0\xff".to_vec()))?;
    same("snapshots.load", snapshots::load("m"), Some(vec![]))?;
    same("snapshots.keys", snapshots::keys("", Some("k"), 9).map(|page| page.keys), texts(["m"]))?;
    same("snapshots.delete-marker", snapshots::delete_marker("m"), true)?;
    same("snapshots.contains", snapshots::contains("m"), false)
}

fn batches() -> Checked {
    let append =
        |seq: u64| Op::Append(AppendOp { stream: "batched".to_owned(), event: format!("{{:seq {seq}}}") });
    let put = |key: &str| Op::KvPut(KvPutOp { key: key.to_owned(), value: "1".to_owned() });
    let committed = batch::commit(&[append(4), put("b")]).map_err(|refusal| refusal.reason);
    same("batch.commit", committed, vec![Outcome::Appended(4), Outcome::Put])?;
    let refused = batch::commit(&[put("c"), append(0)]).map_err(|refusal| refusal.index);
    if refused != Err(Some(1)) {
        return Err(format!("batch.commit: {refused:?}"));
    }
    same("kv-has", persist::kv_has("c"), false)?;
    let outcomes = batch::run(&[append(0), put("c")]);
    match outcomes.as_slice() {
        [Err(Error::InvalidEvent(_)), Ok(Outcome::Put)] => Ok(()),
        other => Err(format!("batch.run: {other:?}")),
    }
}

fn operations() -> Checked {
    let answer = dispatch::handle_op("persist/kv-get", "(\"c\")");
    same("dispatch.handle-op", answer, Some("1".to_owned()))?;
    same("dispatch.handle-op", dispatch::handle_op("other/op", "nil"), None)?;
    let cid = dispatch::handle_op_bytes("blob/put", b"(\"\xff\")").map(Option::unwrap_or_default);
    let args = [b"(", &cid.map_err(|error| format!("blob/put: {error:?}"))?[..], b")"].concat();
    let answer = dispatch::handle_op_bytes("blob/get", &args);
    same("dispatch.handle-op-bytes", answer, Some(b"\"\xff\"".to_vec()))
}

fn numbers() -> Checked {
    same("admin.set-durability", admin::set_durability(Durability::Relaxed), ())?;
    same("kv-put", persist::kv_put("relaxed", "1"), ())?;
    same("admin.flush", admin::flush(), ())?;
    same("admin.checkpoint", admin::checkpoint(), ())?;
    same("admin.checkpoint-step", admin::checkpoint_step(), false)?;
    same("admin.set-durability", admin::set_durability(Durability::Always), ())?;
    same("admin.verify", admin::verify().map(|report| (report.blobs, report.damaged)), (2, 0))?;
    same("admin.repair", admin::repair().map(|report| report.damaged), 0)?;
    let stats = admin::stats().map(|stats| stats.iter().any(|counter| counter.name == "lsn"));
    same("admin.stats", stats, true)
}
