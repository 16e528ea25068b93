//! What a deployment is made of, held as far as it can be held where no container runs: the image's
//! recipe, the composition, the names in every file, the page that explains them, and its SQL.

use crate::cluster;
use crate::world::{World, spawn};
use agentlocator::config::Config;
use agentlocator::figures::{FIGURES, Kind};
use serde_yaml_ng::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn yaml(name: &str) -> Value {
    serde_yaml_ng::from_str(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names that a file of `NAME=value` lines sets or shows in a comment.
fn names_of(file: &str) -> BTreeSet<String> {
    let text = read(file);
    let names = text
        .lines()
        .filter_map(|line| line.trim_start_matches('#').split_once('='));
    names
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        .collect()
}

/// The first cells of the rows of the table under this heading, without their marks.
fn first_cells(page: &str, heading: &str) -> Vec<Vec<String>> {
    let after = page
        .split(heading)
        .nth(1)
        .unwrap_or_else(|| panic!("no {heading}"));
    after
        .lines()
        .skip_while(|line| !line.starts_with("| ---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn in_backticks(cell: &str) -> String {
    cell.split('`').nth(1).unwrap_or("").to_owned()
}

#[test]
fn every_name_that_the_engine_reads_is_explained_and_no_other() {
    let page = read("README-DEPLOY.md");
    let explained: BTreeSet<String> = first_cells(&page, "## The environment")
        .iter()
        .map(|row| in_backticks(&row[1]))
        .collect();
    let read = Config::names();
    assert_eq!(explained, read, "the table of README-DEPLOY.md");
    let example = names_of(".env.example");
    let other_spellings = ["TWILIO_SID", "TWILIO_TOKEN"].map(str::to_owned);
    let expected: BTreeSet<String> = read
        .into_iter()
        .filter(|name| !other_spellings.contains(name))
        .collect();
    assert_eq!(example, expected, ".env.example");
}

#[test]
fn every_figure_is_explained_and_no_other() {
    let page = read("README-DEPLOY.md");
    let told: Vec<(String, String, String)> = first_cells(&page, "**Figures.**")
        .into_iter()
        .map(|row| (in_backticks(&row[1]), row[2].clone(), row[3].clone()))
        .collect();
    let kind = |kind| match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    let there: Vec<(String, String, String)> = FIGURES
        .iter()
        .map(|figure| {
            (
                figure.0.to_owned(),
                kind(figure.1).to_owned(),
                figure.2.to_owned(),
            )
        })
        .collect();
    assert_eq!(told, there);
}

#[test]
fn the_composition_names_only_what_is_read_and_gives_no_rights_away() {
    let compose = yaml("docker-compose.yml");
    let services = compose["services"].as_mapping().expect("services");
    for (name, service) in services {
        let name = name.as_str().unwrap();
        assert_eq!(service["read_only"], Value::Bool(true), "{name}");
        assert_eq!(service["cap_drop"][0].as_str(), Some("ALL"), "{name}");
        assert!(service["restart"].as_str().is_some(), "{name} comes back");
        assert!(service["privileged"].is_null(), "{name}");
        for port in service["ports"].as_sequence().into_iter().flatten() {
            assert_eq!(name, "nginx", "{port:?}: only nginx is reached from outside");
        }
        for file in service["env_file"].as_sequence().into_iter().flatten() {
            let example = format!("{}.example", file.as_str().unwrap());
            assert!(root().join(&example).is_file(), "{example}");
        }
        if name != "engine" {
            assert!(!service["healthcheck"].is_null(), "{name} is watched");
        }
    }
    let known = Config::names();
    let engine = compose["services"]["engine"]["environment"]
        .as_mapping()
        .expect("names");
    for name in engine
        .keys()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .chain(names_of("deploy/engine.env.example"))
    {
        assert!(known.contains(&name), "{name} is read by nobody");
    }
    let needed = ["PUBLIC_HOST", "DATABASE_URL", "JWT_SECRET", "TWILIO_AUTH_TOKEN"];
    let given = names_of("deploy/engine.env.example");
    assert!(needed.iter().all(|name| given.contains(*name)), "{given:?}");
}

#[test]
fn nginx_is_given_every_name_that_its_files_use() {
    let compose = yaml("docker-compose.yml");
    let given = compose["services"]["nginx"]["environment"]
        .as_mapping()
        .expect("names");
    let given: BTreeSet<&str> = given.keys().filter_map(Value::as_str).collect();
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("nginx/templates"))
        .unwrap()
        .flatten()
    {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for part in text.split("${").skip(1) {
            let name = part.split('}').next().unwrap_or("").to_owned();
            assert!(given.contains(name.as_str()), "{name} of {:?}", entry.path());
            used.insert(name);
        }
    }
    let of_the_image = ["NGINX_ENVSUBST_FILTER", "NGINX_ENVSUBST_OUTPUT_DIR"];
    for name in given.iter().filter(|name| !of_the_image.contains(name)) {
        assert!(used.contains(*name), "{name} is used nowhere");
    }
}

#[test]
fn the_image_is_built_from_what_is_there_and_runs_as_nobody() {
    let recipe = read("Dockerfile").replace("\\\n", " ");
    let mut stages = BTreeSet::new();
    let ignored = read(".dockerignore");
    for line in recipe.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["FROM", rest @ ..] = words.as_slice()
            && let Some(at) = rest.iter().position(|word| *word == "AS")
        {
            stages.insert(rest[at + 1].to_owned());
        }
        let ["COPY", rest @ ..] = words.as_slice() else {
            continue;
        };
        if let Some(stage) = rest.iter().find_map(|word| word.strip_prefix("--from=")) {
            assert!(stages.contains(stage), "{line}: no such stage before it");
            continue;
        }
        for source in &rest[..rest.len() - 1] {
            assert!(root().join(source).exists(), "{line}: {source} is not there");
            assert!(
                !ignored.lines().any(|pattern| pattern == *source),
                "{source} is ignored"
            );
        }
    }
    // Every room of the workspace, or the build stops at the first that is missing.
    for room in [
        "actors",
        "domain",
        "gateways",
        "media",
        "migrations",
        "simulator",
        "src",
        "store",
    ] {
        assert!(recipe.contains(&format!("\nCOPY {room} {room}\n")), "{room}");
    }
    let user = recipe
        .lines()
        .filter_map(|line| line.strip_prefix("USER "))
        .next_back();
    let uid = user.and_then(|user| user.split(':').next()?.parse::<u32>().ok());
    assert!(
        uid.is_some_and(|uid| uid > 0),
        "a number that is not root's: {user:?}"
    );
    assert!(recipe.contains("HEALTHCHECK") && recipe.contains("[\"agentlocator\", \"health\"]"));
    let set = recipe.lines().filter_map(|line| line.strip_prefix("ENV APP_ENV"));
    for (name, _) in set
        .flat_map(str::split_whitespace)
        .filter_map(|word| word.split_once('='))
    {
        assert!(
            name.is_empty() || Config::names().contains(name),
            "{name} is read by nobody"
        );
    }
    for secret in [".env", "deploy", ".git"] {
        assert!(
            ignored.lines().any(|line| line == secret),
            "{secret} stays out of the image"
        );
    }
}

#[test]
fn the_workflow_runs_what_everybody_runs_and_builds_the_image() {
    let workflow = yaml(".github/workflows/ci.yml");
    let steps = |job: &str| -> Vec<String> {
        let steps = workflow["jobs"][job]["steps"].as_sequence().expect("steps");
        steps
            .iter()
            .filter_map(|step| step["run"].as_str().or(step["uses"].as_str()))
            .map(str::to_owned)
            .collect()
    };
    assert!(steps("check").contains(&"make check".to_owned()));
    assert!(
        steps("image")
            .iter()
            .any(|step| step.starts_with("docker/build-push-action@"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_health_command_tells_by_its_status() {
    let world = World::new().await;
    let engine = world.engine();
    let port = engine.base.rsplit(':').next().unwrap().to_owned();
    let ask = |port: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_agentlocator"))
            .arg("health")
            .env_clear()
            .envs([("BIND", "0.0.0.0"), ("PORT", port)])
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    assert_eq!(ask(&port), (Some(0), "ok\n".to_owned()));
    engine.stop();
    assert_eq!(ask(&port).0, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_made_as_the_page_says_needs_no_further_right() {
    let page = read("README-DEPLOY.md");
    let sql = page
        .split("```sql")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the SQL");
    let administrator = tokio::task::spawn_blocking(cluster::empty_database)
        .await
        .unwrap();
    let admin = cluster::client(&administrator).await;
    for statement in sql
        .split(';')
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
    {
        // The cluster of the tests has these roles, and a database of this name.
        let statement = statement.replace("DATABASE agentlocator", "DATABASE its_own");
        if let Err(error) = admin.batch_execute(&statement).await {
            let code = error.code().map(|code| code.code().to_owned());
            assert_eq!(code.as_deref(), Some("42710"), "{statement}: {error:?}");
        }
    }
    let own = administrator
        .split_whitespace()
        .filter(|part| !part.starts_with("user=") && !part.starts_with("dbname="))
        .chain(["user=agentlocator", "dbname=its_own"])
        .collect::<Vec<_>>()
        .join(" ");
    let environment = BTreeMap::from([("DATABASE_URL".to_owned(), own.clone())]);
    listens(&environment, &cluster::folder("its-own"));
    let store = store::Store::new(&store::StoreOptions {
        url: own.clone(),
        pool_size: 1,
    })
    .unwrap();
    store.ping().await.unwrap();
    // And an older engine over a newer schema, as after a rollback.
    let rows = cluster::client(&own).await;
    rows.batch_execute(
        "SET ROLE al_owner; INSERT INTO refinery_schema_history (version, name, applied_on, checksum) \
         VALUES (9999, 'of_a_later_release', '2030-01-01T00:00:00Z', '1')",
    )
    .await
    .unwrap();
    listens(&environment, &cluster::folder("its-own"));
}

/// Starts an engine, and ends it once it listens.
fn listens(environment: &BTreeMap<String, String>, folder: &Path) {
    use std::io::{BufRead, BufReader};
    let mut engine = spawn(environment, folder);
    // Before it there may be the code of the first run.
    let listening = BufReader::new(engine.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .any(|line| line.starts_with("listening on"));
    engine.kill().unwrap();
    engine.wait().unwrap();
    let log = std::fs::read_to_string(folder.join("engine.log")).unwrap_or_default();
    assert!(listening && !log.contains("the database is away"), "{log}");
}
