use super::*;
use std::path::Path;

fn repository(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

/// `UPDATE=1 cargo test -p dragoman-cli providers` writes it anew.
#[test]
fn the_page_of_providers_is_what_the_catalogue_says() {
    let path = repository("docs/providers.md");
    let text = page::text();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "docs/providers.md is not the catalogue; write it anew with UPDATE=1.");
}

#[test]
fn the_readme_counts_the_providers_of_the_catalogue() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let said = format!("[{} providers](docs/providers.md)", page::count());
    assert!(readme.contains(&said), "README.md does not say {said}");
}

#[test]
fn the_table_has_a_line_for_every_row() {
    let rows: Vec<&Provider> = catalog::all().iter().collect();
    let text = table::text(&rows);
    assert_eq!(text.lines().count(), rows.len() + 1);
    let groq = text.lines().find(|line| line.starts_with("groq ")).unwrap();
    for part in
        ["https://api.groq.com/openai/v1", "GROQ_API_KEY", "chat", "does not take", "logit_bias"]
    {
        assert!(groq.contains(part), "{part}: {groq}");
    }
}

#[test]
fn one_provider_is_told_in_full_under_each_of_its_names() {
    let rows: Vec<&Provider> = catalog::all().iter().filter(|row| row.is_called("ai21")).collect();
    let text = detail::text(&rows);
    assert!(text.starts_with("ai21_chat, ai21\n"), "{text}");
    let rows: Vec<&Provider> = catalog::all().iter().filter(|row| row.name == "watsonx").collect();
    let text = detail::text(&rows);
    for part in
        ["project_id, or WATSONX_PROJECT_ID", "watsonx (deployment/*)", "calls model model_id"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn every_row_is_json_that_the_catalogue_could_read() {
    for row in catalog::all() {
        let json = serde_json::to_value(row).unwrap();
        let again: Provider = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), json);
    }
}
