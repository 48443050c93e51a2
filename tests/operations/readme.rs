//! What the README says is true.

use std::process::Command;

use serde_json::Value;

use crate::harness::{scratch, unique};

const README: &str = include_str!("../../README.md");
const MANIFEST: &str = include_str!("../../Cargo.toml");

/// The commands of the README in their order.
fn commands() -> String {
    let blocks = README.split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().expect("an end")).collect()
}

#[test]
fn its_commands_work_as_they_are_pasted() {
    let folder = scratch().join(format!("readme-{}", unique()));
    std::fs::create_dir_all(&folder).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    // The binary of this build stands in for that of the release, and a free port for the usual one.
    let pasted = commands()
        .replace("cargo run --release --", concat!("BACKOFFICE_LISTEN=$address ", env!("CARGO_BIN_EXE_backoffice")))
        .replace("127.0.0.1:8080", "$address")
        .replace("'http://$address", "'http://'$address'");
    let script = format!("{pasted}\nkill %1\n");
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("address", free)
        .output()
        .expect("bash");
    let text = String::from_utf8(output.stdout).unwrap();
    let answer = text.lines().last().unwrap_or_default();
    // One after the other, since curl ends no line.
    let answers: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(answer).into_iter().collect();
    let answers = answers.unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    let [answer, signed_up] = <[Value; 2]>::try_from(answers).expect("two answers");
    assert_eq!(signed_up["code"], 202, "{signed_up}");
    let shown = README.split("```json\n").nth(1).expect("an answer").split("```").next().expect("an end");
    let shown: Value = serde_json::from_str(shown).unwrap();
    let without_times = |mut answer: Value| {
        let record = answer["data"][0].as_object_mut().expect("a record");
        record.retain(|name, _| !name.ends_with("Time"));
        answer
    };
    assert_eq!(without_times(answer), without_times(shown));
}

/// The text between these.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split(before).nth(1).and_then(|rest| rest.split(after).next()).expect("the text")
}

#[test]
fn the_version_of_rust_that_it_asks_for_builds_what_is_locked() {
    let stated = between(MANIFEST, "rust-version = \"", "\"");
    assert_eq!(between(README, "Rust (", " or later)"), stated);
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc");
    let rustc = String::from_utf8(rustc.stdout).expect("UTF-8");
    // Packages of other platforms need not be on this machine.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform"])
        .arg(between(&rustc, "host: ", "\n"))
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .output()
        .expect("cargo");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    for package in metadata["packages"].as_array().expect("packages") {
        let Some(needed) = package["rust_version"].as_str() else { continue };
        assert!(version(needed) <= version(stated), "{} needs {needed}", package["name"]);
    }
}

/// `1.95` as numbers that compare.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().expect("a number"));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}
