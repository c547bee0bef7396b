//! Searches in long logs: how much they read, and that what one remembers never makes another answer as the log was.

use crate::any_disk::{Engine, engine_on};
use crate::contents::make_root;
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Fault;
use sx_persist_core::{Direction, ExpectSeq, Position};

const SEGMENT: &str = "00000000-0000-1000-8000-000000000001";
const SESSION: &str = "aaaaaaaa-0000-4000-8000-000000000000";

/// Counts what is read: how often, and bytes.
#[derive(Clone, Debug, Default)]
struct Reads(Rc<Cell<(usize, usize)>>);

impl Watch for Reads {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        Ok(())
    }

    fn reads(&self, bytes: usize) {
        let (times, before) = self.0.get();
        self.0.set((times + 1, before + bytes));
    }
}

/// Draws numbers, the same in each run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn event(seq: u64, bytes: usize) -> String {
    format!("{{:seq {seq} :text \"{}\"}}", "x".repeat(bytes))
}

/// The seqs of a page's events.
fn seqs(lines: &str) -> Vec<u64> {
    let seq = |line: &str| line.split([' ', '}']).nth(1).unwrap().parse().unwrap();
    lines.lines().map(seq).collect()
}

#[test]
fn a_page_in_a_long_log_takes_few_reads_and_fewer_where_others_were_read() {
    const EVENTS: u64 = 20_000;
    let disk = Watched::<Reads>::default();
    let mut engine = disk.engine();
    for first in (0..EVENTS).step_by(1_000) {
        let events: Vec<_> = (first + 1..=first + 1_000).map(|seq| event(seq, 200)).collect();
        engine.append_expecting("s", first, &events).unwrap();
    }
    engine.checkpoint().unwrap();
    let mut engine = disk.engine();
    engine.last_seq("s").unwrap();
    let (mut draws, reads) = (Draws(1), &disk.watch.0);
    let mut cost = |pages: u64| {
        reads.take();
        for _ in 0..pages {
            let after = draws.below(EVENTS - 10);
            let page = engine.read_page("s", &Position::After(after), 10, Direction::Forward).unwrap();
            assert_eq!(seqs(&page.lines), (after + 1..=after + 10).collect::<Vec<_>>());
        }
        reads.take()
    };
    // Halved ten times, with a read each, and a part of 64 KiB; some lines cross the end of what is read.
    let (times, bytes) = cost(1);
    assert!(times <= 18 && bytes <= (64 << 10) + times * (4 << 10), "{times} reads of {bytes} bytes");
    cost(500);
    let (times, bytes) = cost(100);
    assert!(times <= 300 && bytes <= 100 * (72 << 10), "{times} reads of {bytes} bytes");
}

/// A stream and a segment, and what they are to hold: of each event its seq, in the order of the log.
struct Logs {
    disk: Memory,
    engine: Engine,
    stream: Vec<u64>,
    last_seq: u64,
    segment: Vec<u64>,
    entries: u64,
}

impl Logs {
    fn new() -> Self {
        let mut disk = Memory::new();
        make_root(&mut disk, "journal 65536");
        let engine = engine_on(disk.clone());
        Self { disk, engine, stream: Vec::new(), last_seq: 0, segment: Vec::new(), entries: 0 }
    }

    fn append(&mut self, count: u64, bytes: usize) {
        let events: Vec<_> = (1..=count).map(|at| event(self.last_seq + at, bytes)).collect();
        self.engine.append_expecting("s", self.last_seq, &events).unwrap();
        self.stream.extend(self.last_seq + 1..=self.last_seq + count);
        self.last_seq += count;
    }

    /// An event whose seq is not above those before it.
    fn append_low(&mut self, seq: u64) {
        self.engine.append("s", &event(seq, 100)).unwrap();
        self.stream.push(seq);
        self.last_seq = self.last_seq.max(seq);
    }

    fn truncate(&mut self, upto: u64) {
        self.engine.truncate("s", upto).unwrap();
        self.stream.retain(|seq| *seq > upto);
    }

    fn append_entries(&mut self, count: u64) {
        for _ in 0..count {
            self.entries += 1;
            self.engine.session_append(SESSION, SEGMENT, &event(self.entries, 150)).unwrap();
            self.segment.push(self.entries);
        }
    }

    fn cut(&mut self, keep: u64) {
        self.engine.session_truncate(SESSION, SEGMENT, keep, ExpectSeq::Any).unwrap();
        self.segment.truncate(usize::try_from(keep).unwrap());
    }

    fn delete(&mut self) {
        self.engine.session_delete_segment(SESSION, SEGMENT).unwrap();
        self.segment.clear();
    }

    /// Pages from anywhere, and on from there, each way.
    fn compare(&mut self, draws: &mut Draws) {
        for _ in 0..3 {
            let after = draws.below(self.last_seq + 2);
            let due: Vec<_> = self.stream.iter().copied().filter(|seq| *seq > after).take(7).collect();
            let page = self.engine.read_page("s", &Position::After(after), 7, Direction::Forward).unwrap();
            assert_eq!(seqs(&page.lines), due, "behind {after}");
            let at = draws.below(self.segment.len() as u64 + 1);
            let from = Position::After(at);
            let found = self.engine.session_read_page(SESSION, SEGMENT, &from, 5, Direction::Forward);
            let found = found.map_or(Vec::new(), |page| seqs(&page.lines));
            let due: Vec<_> =
                self.segment.iter().copied().skip(usize::try_from(at).unwrap()).take(5).collect();
            assert_eq!(found, due, "behind {at} entries");
        }
        assert_eq!(self.engine.count("s").unwrap(), self.stream.len() as u64);
        let mut backward = Vec::new();
        let mut at = Position::End;
        loop {
            let page = self.engine.read_page("s", &at, 50, Direction::Backward).unwrap();
            backward.extend(seqs(&page.lines));
            if page.done {
                break;
            }
            at = Position::Cursor(page.through);
        }
        backward.reverse();
        assert_eq!(backward, self.stream);
    }
}

#[test]
fn what_was_remembered_of_a_log_is_never_what_it_was() {
    for seed in 0..20 {
        let (mut draws, mut logs) = (Draws(seed), Logs::new());
        for _ in 0..60 {
            match draws.below(14) {
                0..4 => {
                    let count = 1 + draws.below(40);
                    logs.append(count, 50 + usize::try_from(draws.below(300)).unwrap());
                }
                // Longer than what a probe reads.
                4 => logs.append(3, 20_000),
                5 if seed % 2 == 0 => {
                    let low = 1 + draws.below(logs.last_seq + 1);
                    logs.append_low(low);
                }
                6 => {
                    let upto = draws.below(logs.last_seq + 1);
                    logs.truncate(upto);
                }
                7..9 => {
                    let count = 1 + draws.below(60);
                    logs.append_entries(count);
                }
                9 if !logs.segment.is_empty() => {
                    let keep = draws.below(logs.segment.len() as u64 + 1);
                    logs.cut(keep);
                }
                10 if draws.below(4) == 0 => logs.delete(),
                11 => logs.engine.checkpoint().unwrap(),
                12 => drop(logs.engine.checkpoint_step().unwrap()),
                13 if draws.below(3) == 0 => logs.engine = engine_on(logs.disk.clone()),
                _ => {}
            }
            logs.compare(&mut draws);
        }
    }
}
