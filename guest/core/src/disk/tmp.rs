//! Files in work: they are written in a folder of their own, and renamed when they are whole.

pub(crate) const TMP: &str = "tmp";
/// Ends the name of each file that this store makes in `tmp/`. What stands there under another name is somebody else's: a folder
/// of this name may have been there before the store was.
const IN_WORK: &str = ".sx-persist";

/// The path of a file in work.
pub(crate) fn path(name: &str) -> String {
    format!("{TMP}/{name}{IN_WORK}")
}

/// Is this the path of a file in work? It is the only kind that the store removes without having been asked to.
pub(crate) fn is_in_work(path: &str) -> bool {
    path.strip_prefix(TMP).is_some_and(|name| name.starts_with('/') && name.ends_with(IN_WORK))
}
