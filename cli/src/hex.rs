//! Keys and values of any bytes: as text, or in hex.

use crate::exit::CliError;
use crate::progress;
use clap::Args;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use std::borrow::Cow;
use std::path::Path;

/// One byte more than a value may have, so that the store refuses what is longer.
const STDIN_BYTES_MAX: u64 = (16 << 20) + 1;

/// How bytes are written.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Keys and values are hex digits, two a byte, where they are no text
    #[arg(long)]
    pub(crate) hex: bool,
}

impl Form {
    /// The bytes of a value.
    pub(crate) fn read(self, argument: &str) -> anyhow::Result<Vec<u8>> {
        match argument {
            "-" => progress::read(Path::new("-"), STDIN_BYTES_MAX),
            text => self.parse(text),
        }
    }

    /// The bytes of a key.
    pub(crate) fn parse(self, text: &str) -> anyhow::Result<Vec<u8>> {
        if !self.hex {
            return Ok(text.as_bytes().to_vec());
        }
        let refused = || CliError::Misused(format!("{text:?} is not in hex, two digits a byte"));
        Ok(unhex(text).ok_or_else(refused)?)
    }

    /// Bytes as they are to be shown.
    pub(crate) fn print(self, bytes: &[u8]) -> anyhow::Result<Cow<'_, str>> {
        if self.hex {
            return Ok(hex(bytes).into());
        }
        let refused = |_| CliError::Refused(format!("{} in hex is no text; give --hex", hex(bytes)));
        Ok(std::str::from_utf8(bytes).map_err(refused)?.into())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}
