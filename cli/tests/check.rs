//! `dragoman check` as a user sees it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The kinds of file that LiteLLM's documentation shows, in our own words: each must work as it is.
const EXAMPLES: [(&str, &str); 6] = [
    ("load-balancing", include_str!("examples/load-balancing.yaml")),
    ("fallbacks", include_str!("examples/fallbacks.yaml")),
    ("wildcards", include_str!("examples/wildcards.yaml")),
    ("anchors", include_str!("examples/anchors.yaml")),
    ("aliases", include_str!("examples/aliases.yaml")),
    ("self-hosted", include_str!("examples/self-hosted.yaml")),
];

fn write(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn check(path: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dragoman"))
        .arg("check")
        .arg(path)
        .args(options)
        .env_clear()
        .env("OPENAI_API_KEY", "sk-1")
        .env("ANTHROPIC_API_KEY", "sk-2")
        .env("AZURE_API_KEY", "sk-3")
        .output()
        .unwrap()
}

fn text(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn litellms_kinds_of_configuration_load_as_they_are() {
    for (name, example) in EXAMPLES {
        let output = check(&write(&format!("{name}.yaml"), example), &["--strict"]);
        assert!(output.status.success(), "{name}: {}", text(&output));
        assert!(text(&output).contains("; 0 errors, 0 warnings"), "{name}: {}", text(&output));
    }
}

const WRONG: &str = "\
model_list:
  - model_name: fast
    litellm_params:
      model: opnai/gpt-4.1
      max_retries: 3
  - model_name: good
    litellm_params: {model: openai/gpt-4.1}
";

#[test]
fn problems_stand_with_their_line_and_path_in_the_order_of_the_file() {
    let path = write("wrong.yaml", WRONG);
    let output = check(&path, &[]);
    assert_eq!(output.status.code(), Some(1));
    let file = path.display();
    let expected = format!(
        "{file}:4: error: model_list[0].litellm_params.model: `opnai/gpt-4.1` names no provider \
         that Dragoman knows. Did you mean the provider `openai`?\n     \
         4 |       model: opnai/gpt-4.1\n\
         {file}:5: warning: model_list[0].litellm_params.max_retries: Dragoman does not support \
         `max_retries` yet. `router_settings.num_retries` counts for every deployment.\n     \
         5 |       max_retries: …\n\
         1 deployment in 1 group; 1 error, 1 warning\n"
    );
    assert_eq!(text(&output), expected);
}

#[test]
fn warnings_fail_only_a_strict_check() {
    let path = write("warned.yaml", &WRONG.replace("opnai", "openai"));
    assert_eq!(check(&path, &[]).status.code(), Some(0));
    let strict = check(&path, &["--strict"]);
    assert_eq!(strict.status.code(), Some(1));
    assert!(text(&strict).ends_with("2 deployments in 2 groups; 1 error, 0 warnings\n"));
}

#[test]
fn machines_can_read_the_findings() {
    let output = check(&write("json.yaml", WRONG), &["--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&value["errors"], &value["warnings"]), (&1.into(), &1.into()));
    let first = &value["problems"][0];
    assert_eq!(first["path"], "model_list[0].litellm_params.model");
    assert_eq!((&first["line"], &first["column"]), (&4.into(), &7.into()));
    assert_eq!(first["severity"], "error");
    assert!(first["file"].as_str().unwrap().ends_with("json.yaml"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let output = check(Path::new("no-such-file.yaml"), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-file.yaml cannot be read"));
}

#[test]
fn a_thousand_deployments_are_checked_quickly() {
    let mut file = "model_list:\n".to_owned();
    for n in 0..1000 {
        file.push_str(&format!(
            "  - model_name: group-{}\n    litellm_params:\n      model: openai/gpt-4.1\n      \
             api_key: sk-{n}\n      api_base: https://host-{n}.example.com/v1\n      rpm: {n}\n",
            n % 50
        ));
    }
    let path = write("thousand.yaml", &file);
    let start = std::time::Instant::now();
    let output = check(&path, &[]);
    let taken = start.elapsed();
    assert!(text(&output).ends_with("1000 deployments in 50 groups; 0 errors, 0 warnings\n"));
    // A debug build on a busy machine.
    assert!(taken.as_secs() < 10, "{taken:?}");
}
