//! B1, B4 and B5 on each component that ships, whoever hashes for it: at the lengths and cuts that hashing tells apart.

use support::disk::Disk;
use support::machine::Machine;
use support::simfs::Plan;
use support::trace::address;

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
            let cid = machine.call(|e, s| e.sx_persist_blob().call_put(s, &bytes)).unwrap().unwrap();
            assert_eq!(cid, address(&bytes), "{length} bytes");
            // Of the journal's the hash is checked when they have come into their file.
            machine.call(|e, s| e.sx_persist_admin().call_checkpoint(s)).unwrap().unwrap();
            let got = machine.call(|e, s| e.sx_persist_blob().call_get(s, &cid)).unwrap();
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
    let writer = machine.call(|e, s| e.sx_persist_blob().writer().call_constructor(s)).unwrap().unwrap();
    for part in bytes.chunks(cut) {
        machine.call(|e, s| e.sx_persist_blob().writer().call_write(s, writer, part)).unwrap().unwrap();
    }
    machine.call(|e, s| e.sx_persist_blob().writer().call_finish(s, writer)).unwrap().unwrap()
}

#[test]
fn b4_each_component_notices_a_flipped_bit() {
    let bytes = bytes(PART_BYTES + 1);
    for boot in [Machine::boot, Machine::boot_portable] {
        let mut machine = boot(Disk::default(), Plan::default());
        let cid = machine.call(|e, s| e.sx_persist_blob().call_put(s, &bytes)).unwrap().unwrap();
        let disk = machine.kill();
        let mut files = disk.files();
        let file = files.get_mut(&format!("blobs/{cid}")).expect("it is in its file");
        file[PART_BYTES] ^= 1;
        let mut machine = boot(Disk::holding(&files), Plan::default());
        let got = machine.call(|e, s| e.sx_persist_blob().call_get(s, &cid)).unwrap();
        assert!(matches!(got, Err(support::bindings::exports::sx::persist::types::Error::Corrupt(_))));
    }
}
