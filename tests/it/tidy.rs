//! The rules of the house that no compiler holds: what a file begins with and how long it is, who
//! may depend on whom, which crate is named where, and under which licences we build.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files that git knows or would take, so that builds and data do not count.
fn files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    let names = String::from_utf8(output.stdout).expect("names are UTF-8");
    names
        .lines()
        .map(PathBuf::from)
        .filter(|name| root().join(name).is_file())
        .collect()
}

/// Texts that no person writes line by line: locks, what the engine says of its API, a list of words.
const DATA: [&str; 4] = [
    "Cargo.lock",
    "client/openapi.json",
    "client/package-lock.json",
    "domain/data/common_passwords.txt",
];

/// Everything that people write here, in whatever language. Sound and pictures are no texts.
fn texts() -> Vec<(PathBuf, String)> {
    files()
        .into_iter()
        .filter(|name| !DATA.iter().any(|data| name == Path::new(data)))
        .filter_map(|name| {
            let text = String::from_utf8(std::fs::read(root().join(&name)).ok()?).ok()?;
            Some((name, text))
        })
        .collect()
}

fn sources() -> Vec<(PathBuf, String)> {
    texts()
        .into_iter()
        .filter(|(name, _)| ends_with_one_of(name, &["rs"]))
        .collect()
}

fn ends_with_one_of(name: &Path, endings: &[&str]) -> bool {
    name.extension()
        .is_some_and(|ending| endings.iter().any(|one| ending == *one))
}

fn is_test(name: &Path) -> bool {
    let text = name.to_string_lossy();
    text.contains("tests") || text.contains("benches/") || text.contains("examples/")
}

/// Source without comments and strings' worth of prose: what names a crate is code.
fn code(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn every_file_says_what_it_is() {
    let broken: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(name, _)| name.display().to_string())
        .collect();
    assert_none(
        "a file begins with what it is, who wakes it, what it never does",
        &broken,
    );
}

#[test]
fn no_file_has_more_than_500_lines() {
    let broken: Vec<String> = texts()
        .iter()
        .filter(|(_, text)| text.lines().count() > 500)
        .map(|(name, text)| format!("{} has {}", name.display(), text.lines().count()))
        .collect();
    assert_none(
        "about 300 lines, 500 at most: split it by what it is about",
        &broken,
    );
}

#[test]
fn files_are_named_after_what_they_hold() {
    let vague = ["utils", "util", "common", "helpers", "helper", "manager", "misc"];
    let broken: Vec<String> = files()
        .iter()
        .filter(|name| {
            name.file_stem()
                .is_some_and(|stem| vague.iter().any(|word| stem == *word))
        })
        .map(|name| name.display().to_string())
        .collect();
    assert_none("one noun per idea, no drawer for the rest", &broken);
}

#[test]
fn nothing_is_left_open_or_switched_off() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("#[ig", "nore"),
    ];
    // Of the client's tests: the first ones would not run, the last one would keep all others from running.
    let marks_of_scripts = [
        concat!("test.", "skip"),
        concat!("it.", "skip"),
        concat!("describe.", "skip"),
        concat!(".fix", "me("),
        concat!(".to", "do("),
        concat!(".on", "ly("),
    ];
    let mut broken = Vec::new();
    for (name, text) in texts() {
        let script = ends_with_one_of(&name, &["ts", "tsx", "js", "mjs"]);
        let marked = |line: &str| {
            marks.iter().any(|mark| line.contains(mark))
                || script && marks_of_scripts.iter().any(|mark| line.contains(mark))
        };
        for (number, line) in (1..).zip(text.lines()) {
            if marked(line) {
                broken.push(format!("{}:{number}: {}", name.display(), line.trim()));
            }
        }
    }
    assert_none("done, or not begun", &broken);
}

#[test]
fn a_lint_that_is_silenced_says_why() {
    let silenced = [
        concat!("eslint-", "disable"),
        concat!("stylelint-", "disable"),
        concat!("@ts-", "expect-error"),
    ];
    // These silence all there is, now and later: never.
    let blinded = [concat!("@ts-", "ignore"), concat!("@ts-", "nocheck")];
    let mut broken = Vec::new();
    for (name, text) in texts()
        .iter()
        .filter(|(name, _)| ends_with_one_of(name, &["ts", "tsx", "js", "mjs", "css"]))
    {
        for (number, line) in (1..).zip(text.lines()) {
            let unexplained = silenced.iter().any(|mark| line.contains(mark)) && !line.contains(" -- ");
            if unexplained || blinded.iter().any(|mark| line.contains(mark)) {
                broken.push(format!("{}:{number}: {}", name.display(), line.trim()));
            }
        }
    }
    assert_none(
        "a rule that does not fit is silenced with its reason after ` -- `",
        &broken,
    );
}

/// Rooms and the crates that only they may name in code.
const FENCES: [(&str, &[&str]); 13] = [
    ("actix::", &["src", "actors"]),
    ("actix_web::", &["src"]),
    ("tokio_postgres::", &["store"]),
    ("deadpool_postgres::", &["store"]),
    ("hound::", &["media"]),
    ("image::", &["media"]),
    ("infer::", &["media"]),
    ("async_nats::", &["gateways"]),
    ("web_push::", &["gateways"]),
    ("tokio_cron_scheduler::", &["actors"]),
    ("rten::", &["media"]),
    ("whisper_rs::", &["media"]),
    ("typst", &["documents"]),
];

#[test]
fn crates_stay_behind_their_fences() {
    let mut broken = Vec::new();
    for (name, text) in sources().iter().filter(|(name, _)| !is_test(name)) {
        let room = name
            .iter()
            .next()
            .map(|room| room.to_string_lossy().into_owned())
            .unwrap_or_default();
        // Our client of push services is named like the crate behind it.
        let code = code(text).replace("gateways::web_push::", "");
        for (crate_name, rooms) in FENCES {
            if code.contains(crate_name) && !rooms.contains(&room.as_str()) {
                broken.push(format!("{} names {crate_name}", name.display()));
            }
        }
    }
    assert_none("each crate is named only in its rooms", &broken);
}

#[test]
fn only_the_store_speaks_sql() {
    let words = ["SELECT ", "INSERT INTO", "DELETE FROM", "UPDATE "];
    let mut broken = Vec::new();
    for (name, text) in sources()
        .iter()
        .filter(|(name, _)| !is_test(name) && !name.starts_with("store"))
    {
        for (number, line) in (1..).zip(code(text).lines()) {
            if words.iter().any(|word| line.contains(word)) {
                broken.push(format!("{}:{number}", name.display()));
            }
        }
    }
    assert_none("only the store speaks SQL", &broken);
}

#[test]
fn the_domain_waits_for_nothing_and_asks_nobody_the_time() {
    let forbidden = [
        "async fn", ".await", "::now()", "std::fs", "std::net", "tokio::", "std::env",
    ];
    let mut broken = Vec::new();
    for (name, text) in sources()
        .iter()
        .filter(|(name, _)| name.starts_with("domain/src") && !is_test(name))
    {
        let code = code(text);
        for word in forbidden.iter().filter(|word| code.contains(**word)) {
            broken.push(format!("{}: {word}", name.display()));
        }
    }
    assert_none("no IO, no clock, no async in the domain", &broken);
}

#[test]
fn no_address_of_this_or_any_machine_is_written_down() {
    let registries = [
        concat!("pypi", ".org"),
        concat!("pythonhosted", ".org"),
        concat!("crates", ".io/api"),
        concat!("registry.npm", "js"),
        concat!("deb.debian", ".org"),
        concat!("/wor", "k/"),
    ];
    let mut broken = Vec::new();
    for name in files() {
        let Ok(text) = std::fs::read_to_string(root().join(&name)) else {
            continue;
        };
        if name.ends_with("Cargo.lock") {
            continue;
        }
        for word in registries.iter().filter(|word| text.contains(**word)) {
            broken.push(format!("{}: {word}", name.display()));
        }
    }
    assert_none(
        "packages are named, their hosts are not; paths are relative",
        &broken,
    );
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo describes the workspace");
    serde_json::from_slice(&output.stdout).expect("cargo's description is JSON")
}

#[test]
fn rooms_depend_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("store", &["domain"]),
        ("media", &["domain"]),
        ("documents", &["domain"]),
        ("gateways", &["domain"]),
        ("actors", &["domain", "store", "media", "gateways"]),
        ("simulator", &["domain", "media"]),
        (
            "agentlocator",
            &[
                "domain",
                "store",
                "media",
                "gateways",
                "documents",
                "actors",
                "simulator",
            ],
        ),
    ]);
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata["workspace_members"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str())
        .collect();
    let mut broken = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let (Some(id), Some(name)) = (package["id"].as_str(), package["name"].as_str()) else {
            continue;
        };
        if !members.contains(id) {
            continue;
        }
        let may = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} is a new room: give it its place here"));
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or("");
            let ships = dependency["kind"].is_null();
            if ships && allowed.contains_key(other) && !may.contains(&other) {
                broken.push(format!("{name} depends on {other}"));
            }
        }
    }
    assert_none("dependencies point one way", &broken);
}

#[test]
fn nothing_we_ship_is_under_a_licence_that_binds_the_whole() {
    let metadata = metadata();
    let broken: Vec<String> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let licence = package["license"].as_str()?;
            let free = |part: &str| !part.contains("GPL");
            let any = licence.split(" OR ").flat_map(|part| part.split('/')).any(free);
            (!any).then(|| format!("{} is {licence}", package["name"]))
        })
        .collect();
    assert_none("no GPL, LGPL or AGPL in what we ship", &broken);
}

/// Who names this package among its dependencies, in the graph that is built.
fn depending_on(metadata: &serde_json::Value, name: &str) -> Vec<String> {
    let named = |id: &serde_json::Value| {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let package = packages.into_iter().find(|package| package["id"] == *id);
        package
            .and_then(|package| package["name"].as_str())
            .unwrap_or("")
            .to_owned()
    };
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    nodes
        .filter(|node| {
            let mut dependencies = node["dependencies"].as_array().into_iter().flatten();
            dependencies.any(|id| named(id) == name)
        })
        .map(|node| named(&node["id"]))
        .collect()
}

#[test]
fn there_is_one_of_each_engine() {
    let metadata = metadata();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if let (Some(name), Some(version)) = (package["name"].as_str(), package["version"].as_str()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    let broken: Vec<String> = [
        "hyper",
        "rustls",
        "tokio-postgres",
        "tokio",
        "reqwest",
        "actix-web",
    ]
    .into_iter()
    .filter(|name| versions.get(name).is_some_and(|found| found.len() > 1))
    .map(|name| format!("{name}: {:?}", versions[name]))
    .collect();
    assert_none("one version of each engine", &broken);
    // Encrypting a push comes with OpenSSL (`ece`); nobody else may lean on it.
    let through = |name: &str, only: &[&str]| {
        let mut leaning = depending_on(&metadata, name);
        leaning.retain(|package| !only.contains(&package.as_str()));
        leaning
            .into_iter()
            .map(|package| format!("{package} depends on {name}"))
            .collect::<Vec<_>>()
    };
    assert_none(
        "OpenSSL is of pushes only",
        &through("openssl-sys", &["openssl", "ece"]),
    );
    assert_none("OpenSSL is of pushes only", &through("openssl", &["ece"]));
    assert_none(
        "the cipher of pushes is web-push's",
        &through("ece", &["web-push", "gateways", "agentlocator"]),
    );
    let banned = ["native-tls", "aws-lc-rs", "aws-lc-sys", "actix-governor"];
    let there: Vec<String> = banned
        .into_iter()
        .filter(|name| versions.contains_key(name))
        .map(str::to_owned)
        .collect();
    assert_none("TLS is rustls with ring", &there);
}

#[test]
fn migrations_that_have_landed_stay_as_they_are() {
    let folder = root().join("migrations");
    let hashes = std::fs::read_to_string(folder.join("HASHES")).expect("migrations/HASHES is there");
    let known: BTreeSet<&str> = hashes.lines().filter(|line| !line.starts_with('#')).collect();
    let there: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("the migrations are there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| ends_with_one_of(path, &["sql"]))
        .map(|path| {
            let hash = Sha256::digest(std::fs::read(&path).expect("a migration is read"));
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("{hex}  {name}")
        })
        .collect();
    let broken: Vec<String> = there
        .iter()
        .map(String::as_str)
        .filter(|line| !known.contains(line))
        .map(|line| format!("{line} is not in migrations/HASHES"))
        .chain(
            known
                .iter()
                .filter(|line| !there.contains(**line))
                .map(|line| format!("{line} is gone or was changed")),
        )
        .collect();
    assert_none(
        "a database that has a migration refuses to start with another text of it: add a migration, with its line in HASHES",
        &broken,
    );
}

#[test]
fn the_log_has_words_for_everything_it_tells_of() {
    let mut broken = Vec::new();
    for language in ["he", "en"] {
        let catalogue = root().join(format!("client/src/shared/i18n/{language}/audit.ts"));
        let words = std::fs::read_to_string(catalogue).expect("the catalogue is there");
        let told: BTreeSet<&str> = words
            .lines()
            .filter_map(|line| line.trim().strip_prefix("'audit.action.")?.split_once('\''))
            .map(|(action, _)| action)
            .collect();
        for action in store::audit::ACTIONS {
            if !told.contains(action) {
                broken.push(format!("{language}: audit.action.{action} has no words"));
            }
        }
        for action in told.iter().filter(|one| !store::audit::ACTIONS.contains(one)) {
            broken.push(format!("{language}: audit.action.{action} never happens"));
        }
    }
    assert_none("each action of the audit log in each language", &broken);
}
