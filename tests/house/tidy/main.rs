//! Are the house's rules kept? Read off the source tree, and the architecture invariants (A1 to A6) off the manifests.

mod commits;
mod imports;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file of the project that git would keep, by its path.
fn sources() -> BTreeMap<String, String> {
    const FOLDERS: [&str; 13] = [
        "guest",
        "wire",
        "compose",
        "artefacts",
        "generate",
        "host",
        "cli",
        "tests",
        "wit",
        "docs",
        "examples",
        "adapters",
        ".ci",
    ];
    let mut found = BTreeMap::new();
    let mut paths: Vec<_> = FOLDERS.iter().map(|folder| root().join(folder)).collect();
    paths.extend(
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()),
    );
    while let Some(path) = paths.pop() {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        let is_output = ["target", "corpus", "artifacts", "node_modules", "version-1"]
            .iter()
            .any(|part| name.ends_with(part));
        if is_output || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.insert(name, text);
        }
    }
    assert!(found.len() > 80, "the tree was not found");
    found
}

fn rust() -> impl Iterator<Item = (String, String)> {
    sources().into_iter().filter(|(path, _)| path.ends_with(".rs"))
}

/// The lines of files that are against a rule, as `file:line: text`.
fn breaches(
    files: impl Iterator<Item = (String, String)>,
    is_breach: impl Fn(&str, &str) -> bool,
) -> Vec<String> {
    files
        .flat_map(|(path, text)| {
            let lines = text.lines().enumerate().filter(|(_, line)| is_breach(&path, line));
            lines.map(|(at, line)| format!("{path}:{}: {}", at + 1, line.trim())).collect::<Vec<_>>()
        })
        .collect()
}

fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// Whoever reads it on docs.rs has no `wit/`, and knows the words of the standard library.
#[test]
fn the_library_states_its_own_conditions() {
    let library = rust().filter(|(path, _)| path.starts_with("host/src/"));
    none(&breaches(library, |_, line| {
        let line = line.trim_start();
        let is_borrowed = line.contains("As `wit/") || line.contains("each method is the function");
        line.starts_with("///")
            && (is_borrowed || line.starts_with("/// Answers ") || line.contains(". Answers "))
    }));
}

#[test]
fn files_are_short() {
    let long: Vec<_> = rust()
        .filter_map(|(path, text)| {
            // What is generated is read in what generates it.
            if text.starts_with("//! Generated") {
                return None;
            }
            let is_test = path.contains("tests/");
            let limit = if is_test { 600 } else { 400 };
            (text.lines().count() > limit).then(|| format!("{path}: {} lines", text.lines().count()))
        })
        .collect();
    none(&long);
}

#[test]
fn nothing_is_left_open_or_silenced_without_a_reason() {
    let words = ["TO", "FIX"].map(|word| format!("{word}{}", if word == "TO" { "DO" } else { "ME" }));
    none(&breaches(rust(), |_, line| {
        let is_silenced =
            line.trim_start().starts_with("#[allow") || line.trim_start().starts_with("#![allow");
        let is_skipped =
            ["#[ignore", "#[should_panic", "dbg!("].iter().any(|skip| line.trim_start().starts_with(skip));
        words.iter().any(|word| line.contains(word.as_str())) || is_silenced || is_skipped
    }));
}

/// Words that had a meaning here and nowhere else. What was is told by the list of changes.
#[test]
fn words_that_were_left_do_not_come_back() {
    let left = ["tw|in", "tw|ins", "Tenant|View", "Com|plaint"].map(|word| word.replace('|', ""));
    let files = || sources().into_iter().filter(|(path, _)| path != "CHANGELOG.md");
    let is_said = |line: &str| {
        line.split(|letter: char| !letter.is_alphanumeric()).any(|said| left.iter().any(|word| word == said))
    };
    assert!(is_said(&format!("of the {}'s", left[0])));
    none(&breaches(files(), |_, line| is_said(line)));
}

#[test]
fn tests_do_not_sleep() {
    // A pause with a reason stands in the code that it belongs to; a test waits for what it waits for.
    none(&breaches(rust().filter(|(path, _)| path.contains("tests/")), |path, line| {
        !path.contains("tidy") && line.contains("thread::sleep")
    }));
}

#[test]
fn modules_have_the_name_of_what_they_hold() {
    let vague = ["utils", "util", "helpers", "helper", "manager", "misc", "common"];
    none(&breaches(rust(), |_, line| {
        let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        vague.iter().any(|name| line.starts_with(&format!("mod {name}")))
    }));
}

#[test]
fn a_type_of_the_core_has_a_name_of_its_own() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in rust().filter(|(path, _)| path.starts_with("guest/core/src")) {
        for line in text.lines() {
            let words: Vec<_> = line.split(|letter: char| !letter.is_alphanumeric()).collect();
            // At the beginning of a line: what stands in a trait or a test module is its own.
            let at = words.iter().position(|word| ["struct", "enum", "trait", "type"].contains(word));
            let is_item = line.starts_with("pub") || at == Some(0);
            if let Some(name) = at.and_then(|at| words.get(at + 1)).filter(|_| is_item) {
                named.entry((*name).to_owned()).or_default().push(path.clone());
            }
        }
    }
    assert!(named.len() > 50, "the types were not found");
    let twice: Vec<_> = named.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn a1_core_has_no_file_clock_thread_random_source_or_hash_order() {
    let core =
        rust().filter(|(path, _)| path.starts_with("guest/core/src") || path.starts_with("guest/sx/src"));
    let outside = [
        "std::fs",
        "std::time",
        "std::env",
        "std::thread",
        "std::net",
        "std::process",
        "HashMap",
        "HashSet",
        "rand::",
    ];
    none(&breaches(core, |_, line| {
        !line.trim_start().starts_with("//") && outside.iter().any(|word| line.contains(word))
    }));
}

#[test]
fn a3_the_host_knows_the_store_through_wit_alone() {
    let manifest = &sources()["host/Cargo.toml"];
    assert!(!manifest.contains("sx-persist-core") && !manifest.contains("sx-persist-guest"), "{manifest}");
}

#[test]
fn a4_a_byte_reaches_a_disk_through_storage_alone() {
    let guests = rust().filter(|(path, _)| path.starts_with("guest/"));
    none(&breaches(guests, |path, line| path != "guest/component/src/disk.rs" && line.contains("wasip2::")));
}

#[test]
fn a6_the_inner_loop_is_free_of_wasmtime() {
    for manifest in ["guest/sx/Cargo.toml", "guest/core/Cargo.toml"] {
        assert!(!sources()[manifest].contains("wasmtime"), "{manifest}");
    }
}

#[test]
fn unsafe_code_stands_where_bindings_are_generated_code_is_loaded_and_bytes_are_compared() {
    // Of the places that are written by hand each has so many.
    let places = [("host/src/component/code_cache/mod.rs", 1), ("guest/component/src/compare.rs", 2)];
    none(&breaches(rust(), |path, line| {
        let is_about_it = line.contains("unsafe_code");
        line.contains("unsafe ")
            && !line.trim_start().starts_with("//")
            && !is_about_it
            && !path.contains("tidy")
            && places.iter().all(|(place, _)| path != *place)
    }));
    for (path, count) in places {
        assert_eq!(sources()[path].matches("unsafe {").count(), count, "{path}");
    }
    assert!(sources()["host/src/lib.rs"].contains("#![deny(unsafe_code)]"), "host/src/lib.rs");
    for crate_root in [
        "guest/sx/src/lib.rs",
        "guest/core/src/lib.rs",
        "compose/src/lib.rs",
        "artefacts/src/lib.rs",
        "generate/src/lib.rs",
        "tests/model/src/lib.rs",
        "tests/sim/src/lib.rs",
        "tests/support/src/lib.rs",
        "tests/trace/src/lib.rs",
        "adapters/atomr/src/lib.rs",
    ] {
        assert!(sources()[crate_root].contains("#![forbid(unsafe_code)]"), "{crate_root}");
    }
}

#[test]
fn every_rule_of_the_contract_has_a_test_of_its_name() {
    let semantics = &sources()["docs/semantics.md"];
    let tests: String = rust()
        .filter(|(path, _)| {
            path.starts_with("tests/contract/acceptance") || path.starts_with("guest/sx/tests")
        })
        .map(|(_, text)| text)
        .collect();
    let rules: Vec<_> = semantics
        .lines()
        .filter_map(|line| {
            line.strip_prefix("- **")?.split_once("**").map(|(number, _)| number.to_lowercase())
        })
        .collect();
    assert!(rules.len() >= 29, "{rules:?}");
    let untested: Vec<_> = rules.into_iter().filter(|rule| !tests.contains(&format!("fn {rule}_"))).collect();
    none(&untested);
}

#[test]
fn every_difference_from_the_original_has_a_test() {
    let sources = sources();
    let (_, table) = sources["docs/semantics.md"].split_once("| the original | this store |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|')).count();
    let tests: usize = ["original", "original_bytes"]
        .iter()
        .map(|file| sources[&format!("tests/contract/acceptance/{file}.rs")].matches("#[test]").count())
        .sum();
    assert!(
        tests > rows,
        "{rows} differences, {tests} tests; one more is for what the original leaves behind"
    );
}

#[test]
fn links_lead_somewhere() {
    let broken: Vec<_> = sources()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".md"))
        .flat_map(|(path, text)| {
            let folder = root().join(&path).parent().unwrap().to_owned();
            let targets: Vec<_> = text
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next())
                .map(str::to_owned)
                .collect();
            targets
                .into_iter()
                .filter(move |target| {
                    !target.is_empty() && !target.contains("://") && !folder.join(target).exists()
                })
                .map(move |target| format!("{path}: {target}"))
        })
        .collect();
    none(&broken);
}

#[test]
fn limits_are_those_of_the_document() {
    let sources = sources();
    let semantics = &sources["docs/semantics.md"];
    for (constant, shown) in [
        ("NAME_BYTES_MAX: usize = 1_024", "1,024 bytes"),
        ("PAGE_ITEMS_MAX: u32 = 65_536", "65,536 items"),
        ("PAGE_BYTES_MAX: usize = 1 << 20", "1 MiB"),
        ("ANSWER_BYTES_MAX: usize = 64 << 20", "64 MiB"),
        ("BATCH_OPS_MAX: usize = 65_536", "65,536 operations"),
        ("JOURNAL_BYTES: u64 = 8 << 20", "8 MiB"),
        ("DIRTY_FILES: u64 = 1_024", "1,024 base files"),
        ("WRITERS_MAX: usize = 64", "open writers | 64"),
        ("MEMORY_BYTES_MAX: u64 = 256 << 20", "a store in memory | 256 MiB"),
    ] {
        assert!(sources["guest/core/src/limits.rs"].contains(constant), "{constant}");
        assert!(semantics.contains(shown), "{shown}");
    }
}

#[test]
fn every_recipe_is_a_plain_line() {
    let sources = sources();
    let recipes: Vec<_> = sources["justfile"].lines().filter(|line| line.starts_with("    ")).collect();
    assert!(recipes.len() >= 5);
    let odd: Vec<_> = recipes
        .into_iter()
        .filter(|line| !line.trim().starts_with("cargo ") && !line.contains("cargo "))
        .map(str::to_owned)
        .collect();
    none(&odd);
}

#[test]
fn what_comes_in_is_asked_for_advisories_licences_and_sources() {
    let sources = sources();
    for section in ["[advisories]", "[licenses]", "[bans]", "[sources]"] {
        assert!(sources["deny.toml"].lines().any(|line| line == section), "{section}");
    }
    assert!(sources["justfile"].contains("cargo deny check"));
}

#[test]
fn nothing_points_at_the_machine_that_it_was_made_on() {
    let machine = ["/ro ot/", "/wo rk/", "bash_ jobs", ".libr ary"].map(|word| word.replace(' ', ""));
    none(&breaches(sources().into_iter(), |_, line| machine.iter().any(|word| line.contains(word.as_str()))));
    let outside = "../ shared".replace(' ', "");
    none(&breaches(sources().into_iter(), |path, line| {
        path != "tests/support/src/vectors.rs" && line.contains(&outside)
    }));
}

/// Dependencies, and the features with which a `cargo test` of these packages compiles them.
fn features(packages: &[&str], edges: &str) -> BTreeMap<String, BTreeSet<String>> {
    let packages = packages.iter().flat_map(|package| ["-p", *package]);
    let tree = std::process::Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--offline", "--prefix=none", "--edges", edges, "--format={p}|{f}"])
        .args(packages)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let mut found = BTreeMap::<_, BTreeSet<_>>::new();
    for line in String::from_utf8(tree.stdout).unwrap().lines() {
        if let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') {
            found.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
    }
    found
}

#[test]
fn a_test_of_one_crate_uses_what_a_test_of_all_compiled() {
    let sources = sources();
    let (_, members) = sources["Cargo.toml"].split_once("\ndefault-members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let names = members.split(", ").map(|member| {
        let manifest = &sources[&format!("{}/Cargo.toml", member.trim_matches('"'))];
        manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).unwrap()
    });
    let names: Vec<_> = names.collect();
    let mut compared = 0;
    // Without what macros and build scripts are made of, and with it: it has features of its own.
    for edges in ["normal,dev,no-proc-macro", "normal,dev,build"] {
        let all = features(&[], edges);
        assert!(all.len() > 200, "{}", all.len());
        for package in &names {
            let asked = features(&[package], edges);
            // What else is compiled anew takes seconds.
            if !asked.keys().any(|dependency| dependency.starts_with("wasmtime v")) {
                continue;
            }
            compared += 1;
            let missing: Vec<_> = asked
                .into_iter()
                .filter(|(dependency, features)| !features.is_subset(&all[dependency]))
                .map(|(dependency, features)| {
                    format!("{package}: {dependency} with {features:?}, else {:?}", all[&dependency])
                })
                .collect();
            none(&missing);
        }
    }
    assert_eq!(compared, 2 * 6, "the crates with wasmtime");
}
