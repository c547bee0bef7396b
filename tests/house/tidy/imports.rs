//! A9: imports go down, and no file is imported, directly or through others, by what it imports.
//!
//! An import is a path that begins with `crate`, `super` or `self`, or with a module that the file declares, wherever it stands.
//! A re-export is none, nor is what tests alone use. A module and those inside of it may import each other, as long as it is not
//! the root of the crate: what the root imports may not import the root.

use super::{none, sources};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use support::counted;

/// A crate's folders and files below `src`, from the ground up. What is not named here stands on the ground.
const FLOORS: &[(&str, &[&[&str]])] = &[
    (
        "guest/core/src/",
        &[
            &["codec"],
            &["disk", "keyspace"],
            &["base", "run"],
            &["journal"],
            &["state"],
            &["engine"],
            &["interface"],
            &["dispatch"],
            &["fuzzing", "lib"],
        ],
    ),
    ("guest/middleware/layered/src/", &[&["view"], &["plan"], &["exports"], &["lib"]]),
    ("host/src/", &[&["component"], &["store"], &["interface"], &["handles"], &["linker"], &["lib"]]),
];

/// A path from the root of a crate, and the line that has it.
struct Import {
    line: usize,
    path: Vec<String>,
}

/// The files of a crate, below its folder.
struct Crate {
    folder: String,
    /// From the path of a module to its file.
    modules: BTreeMap<Vec<String>, String>,
    texts: BTreeMap<String, String>,
    /// What the program declares: it has the program above it, where a folder has a library, too.
    of_the_program: BTreeSet<String>,
    floors: &'static [&'static [&'static str]],
}

/// What one file imports from another.
struct Edge {
    from: String,
    line: usize,
    to: String,
}

fn crates() -> Vec<Crate> {
    let sources = sources();
    let is_root = |name: &str| name == "lib.rs" || name == "main.rs";
    let roots = sources.keys().filter_map(|path| path.rsplit_once('/').filter(|(_, name)| is_root(name)));
    let folders: BTreeSet<_> = roots.map(|(folder, _)| format!("{folder}/")).collect();
    let files = |folder: &str| {
        let inside =
            |(path, text): (&String, &String)| Some((path.strip_prefix(folder)?.to_owned(), text.clone()));
        sources.iter().filter(|(path, _)| path.ends_with(".rs")).filter_map(inside).collect()
    };
    folders.iter().map(|folder| Crate::new(folder, files(folder))).collect()
}

/// The path of the module that a file holds.
fn module(file: &str) -> Vec<String> {
    let stem = file.trim_end_matches(".rs");
    let stem = stem.strip_suffix("mod").map_or(stem, |folder| folder.trim_end_matches('/'));
    let is_root = stem.is_empty() || stem == "lib" || stem == "main";
    if is_root { Vec::new() } else { stem.split('/').map(str::to_owned).collect() }
}

impl Crate {
    fn new(folder: &str, texts: BTreeMap<String, String>) -> Self {
        let program = texts.get("main.rs").map(|text| children(tokens("main.rs", text)));
        Self {
            folder: folder.to_owned(),
            modules: texts.keys().map(|file| (module(file), file.clone())).collect(),
            of_the_program: program.unwrap_or_default(),
            floors: FLOORS.iter().find(|(of, _)| *of == folder).map_or(&[], |(_, floors)| floors),
            texts,
        }
    }

    fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (file, text) in &self.texts {
            let here = module(file);
            let mut imports = Vec::new();
            walk(tokens(file, text), &here, &mut imports);
            for Import { line, path } in imports {
                let to = self.file(&path, &here);
                if to != file {
                    edges.push(Edge { from: file.clone(), line, to: to.to_owned() });
                }
            }
        }
        edges
    }

    /// The file that holds what is at a path, or the module above it.
    fn file(&self, path: &[String], from: &[String]) -> &str {
        let below_root = (1..=path.len()).rev().find_map(|depth| self.modules.get(&path[..depth]));
        below_root.map_or_else(|| self.root(from), String::as_str)
    }

    fn root(&self, from: &[String]) -> &str {
        let is_program = from.first().is_some_and(|first| self.of_the_program.contains(first));
        if self.texts.contains_key("lib.rs") && !is_program { "lib.rs" } else { "main.rs" }
    }

    fn floor(&self, file: &str) -> usize {
        let first = file.split(['/', '.']).next().unwrap_or_default();
        self.floors.iter().position(|floor| floor.contains(&first)).map_or(0, |at| at + 1)
    }

    fn upward<'a>(&self, edges: &'a [Edge]) -> Vec<&'a Edge> {
        edges.iter().filter(|edge| self.floor(&edge.to) > self.floor(&edge.from)).collect()
    }

    /// Prints the floors, the highest first, and how many files each has.
    fn say_floors(&self, imports: usize, upward: usize) {
        for at in (0..=self.floors.len()).rev() {
            let name = at.checked_sub(1).map_or_else(|| "ground".to_owned(), |at| self.floors[at].join(", "));
            let files = self.texts.keys().filter(|file| self.floor(file) == at).count();
            counted(&format!("  {at} {name}: {files} files"));
        }
        counted(&format!("{}: {imports} imports, {upward} upward", self.folder));
    }
}

fn tokens(file: &str, text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The modules that a file declares, or a module in it.
fn children(tokens: TokenStream) -> BTreeSet<String> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    tokens.windows(2).filter(|pair| is_word(&pair[0], "mod")).map(|pair| pair[1].to_string()).collect()
}

fn is_word(token: &TokenTree, due: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == due)
}

/// From the root of the crate; none when it leads out of it.
fn absolute(here: &[String], path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let mut from = match first.as_str() {
        "crate" => Vec::new(),
        "super" => here[..here.len().checked_sub(1)?].to_vec(),
        _ => here.to_vec(),
    };
    let rest = if ["crate", "super", "self"].contains(&first.as_str()) { rest } else { path };
    for part in rest {
        match part.as_str() {
            "super" => drop(from.pop()?),
            _ => from.push(part.clone()),
        }
    }
    Some(from)
}

/// Collects the paths in a module, those in groups as well.
fn walk(tokens: TokenStream, here: &[String], imports: &mut Vec<Import>) {
    let children = children(tokens.clone());
    walk_items(tokens, here, &children, imports);
}

fn walk_items(tokens: TokenStream, here: &[String], children: &BTreeSet<String>, imports: &mut Vec<Import>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    let mut is_inside_path = false;
    while let Some(token) = tokens.get(at) {
        is_inside_path = match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' && is_for_tests(tokens.get(at + 1)) => {
                at = end_of_item(&tokens, at + 2);
                continue;
            }
            TokenTree::Ident(word) if word == "pub" && is_reexport(&tokens[at + 1..]) => {
                at = end_of_item(&tokens, at + 1);
                continue;
            }
            TokenTree::Ident(word) if word == "mod" => {
                if let [TokenTree::Ident(name), TokenTree::Group(inside), ..] = &tokens[at + 1..] {
                    walk(inside.stream(), &[here, &[name.to_string()]].concat(), imports);
                    at += 3;
                    continue;
                }
                false
            }
            TokenTree::Ident(word)
                if !is_inside_path && begins_path(&word.to_string(), &tokens[at + 1..], children) =>
            {
                at = path(&tokens, at, &[], &mut |line, words| {
                    let path = absolute(here, words);
                    imports.extend(path.map(|path| Import { line, path }));
                });
                continue;
            }
            TokenTree::Group(group) => {
                walk_items(group.stream(), here, children, imports);
                false
            }
            TokenTree::Punct(mark) => mark.as_char() == ':',
            _ => false,
        };
        at += 1;
    }
}

fn begins_path(word: &str, rest: &[TokenTree], children: &BTreeSet<String>) -> bool {
    let is_start = ["crate", "super", "self"].contains(&word) || children.contains(word);
    is_start && is_separator(rest)
}

fn is_separator(rest: &[TokenTree]) -> bool {
    let is_colon =
        |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    is_colon(rest.first()) && is_colon(rest.get(1))
}

/// Reads a path from its first word; returns where it ends.
fn path(
    tokens: &[TokenTree],
    mut at: usize,
    before: &[String],
    found: &mut impl FnMut(usize, &[String]),
) -> usize {
    let mut words = before.to_vec();
    let line = tokens[at].span().start().line;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => words.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inside: Vec<_> = group.stream().into_iter().collect();
                let mut next = 0;
                while next < inside.len() {
                    next = match &inside[next] {
                        TokenTree::Ident(_) => path(&inside, next, &words, found),
                        _ => next + 1,
                    };
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !is_separator(&tokens[at..]) {
            break;
        }
        at += 2;
    }
    found(line, &words);
    at
}

fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    let is_for_tests = |text: &str| text == "[cfg(test)]" || text.starts_with("[cfg(all(test,");
    matches!(attribute, Some(TokenTree::Group(group)) if is_for_tests(&group.to_string().replace(' ', "")))
}

/// Does `use` follow `pub`, or `pub(...)`?
fn is_reexport(rest: &[TokenTree]) -> bool {
    let is_use = |token: Option<&TokenTree>| token.is_some_and(|token| is_word(token, "use"));
    is_use(rest.first()) || (matches!(rest.first(), Some(TokenTree::Group(_))) && is_use(rest.get(1)))
}

/// Behind the next `;` or block.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(mark) => mark.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    tokens[from..].iter().position(is_end).map_or(tokens.len(), |at| from + at + 1)
}

/// Does a file hold a module, and the other one a module inside of it?
fn are_nested(one: &str, other: &str) -> bool {
    let (one, other) = (module(one), module(other));
    !one.is_empty() && !other.is_empty() && (one.starts_with(&other) || other.starts_with(&one))
}

/// The imports of a circle, if there is one, in the order in which they lead around it.
fn circle(edges: &[Edge]) -> Option<Vec<&Edge>> {
    let edges: Vec<_> = edges.iter().filter(|edge| !are_nested(&edge.from, &edge.to)).collect();
    let mut done = BTreeSet::new();
    edges.iter().find_map(|edge| search(&edges, &edge.from, &mut Vec::new(), &mut done))
}

fn search<'a>(
    edges: &[&'a Edge],
    file: &'a str,
    way: &mut Vec<&'a Edge>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a Edge>> {
    if let Some(at) = way.iter().position(|edge| edge.from == file) {
        return Some(way[at..].to_vec());
    }
    if done.contains(file) {
        return None;
    }
    for edge in edges.iter().filter(|edge| edge.from == file) {
        way.push(edge);
        let found = search(edges, &edge.to, way, done);
        if found.is_some() {
            return found;
        }
        way.pop();
    }
    done.insert(file);
    None
}

#[test]
fn a9_imports_go_down() {
    let (mut breaches, mut count) = (Vec::new(), 0);
    for crate_ in crates() {
        let edges = crate_.edges();
        let upward = crate_.upward(&edges);
        count += edges.len();
        if !crate_.floors.is_empty() {
            crate_.say_floors(edges.len(), upward.len());
        }
        let say =
            |edge: &Edge| format!("{0}{1}:{2}: imports {0}{3}", crate_.folder, edge.from, edge.line, edge.to);
        breaches.extend(upward.into_iter().map(|edge| say(edge) + ", which stands above it"));
        for edge in circle(&edges).into_iter().flatten() {
            breaches.push(say(edge) + ", in a circle");
        }
    }
    assert!(count > 1_000, "the imports were not found");
    none(&breaches);
}

#[test]
fn an_import_upward_and_a_circle_are_found_and_nested_modules_are_none() {
    let of = |files: &[(&str, &str)]| {
        let texts = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
        Crate::new("guest/core/src/", texts)
    };
    let upward = of(&[
        ("lib.rs", "mod base; mod engine;"),
        ("base/mod.rs", "fn f() {}\nfn g() { crate::engine::{self, go}; }"),
        ("engine/mod.rs", "use crate::base::f; #[cfg(test)] mod tests { use crate::nothing; }"),
    ]);
    let edges = upward.edges();
    let found: Vec<_> = upward.upward(&edges).iter().map(|edge| (edge.from.as_str(), edge.line)).collect();
    assert_eq!(found, [("base/mod.rs", 2), ("base/mod.rs", 2)]);
    assert!(circle(&edges).is_some());
    let nested = of(&[
        ("lib.rs", "mod base; pub use base::Line;"),
        ("base/mod.rs", "mod line; use line::Line;"),
        ("base/line.rs", "use super::read;"),
    ]);
    let edges = nested.edges();
    assert_eq!(edges.len(), 2);
    assert!(circle(&edges).is_none() && nested.upward(&edges).is_empty());
}
