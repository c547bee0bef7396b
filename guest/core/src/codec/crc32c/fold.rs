//! A message folded into its last sixteen bytes.

use super::lanes::{LANES, Lanes};
use super::passed;

/// Below this many bytes there is nothing to fold.
const BYTES_MIN: usize = 2 * LANES;

/// What the lower and the upper half of a byte add to the register sixteen bytes on, a table for each byte of it.
static LOWER: [[u8; LANES]; 4] = halves(0);
static UPPER: [[u8; LANES]; 4] = halves(4);

const fn halves(shift: u32) -> [[u8; LANES]; 4] {
    let mut tables = [[0; LANES]; 4];
    let mut half = 0u32;
    while half < 16 {
        let bytes = passed(half << shift, 15).to_le_bytes();
        let mut byte = 0;
        while byte < 4 {
            #[expect(clippy::indexing_slicing, reason = "both are below their bounds")]
            {
                tables[byte][half as usize] = bytes[byte];
            }
            byte += 1;
        }
        half += 1;
    }
    tables
}

/// What sixteen bytes add to those behind them: the first vector to the sixteen next, each other one a byte further on.
#[derive(Clone, Copy)]
struct Moved([Lanes; 4]);

impl Moved {
    const NOTHING: Self = Self([Lanes::ZERO; 4]);

    #[inline]
    fn by(bytes: Lanes) -> Self {
        let (lower, upper) = (bytes.lower_halves(), bytes.upper_halves());
        let [l0, l1, l2, l3] = &LOWER;
        let [u0, u1, u2, u3] = &UPPER;
        let look_up = |l, u| Lanes::load(l).at(lower).xor(Lanes::load(u).at(upper));
        Self([look_up(l0, u0), look_up(l1, u1), look_up(l2, u2), look_up(l3, u3)])
    }

    /// What falls on sixteen bytes: from those before them, and what those before these have left over.
    #[inline]
    fn onto(&self, before: &Self) -> Lanes {
        let Self([next, one, two, three]) = *self;
        let Self([_, one_before, two_before, three_before]) = *before;
        let near = next.xor(one.behind::<1>(one_before));
        near.xor(two.behind::<2>(two_before).xor(three.behind::<3>(three_before)))
    }
}

/// Takes bytes through the register; none when they are too few.
#[inline]
pub(super) fn pass(register: u32, bytes: &[u8]) -> Option<u32> {
    if bytes.len() < BYTES_MIN {
        return None;
    }
    // What is no multiple of sixteen stands at the front, behind zeros, which change nothing in an empty register. The
    // register that the message begins with is part of its first four bytes, wherever these fall.
    let odd = bytes.len() % LANES;
    let seed = Lanes::first_four(register);
    let mut last = Lanes::load(bytes.first_chunk()?).xor(seed).moved_up(LANES - odd);
    let (sixteens, _) = bytes.get(odd..)?.as_chunks::<LANES>();
    let (first, rest) = sixteens.split_first()?;
    let mut moved = Moved::by(last);
    last = Lanes::load(first).xor(seed.moved_down(odd)).xor(moved.onto(&Moved::NOTHING));
    let mut step = |sixteen| {
        let before = moved;
        moved = Moved::by(last);
        last = Lanes::load(sixteen).xor(moved.onto(&before));
    };
    // A host that interrupts calls looks at its clock in each turn of a loop: not as often as this.
    let (fours, rest) = rest.as_chunks::<4>();
    for [one, two, three, four] in fours {
        step(one);
        step(two);
        step(three);
        step(four);
    }
    rest.iter().for_each(&mut step);
    // Three bytes have been moved past the end: into the register.
    let beyond = Moved::NOTHING.onto(&moved).first_four_of();
    Some(super::pass(0, &last.store()) ^ beyond)
}
