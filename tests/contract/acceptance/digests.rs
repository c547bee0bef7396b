//! B1, B4, B5 and S8 on each component that ships, whoever hashes and sums for it: at the lengths and cuts that these tell apart.

use sim::disk::Disk;
use sim::simfs::Plan;
use support::bindings::exports::sx::persist::types::{Error, Position};
use support::machine::Machine;
use sx_persist::types::Direction;
use trace::address;

/// Bytes that are given to the digest at once.
const PART_BYTES: usize = 64 << 10;

fn machines() -> [Machine; 3] {
    [
        Machine::boot(Disk::default(), Plan::default()),
        Machine::boot_portable(Disk::default(), Plan::default()),
        Machine::boot_in_memory(),
    ]
}

/// Bytes of which no two blocks are alike.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 31 + at / 251) % 256).unwrap()).collect()
}

#[test]
fn b1_each_component_gives_the_address_of_bytes_of_any_length() {
    let around = |middle: usize| middle - 1..=middle + 1;
    let lengths =
        (0..200).chain(around(PART_BYTES)).chain(around(2 * PART_BYTES)).chain([1 << 20, (1 << 20) + 77]);
    for length in lengths {
        let bytes = bytes(length);
        for mut machine in machines() {
            let cid = machine.call(|e, s| e.blob(s)?.call_put(s, &bytes)).unwrap().unwrap();
            assert_eq!(cid, address(&bytes), "{length} bytes");
            // Of the journal's the hash is checked when they have come into their file.
            machine.call(|e, s| e.admin(s)?.call_checkpoint(s)).unwrap().unwrap();
            let got = machine.call(|e, s| e.blob(s)?.call_get(s, &cid)).unwrap();
            assert!(got.unwrap().is_some_and(|got| got == bytes), "{length} bytes");
        }
    }
}

#[test]
fn b5_parts_give_the_address_of_the_whole_in_each_component() {
    let bytes = bytes(3 * PART_BYTES + 5);
    for cut in [1, 63, 64, 65, 127, 4_097, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 9] {
        for mut machine in machines() {
            // One that goes through the journal, and one that does not unless its parts are tiny.
            for length in [200, bytes.len().min(5_000 * cut)] {
                let cid = written(&mut machine, &bytes[..length], cut);
                assert_eq!(cid, address(&bytes[..length]), "{length} bytes by {cut}");
            }
        }
    }
}

/// Puts a blob by parts of a length.
fn written(machine: &mut Machine, bytes: &[u8], cut: usize) -> String {
    let writer = machine.call(|e, s| e.blob(s)?.writer().call_constructor(s)).unwrap().unwrap();
    for part in bytes.chunks(cut) {
        machine.call(|e, s| e.blob(s)?.writer().call_write(s, writer, part)).unwrap().unwrap();
    }
    machine.call(|e, s| e.blob(s)?.writer().call_finish(s, writer)).unwrap().unwrap()
}

#[test]
fn b4_each_component_notices_a_flipped_bit() {
    let bytes = bytes(PART_BYTES + 1);
    for boot in [Machine::boot, Machine::boot_portable] {
        let mut machine = boot(Disk::default(), Plan::default());
        let cid = machine.call(|e, s| e.blob(s)?.call_put(s, &bytes)).unwrap().unwrap();
        let disk = machine.kill();
        let mut files = disk.files();
        let file = files.get_mut(&format!("blobs/{cid}")).expect("it is in its file");
        file[PART_BYTES] ^= 1;
        let mut machine = boot(Disk::holding(&files), Plan::default());
        let got = machine.call(|e, s| e.blob(s)?.call_get(s, &cid)).unwrap();
        assert!(matches!(got, Err(Error::Corrupt(_))));
    }
}

/// Events whose lines are of many lengths, longer than what is read at once among them.
fn events() -> Vec<String> {
    let lengths = (0..400).chain([4 << 10, PART_BYTES, 3 * PART_BYTES, 10, 2 * PART_BYTES - 60, 0, 1]);
    lengths.zip(1..).map(|(length, seq)| format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(length))).collect()
}

/// All events of the stream `s`, by pages of so many.
fn paged(machine: &mut Machine, limit: u32) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let mut at = Position::Start;
    loop {
        let page = machine
            .call(|e, s| e.persist(s)?.call_read_page(s, "s", &at, limit, Direction::Forward))
            .unwrap()?;
        found.extend(page.lines.lines().map(str::to_owned));
        if page.done {
            return Ok(found);
        }
        at = Position::Cursor(page.through);
    }
}

#[test]
fn s2_each_component_reads_lines_of_any_length() {
    let events = events();
    for mut machine in machines() {
        let append = machine.call(|e, s| e.persist(s)?.call_append_expecting(s, "s", 0, &events));
        append.unwrap().unwrap();
        machine.call(|e, s| e.admin(s)?.call_checkpoint(s)).unwrap().unwrap();
        for limit in [1, 7, 256, 10_000] {
            assert_eq!(paged(&mut machine, limit).unwrap(), events, "pages of {limit}");
        }
    }
}

#[test]
fn each_component_notices_a_flipped_bit_in_any_line() {
    let events = events();
    for boot in [Machine::boot, Machine::boot_portable] {
        let mut machine = boot(Disk::default(), Plan::default());
        let append = machine.call(|e, s| e.persist(s)?.call_append_expecting(s, "s", 0, &events));
        append.unwrap().unwrap();
        machine.call(|e, s| e.admin(s)?.call_checkpoint(s)).unwrap().unwrap();
        let files = machine.kill().files();
        let log = &files["streams/73.log"];
        let ends = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        for (line, end) in (1..).zip(ends).filter(|(line, _)| line % 29 == 1) {
            let mut files = files.clone();
            // In the value, in front of the checksum's digits.
            files.get_mut("streams/73.log").unwrap()[end - 25] ^= 1;
            let mut machine = boot(Disk::holding(&files), Plan::default());
            let damage = match paged(&mut machine, 1_000) {
                Err(Error::Corrupt(damage)) => damage,
                other => panic!("line {line}: {other:?}"),
            };
            assert_eq!(damage.line, Some(line));
        }
    }
}
