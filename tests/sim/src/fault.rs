//! What a simulated disk can answer instead of doing what it is told.

use crate::simfs::Import;
use wasmtime_wasi::p2::bindings::sync::filesystem::types::ErrorCode;

/// What a disk can answer instead of doing what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A code, on any call; a sync that fails so has lost or kept its bytes at random (D5).
    Code(Import, Code),
    /// `insufficient-space`, on calls that need room; a write may have done a part of its work.
    NoSpace,
    /// A read gives less than it was asked for.
    ShortRead,
    /// A write takes less than it was given.
    ShortWrite,
    /// `interrupted`, on any call but the sync of a file, which is not made again (D5); never twice in a row.
    Interrupted,
    /// `unsupported` for a folder's sync.
    RefuseFolderSync,
}

/// The codes of `wasi:filesystem` with which a call can fail that was right to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the code of its name in wasi:filesystem")]
pub enum Code {
    Io,
    NotPermitted,
    ReadOnly,
    Access,
    Quota,
    FileTooLarge,
    Interrupted,
    NameTooLong,
    Loop,
    IllegalByteSequence,
}

impl From<Code> for ErrorCode {
    fn from(code: Code) -> Self {
        match code {
            Code::Io => Self::Io,
            Code::NotPermitted => Self::NotPermitted,
            Code::ReadOnly => Self::ReadOnly,
            Code::Access => Self::Access,
            Code::Quota => Self::Quota,
            Code::FileTooLarge => Self::FileTooLarge,
            Code::Interrupted => Self::Interrupted,
            Code::NameTooLong => Self::NameTooLong,
            Code::Loop => Self::Loop,
            Code::IllegalByteSequence => Self::IllegalByteSequence,
        }
    }
}

impl Fault {
    /// Is it what a file system with short names says of this path, each time? Then nothing is there, and nothing ever was.
    pub(crate) fn is_for_good(self, path: &str) -> bool {
        const SURE_NAME_CHARS: usize = 140;
        let is_long = path.split('/').any(|name| name.len() > SURE_NAME_CHARS);
        matches!(self, Self::Code(_, Code::NameTooLong)) && is_long
    }

    pub(crate) fn hits(self, import: Import) -> bool {
        use Import as I;
        match self {
            Self::Code(wanted, _) => wanted == import,
            Self::NoSpace => matches!(import, I::Create | I::Write | I::MakeFolder | I::Rename),
            Self::ShortRead => import == I::Read,
            Self::ShortWrite => import == I::Write,
            Self::Interrupted => import != I::SyncData,
            Self::RefuseFolderSync => import == I::SyncFolder,
        }
    }
}
