//! What the bytes of a file are (docs/format.md): of a run its blocks and filters, of a journal its frames.

use std::ops::Range;

/// A stretch of a file, and what stands there.
pub(super) type Part = (&'static str, Range<usize>);

const FOOTER_BYTES: usize = 64;
const FOOTER: [(&str, usize); 9] = [
    ("magic", 8),
    ("number", 8),
    ("entries", 8),
    ("lowest version", 8),
    ("highest version", 8),
    ("top offset", 8),
    ("top length", 4),
    ("top checksum", 4),
    ("zero and checksum", 8),
];
const HEADER: [(&str, usize); 5] = [
    ("header magic", 8),
    ("header number", 8),
    ("header lsn", 8),
    ("header checksum", 8),
    ("header rest", 992),
];

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes[at..at + width].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The kinds and the values of the entries of a block.
fn entries(block: &[u8]) -> Vec<(u8, &[u8])> {
    let (width, count, prefix) = (usize::from(block[1]), number(block, 2, 2), number(block, 4, 2));
    let (rests, ends) = (16 + prefix, 16 + prefix + 2 * count);
    let first = ends + 5 * count + width * count + number(block, rests + 2 * (count - 1), 2);
    let end = |at: usize| first + number(block, ends + 4 * at, 4);
    let value = |at: usize| &block[if at == 0 { first } else { end(at - 1) }..end(at)];
    (0..count).map(|at| (block[ends + 4 * count + at], value(at))).collect()
}

fn values(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    entries(block).into_iter().map(|(_, value)| value)
}

/// The values that the entries of a run have in other files: the numbers of these, and where it is.
pub(super) fn values_elsewhere(run: &[u8]) -> Vec<(usize, Range<usize>)> {
    let blocks = of_run(run).into_iter().filter(|(name, _)| *name == "data block");
    let pointers = blocks.flat_map(|(_, block)| entries(&run[block])).filter(|(kind, _)| *kind == 2);
    let place = |value: &[u8]| number(value, 8, 8)..number(value, 8, 8) + number(value, 16, 4);
    pointers.map(|(_, value)| (number(value, 0, 8), place(value))).collect()
}

/// Names parts that follow each other.
fn named(names: &[(&'static str, usize)], start: usize) -> Vec<Part> {
    let mut end = start;
    let part = |(name, length): &(&'static str, usize)| {
        let start = end;
        end += length;
        (*name, start..end)
    };
    names.iter().map(part).collect()
}

/// The parts of a run that is whole.
pub(super) fn of_run(run: &[u8]) -> Vec<Part> {
    let footer = run.len() - FOOTER_BYTES;
    let top = number(run, footer + 40, 8)..number(run, footer + 40, 8) + number(run, footer + 48, 4);
    let mut parts = Vec::new();
    for partition in values(&run[top.clone()]) {
        let index = number(partition, 0, 8)..number(partition, 0, 8) + number(partition, 8, 4);
        for block in values(&run[index.clone()]) {
            let offset = number(block, 0, 8);
            parts.push(("data block", offset..offset + number(block, 8, 4)));
        }
        let filter = index.end..index.end + number(partition, 16, 4);
        parts.extend([("index block", index), ("filter", filter)]);
    }
    parts.push(("top index", top));
    parts.extend(named(&FOOTER, footer));
    assert!(parts.iter().all(|(_, part)| !part.is_empty()));
    assert_eq!(parts.iter().map(|(_, part)| part.len()).sum::<usize>(), run.len());
    parts
}

/// The parts of a journal that is whole.
pub(super) fn of_journal(journal: &[u8]) -> Vec<Part> {
    let mut parts = named(&HEADER, 0);
    let mut at = 1_024;
    while at < journal.len() {
        let length = number(journal, at, 4);
        if length == 0 {
            parts.push(("zeros", at..journal.len()));
            break;
        }
        let names = if at == 1_024 { ["manifest head", "manifest"] } else { ["frame head", "frame"] };
        let next = at + (24 + length).next_multiple_of(8);
        parts.extend([(names[0], at..at + 24), (names[1], at + 24..next)]);
        at = next;
    }
    parts
}
