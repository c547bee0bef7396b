//! Hashes, filters and footers.

use crate::codec::crc32c::crc32c;
use crate::limits::COUNT_END;
use crate::run::block_ref::BlockRef;
use crate::run::filter::{Filter, LINE_BYTES, build, hash};
use crate::run::footer::{FOOTER_BYTES, Footer};

#[test]
fn hashes_are_those_of_the_document() {
    for (key, due) in super::golden::hashes() {
        assert_eq!(hash(&key), due, "{key:?}");
    }
}

fn filter(keys: impl Iterator<Item = u64>) -> Filter {
    let hashes: Vec<_> = keys.map(|key| hash(&key.to_be_bytes())).collect();
    let mut lines = Vec::new();
    build(&hashes, &mut lines).unwrap();
    assert_eq!(lines.len(), (hashes.len() * 10).div_ceil(512).max(1) * LINE_BYTES);
    Filter::decode(lines).unwrap()
}

#[test]
fn a_filter_knows_each_key_and_few_others() {
    for count in [0, 1, 51, 52, 2_400, 100_000] {
        let filter = filter(0..count);
        assert!((0..count).all(|key| filter.may_contain(hash(&key.to_be_bytes()))), "{count}");
        let others = (1 << 32..).take(20_000).filter(|key| filter.may_contain(hash(&u64::to_be_bytes(*key))));
        let mistaken = others.count();
        // The hash is what it is, so this is no matter of luck: 1.2 % at the most.
        assert!(mistaken < 300, "{mistaken} of 20,000 with {count} keys");
    }
}

#[test]
fn a_filter_is_whole_lines() {
    for length in [0, 1, 63, 65, 127] {
        assert!(Filter::decode(vec![0; length]).is_err(), "{length}");
    }
    assert!(Filter::decode(vec![0; 128]).is_ok());
}

fn sample() -> Footer {
    Footer {
        number: 7,
        entries: 5,
        lowest_version: 1,
        highest_version: 9,
        top: BlockRef { offset: 100, length: 36, crc: 0xabcd },
    }
}

#[test]
fn a_footer_comes_back_and_no_other_does() {
    let bytes = sample().encode();
    assert_eq!(Footer::decode(&bytes, 200), Ok(sample()));
    assert_eq!(sample().crc().to_le_bytes(), bytes[60..]);
    for bit in 0..8 * FOOTER_BYTES {
        let mut flipped = bytes;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Footer::decode(&flipped, 200).is_err(), "bit {bit}");
    }
    for length in 0..FOOTER_BYTES {
        assert!(Footer::decode(&bytes[..length], 200).is_err(), "{length}");
    }
    for length in [0, 64, 136, 199, 201, u64::MAX] {
        assert!(Footer::decode(&bytes, length).is_err(), "{length}");
    }
}

#[test]
fn a_file_is_named_by_what_stands_in_its_footer_since_all_footers_have_one_checksum() {
    let other = Footer { number: 8, ..sample() };
    assert_ne!(sample().crc(), other.crc());
    assert_eq!(crc32c(&sample().encode()), crc32c(&other.encode()));
}

#[test]
fn a_footer_with_numbers_that_no_writer_makes_is_refused() {
    let top = |offset, length| BlockRef { offset, length, crc: 0 };
    for (footer, length) in [
        (Footer { entries: 0, ..sample() }, 200),
        (Footer { entries: COUNT_END, ..sample() }, 200),
        (Footer { lowest_version: 10, ..sample() }, 200),
        (Footer { highest_version: COUNT_END, ..sample() }, 200),
        (Footer { top: top(100, 15), ..sample() }, 179),
        (Footer { top: top(u64::MAX, 36), ..sample() }, 99),
        (Footer { top: top(COUNT_END, 36), ..sample() }, COUNT_END + 100),
    ] {
        assert_eq!(
            Footer::decode(&footer.encode(), length),
            Err("a footer that no writer makes"),
            "{footer:?}"
        );
    }
}
