//! A repository, through the program git.

use anyhow::{Context as _, Result, bail, ensure};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What a store takes as one object.
const OBJECT_BYTES_MAX: u64 = 16 << 20;

/// Tells git of another repository than the one that it is asked about, as hooks have it.
const ELSEWHERE: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// A git repository.
#[derive(Debug)]
pub(crate) struct Repository {
    path: PathBuf,
}

/// A ref: its name, the object that it leads to, and the ref that it names instead of an object, if it does.
#[derive(Debug)]
pub(crate) struct Ref {
    pub(crate) name: String,
    pub(crate) hash: String,
    pub(crate) target: Option<String>,
}

impl Repository {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let repository = Self { path: path.to_owned() };
        repository.ask(&["rev-parse", "--git-dir"])?;
        Ok(repository)
    }

    /// Makes a bare one in a folder that is empty, or not there.
    pub(crate) fn init_bare(path: &Path, format: &str) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| path.display().to_string())?;
        let is_empty = fs::read_dir(path).with_context(|| path.display().to_string())?.next().is_none();
        ensure!(is_empty, "{} is not empty", path.display());
        let repository = Self { path: path.to_owned() };
        repository.ask(&[
            "init",
            "--quiet",
            "--bare",
            "--template=",
            &format!("--object-format={format}"),
        ])?;
        Ok(repository)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        command.env("GIT_NO_REPLACE_OBJECTS", "1").env("LC_ALL", "C").arg("-C").arg(&self.path);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// What git prints.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String> {
        self.tell(arguments, "")
    }

    /// Gives git lines to read; what it prints.
    pub(crate) fn tell(&self, arguments: &[&str], lines: &str) -> Result<String> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("git cannot be run")?;
        let mut stdin = child.stdin.take().context("git has no input")?;
        // What it does not read is no matter: its exit code says how it went.
        let _ = stdin.write_all(lines.as_bytes());
        drop(stdin);
        let output = child.wait_with_output()?;
        let told = format!("git {} in {}", arguments.join(" "), self.path.display());
        ensure!(output.status.success(), "{told}: {}", String::from_utf8_lossy(&output.stderr).trim());
        String::from_utf8(output.stdout).with_context(|| format!("{told} says what is not UTF-8"))
    }

    /// Its refs, `HEAD` among them when it leads somewhere.
    pub(crate) fn refs(&self) -> Result<Vec<Ref>> {
        let listed = self.ask(&["for-each-ref", "--format=%(objectname) %(refname) %(symref)"])?;
        let mut refs = Vec::new();
        for line in listed.lines() {
            let [hash, name, target] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
                bail!("git for-each-ref says {line:?}")
            };
            let target = Some(target.to_owned()).filter(|target| !target.is_empty());
            refs.push(Ref { name: name.to_owned(), hash: hash.to_owned(), target });
        }
        if let Ok(hash) = self.ask(&["rev-parse", "--verify", "--quiet", "HEAD"]) {
            let hash = hash.trim().to_owned();
            refs.push(Ref { name: "HEAD".to_owned(), hash, target: self.head()? });
        }
        Ok(refs)
    }

    /// The branch that `HEAD` names, one without a commit too.
    pub(crate) fn head(&self) -> Result<Option<String>> {
        let output = self.command(&["symbolic-ref", "--quiet", "HEAD"]).output()?;
        let name = String::from_utf8(output.stdout)?.trim().to_owned();
        Ok(Some(name).filter(|_| output.status.success()))
    }

    /// Commits whose parents are not there, as a shallow clone has them.
    pub(crate) fn shallow(&self) -> Result<Vec<String>> {
        match fs::read_to_string(self.shallow_file()?) {
            Ok(hashes) => Ok(hashes.lines().map(str::to_owned).collect()),
            Err(_) => Ok(Vec::new()),
        }
    }

    pub(crate) fn set_shallow(&self, hashes: &[String]) -> Result<()> {
        Ok(fs::write(self.shallow_file()?, hashes.join("\n") + "\n")?)
    }

    fn shallow_file(&self) -> Result<PathBuf> {
        Ok(self.path.join(self.ask(&["rev-parse", "--git-path", "shallow"])?.trim_end()))
    }

    /// How many objects there are.
    pub(crate) fn count_objects(&self) -> Result<u64> {
        let hashes = ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"];
        Ok(self.ask(&hashes)?.lines().count() as u64)
    }

    /// Every object, loose or packed, reachable or not.
    pub(crate) fn objects(&self) -> Result<Objects> {
        let mut command =
            self.command(&["cat-file", "--batch-all-objects", "--unordered", "--buffer", "--batch"]);
        let mut child = command.stdout(Stdio::piped()).spawn().context("git cannot be run")?;
        let from = BufReader::with_capacity(1 << 20, child.stdout.take().context("git has no output")?);
        Ok(Objects { child, from })
    }

    /// Takes objects of a kind.
    pub(crate) fn hasher(&self, kind: &str) -> Result<Hasher> {
        // Whatever it holds: a history has objects that git would not make any more.
        let arguments = ["hash-object", "-w", "--literally", "--no-filters", "--stdin-paths", "-t", kind];
        let mut command = self.command(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let paths = child.stdin.take().context("git has no input")?;
        let hashes = BufReader::new(child.stdout.take().context("git has no output")?);
        Ok(Hasher { child, paths, hashes })
    }
}

/// The objects of a repository, one after the other.
#[derive(Debug)]
pub(crate) struct Objects {
    child: Child,
    from: BufReader<ChildStdout>,
}

impl Objects {
    /// The next hash, and the bytes that it is the hash of.
    pub(crate) fn next_object(&mut self) -> Result<Option<(String, Vec<u8>)>> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            ensure!(self.child.wait()?.success(), "git cat-file failed");
            return Ok(None);
        }
        let [hash, kind, size] = line.trim_end().split(' ').collect::<Vec<_>>()[..] else {
            bail!("git cat-file says {line:?}")
        };
        let length: u64 = size.parse().with_context(|| format!("git cat-file says {line:?}"))?;
        let mut bytes = format!("{kind} {size}\0").into_bytes();
        let whole = bytes.len() as u64 + length;
        ensure!(whole <= OBJECT_BYTES_MAX, "{kind} {hash} has {size} bytes: a store takes 16 MiB at most");
        (&mut self.from).take(length).read_to_end(&mut bytes)?;
        // A newline stands behind each.
        self.from.read_exact(&mut [0])?;
        Ok(Some((hash.to_owned(), bytes)))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It has ended, or nobody reads on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes the contents of objects, and says their hashes.
#[derive(Debug)]
pub(crate) struct Hasher {
    child: Child,
    paths: ChildStdin,
    hashes: BufReader<ChildStdout>,
}

impl Hasher {
    /// Writes an object whose content stands in a file.
    pub(crate) fn write(&mut self, file: &Path) -> Result<String> {
        writeln!(self.paths, "{}", file.display())?;
        let mut hash = String::new();
        self.hashes.read_line(&mut hash)?;
        Ok(hash.trim_end().to_owned())
    }

    pub(crate) fn finish(mut self) -> Result<()> {
        drop(self.paths);
        ensure!(self.child.wait()?.success(), "git hash-object failed");
        Ok(())
    }
}
