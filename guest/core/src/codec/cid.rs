//! Addresses of blobs: CIDv1, raw codec, sha2-256, base32 in lower case (B1).

use crate::codec::sha256::Digest;
use crate::error::{Error, Result};
use cid::Cid;
use cid::multihash::Multihash;

const RAW_CODEC: u64 = 0x55;
const SHA2_256: u64 = 0x12;

/// The text of an address.
pub(crate) fn print(digest: &Digest) -> String {
    // INVARIANT: 32 bytes always fit the 64 that `Cid` holds.
    match Multihash::wrap(SHA2_256, digest) {
        Ok(hash) => Cid::new_v1(RAW_CODEC, hash).to_string(),
        Err(_) => String::new(),
    }
}

/// The address that a text is, when it is one exactly.
pub(crate) fn parse(text: &str) -> Result<Digest> {
    parse_exact(text).ok_or_else(|| Error::InvalidCid(text.chars().take(100).collect()))
}

/// As [`parse`], for file names.
pub(crate) fn parse_exact(text: &str) -> Option<Digest> {
    // The length first: nothing longer reaches the decoder.
    if text.len() != 59 || !text.starts_with("bafkrei") {
        return None;
    }
    let cid = Cid::try_from(text).ok()?;
    let digest = Digest::try_from(cid.hash().digest()).ok()?;
    (print(&digest) == text).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::sha256::{Sha256, compress};

    fn digest(bytes: &[u8]) -> Digest {
        Sha256::digest(compress, bytes)
    }

    #[test]
    fn hello_world_has_its_published_address() {
        let text = print(&digest(b"hello world"));
        assert_eq!(text, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
        assert_eq!(parse(&text), Ok(digest(b"hello world")));
    }

    #[test]
    fn what_is_not_exactly_an_address_is_refused() {
        let good = print(&digest(b""));
        for bad in [
            String::new(),
            "../x".to_owned(),
            good.to_uppercase(),
            format!("{good} "),
            good.replacen("bafkrei", "bafybei", 1),
            "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG".to_owned(),
            // The last character carries two spare bits; another character there decodes to the same bytes.
            format!("{}z", &good[..58]),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
    }
}
