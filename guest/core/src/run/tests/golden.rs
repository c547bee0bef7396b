//! Are the bytes what docs/format.md says? Nothing that ships writes runs yet, so this is compared here.
//!
//! Where they are to be others, the document takes what the failed test shows.

use super::{RunFile, TestEntries, TestFile, source, write_one};
use crate::run::entry::RunEntryKind;
use crate::run::reader::block_ref;
use std::fmt::Write as _;

const DOCUMENT: &str = include_str!("../../../../../docs/format.md");

/// A golden block of the document.
pub(super) fn block(name: &str) -> &'static str {
    let (_, rest) =
        DOCUMENT.split_once(&format!("<!-- golden: {name} -->\n```\n")).expect("the block is marked");
    rest.split_once("```").expect("the block ends").0
}

/// Keys and their hashes, as the document has them.
pub(super) fn hashes() -> Vec<(Vec<u8>, u64)> {
    let read = |line: &str| {
        let (key, hash) = line.split_once(": ").unwrap();
        (key.replace("\\0", "\0").into_bytes(), u64::from_str_radix(hash, 16).unwrap())
    };
    let hashes: Vec<_> = block("run hashes").lines().map(read).collect();
    assert_eq!(hashes.len(), 6);
    hashes
}

fn entries() -> TestEntries {
    let entry = |key: &[u8], version, kind, value: &[u8]| (key.to_vec(), (version, kind, value.to_vec()));
    [
        entry(b"\x02apple", 7, RunEntryKind::Value, b"1"),
        entry(b"\x02apricot", 300, RunEntryKind::Value, b"\"two\""),
        entry(b"\x02banana", 9, RunEntryKind::Removed, b""),
        entry(b"\x02cherry", 12, RunEntryKind::Expiring, b"\0\x10\xa5\xd4\xe8\0\0\0nil"),
        entry(b"\x02date", 12, RunEntryKind::Removed, b""),
        entry(b"\x02grape", 4, RunEntryKind::Pointer, &[&[9; 16][..], &[9, 9, 0, 0, 9, 9, 9, 9]].concat()),
    ]
    .into()
}

/// Bytes of a part of a file, sixteen a line, behind the name of the part.
fn part(name: &str, bytes: &[u8], start: u64, length: u32, text: &mut String) {
    let start = usize::try_from(start).unwrap();
    let _ = writeln!(text, "{name}");
    for (at, line) in (start..).step_by(16).zip(bytes[start..start + length as usize].chunks(16)) {
        let hex: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = line.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' });
        let _ = writeln!(text, "{at:06x}  {:<47}  {}", hex.join(" "), shown.collect::<String>());
    }
}

fn listing(file: &TestFile) -> String {
    let (run, mut source) = (file.open().unwrap(), source(&file.bytes));
    let (mut data, mut rest) = (String::new(), String::new());
    for at in 0..run.top.count() {
        let place = run.partition_ref(at);
        let partition = run.partition(&mut source, at).unwrap();
        for at in 0..partition.index.count() {
            let block = block_ref(&partition.index, at);
            part("data block", &file.bytes, block.offset, block.length, &mut data);
        }
        part("index block", &file.bytes, place.index.offset, place.index.length, &mut rest);
        part("filter", &file.bytes, place.index.end().unwrap(), place.filter_length, &mut rest);
    }
    let top = run.footer.top;
    part("top index", &file.bytes, top.offset, top.length, &mut rest);
    part("footer", &file.bytes, top.end().unwrap(), 64, &mut rest);
    data + &rest
}

#[test]
fn the_document_shows_the_bytes_of_a_run() {
    let file = write_one(&entries(), 64);
    let written = listing(&file);
    assert!(block("run") == written, "docs/format.md, run\n{written}");
}

#[test]
fn the_run_in_the_document_is_read() {
    let bytes = block("run").lines().filter_map(|line| line.split_once("  ")).flat_map(|(_, line)| {
        let hex = line.get(..47).unwrap().trim_end().replace(' ', "");
        crate::codec::hex::unhex(&hex).unwrap()
    });
    let bytes: Vec<u8> = bytes.collect();
    let footer_crc = u32::from_le_bytes(*bytes.last_chunk().unwrap());
    let (first_key, last_key) = (b"\x02apple".to_vec(), b"\x02grape".to_vec());
    let length_bytes = bytes.len() as u64;
    let named =
        RunFile { number: 1, length_bytes, entries: 6, footer_crc, first_key, last_key, has_larger: false };
    let file = TestFile { named, bytes };
    assert_eq!(file.page(None, true).unwrap().into_iter().collect::<TestEntries>(), entries());
    assert_eq!(file.damages(), []);
}
