//! Keys of maps: their bytes are in their order, and come back.

use sim::random::Random;
use std::fmt::Debug;
use sx_persist::{Key, Uuid};

const DRAWN: usize = 400;

fn bytes(key: &impl Key) -> Vec<u8> {
    let mut bytes = Vec::new();
    key.write(&mut bytes);
    bytes
}

/// Drawn keys in their order are in the order of their bytes, and each comes back.
fn keep_their_order<K: Key + Ord + Debug>(mut draw: impl FnMut(&mut Random) -> K) {
    let mut random = Random::new(7);
    let mut keys: Vec<_> = (0..DRAWN).map(|_| draw(&mut random)).collect();
    keys.sort();
    for pair in keys.windows(2) {
        assert_eq!(pair[0].cmp(&pair[1]), bytes(&pair[0]).cmp(&bytes(&pair[1])), "{pair:?}");
    }
    for key in &keys {
        assert_eq!(K::read(&bytes(key)).unwrap(), *key);
    }
}

fn one_of<T: Copy>(random: &mut Random, all: &[T]) -> T {
    all[usize::try_from(random.below(all.len() as u64)).unwrap()]
}

fn byte(random: &mut Random) -> u8 {
    u8::try_from(random.below(256)).unwrap()
}

/// Few letters, and those that a part of a tuple writes otherwise among them.
fn text(random: &mut Random) -> String {
    (0..random.below(4)).map(|_| one_of(random, &['\0', '\u{1}', 'a', 'b', 'ÿ'])).collect()
}

fn some_bytes(random: &mut Random) -> Vec<u8> {
    (0..random.below(4)).map(|_| one_of(random, &[0, 1, 254, 255])).collect()
}

#[test]
fn integers_keep_their_order() {
    keep_their_order(|random| random.below(u64::MAX));
    keep_their_order(|random| random.below(u64::MAX).cast_signed());
    keep_their_order(byte);
    keep_their_order(|random| byte(random).cast_signed());
    keep_their_order(|random| (u128::from(random.below(u64::MAX)) << 60).cast_signed().wrapping_neg());
    keep_their_order(|random| random.one_in(2));
    keep_their_order(|random| Uuid::from_u128(u128::from(random.below(u64::MAX)) << 64));
}

#[test]
fn texts_and_bytes_keep_their_order_also_before_others() {
    keep_their_order(text);
    keep_their_order(some_bytes);
    keep_their_order(|random| (text(random), random.below(3)));
    keep_their_order(|random| (some_bytes(random), text(random)));
    keep_their_order(|random| {
        (byte(random), some_bytes(random), text(random), random.below(2).cast_signed())
    });
    keep_their_order(|random| ((text(random), text(random)), some_bytes(random)));
}

#[test]
fn what_is_no_key_of_the_type_is_refused() {
    for bytes in [&b""[..], b"\0\0\0", b"\0\0\0\0\0"] {
        assert!(u32::read(bytes).is_err(), "{bytes:?}");
    }
    assert!(bool::read(&[2]).is_err());
    assert!(String::read(&[0xff]).is_err());
    // No end, an escape that is none, and too little behind the end.
    for bytes in [&b"a"[..], b"a\0", b"a\0\x01\0\0\0", b"a\0\0\0"] {
        assert!(<(String, u32)>::read(bytes).is_err(), "{bytes:?}");
    }
}
