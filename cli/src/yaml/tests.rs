use super::*;
use serde_json::json;
use std::path::PathBuf;

/// A directory of its own for each test, removed at the end of it.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let name = format!("dragoman-yaml-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn document(name: &str, text: &str) -> Document {
    let directory = Directory::new(name);
    let path = directory.join("config.yaml");
    std::fs::write(&path, text).unwrap();
    load(&path).unwrap()
}

fn line(document: &Document, path: &str) -> usize {
    document.positions[path].line
}

#[test]
fn every_value_has_the_place_of_its_name() {
    let text = "a:\n  - b: 1\n    c: {d: [x, y]}\n  - 'e.f': 2\n";
    let document = document("places", text);
    assert_eq!(document.value, json!({"a": [{"b": 1, "c": {"d": ["x", "y"]}}, {"e.f": 2}]}));
    assert_eq!(line(&document, "a"), 1);
    assert_eq!(line(&document, "a[0].b"), 2);
    let place = document.positions["a[0].c.d[1]"];
    assert_eq!((place.line, place.column), (3, 16));
    assert_eq!(line(&document, r#"a[1]["e.f"]"#), 4);
}

#[test]
fn merged_members_stand_where_they_were_written_and_ones_own_come_first() {
    let text = "base: &base\n  x: 1\n  y: 2\nother: &other {y: 3, z: 4}\n\
                one:\n  y: 0\n  <<: [*base, *other]\ntwo: *base\nthree: {'<<': 5}\n";
    let document = document("merge", text);
    assert_eq!(document.value["one"], json!({"y": 0, "x": 1, "z": 4}));
    assert_eq!(document.value["two"], json!({"x": 1, "y": 2}));
    assert_eq!(document.value["three"], json!({"<<": 5}));
    assert_eq!(line(&document, "one.x"), 2);
    assert_eq!(line(&document, "one.y"), 6);
    assert_eq!(line(&document, "one.z"), 4);
    assert_eq!(line(&document, "two"), 8);
    assert!(document.findings.is_empty());
}

#[test]
fn a_merge_of_a_merge_reaches_through() {
    let text = "a: &a {x: 1}\nb: &b\n  <<: *a\n  y: 2\nc:\n  <<: *b\n";
    assert_eq!(document("merges", text).value["c"], json!({"y": 2, "x": 1}));
}

#[test]
fn quotes_and_tags_make_strings() {
    let text = "- yes\n- 'yes'\n- \"1\"\n- !!str 1\n- 1\n- |\n  text\n";
    let document = document("strings", text);
    assert_eq!(document.value, json!([true, "yes", "1", "1", 1, "text\n"]));
}

#[test]
fn a_key_that_stands_twice_is_an_error_with_both_lines() {
    let document = document("twice", "a:\n  b: 1\n  c: 2\n  b: 3\n");
    let [finding] = &document.findings[..] else { panic!() };
    assert_eq!((finding.problem.path.as_str(), finding.place.line), ("a.b", 4));
    assert!(finding.problem.message.contains("in line 2 and in line 4"));
}

#[test]
fn broken_yaml_is_one_finding_with_its_line() {
    for (text, line) in [
        ("a: 1\n\tb: 2\n", 2),
        ("a: [1\nb: 2\n", 2),
        ("a: b: c\n", 1),
        ("a: 'x\n", 1),
        ("a: *nobody\n", 1),
        ("a: &a [*a]\n", 1),
        ("", 1),
        ("# nothing\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
    ] {
        let document = document("broken", text);
        let (reading, findings) = document.read(&|_| None);
        assert_eq!(findings.len(), 1, "{text:?}: {findings:?}");
        assert_eq!(findings[0].problem.severity, Severity::Error);
        assert!(findings[0].place.line.abs_diff(line) <= 1, "{text:?}: {findings:?}");
        assert!(reading.has_errors());
    }
}

#[test]
fn aliases_cannot_multiply_without_bound() {
    let mut text = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
    let mut merges = "m0: &m0 {x: 1}\n".to_owned();
    for n in 1..30 {
        let alias = format!("*a{},", n - 1);
        text.push_str(&format!("a{n}: &a{n} [{}]\n", alias.repeat(10)));
        merges.push_str(&format!("m{n}: &m{n} {{<<: [*m{0}, *m{0}]}}\n", n - 1));
    }
    for text in [text, merges, format!("a: {}", "[".repeat(100_000))] {
        let document = document("bomb", &text);
        assert!(document.value.is_null());
        assert_eq!(document.findings.len(), 1);
    }
}

#[test]
fn included_files_are_joined_as_litellm_does() {
    let directory = Directory::new("include");
    std::fs::create_dir_all(directory.join("more")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    write("config.yaml", "include: [more/models.yaml]\nlist: [1]\nmap: {a: 1}\n");
    write("more/models.yaml", "include: [third.yaml, models.yaml]\nlist: [2]\nmap: {b: 2}\n");
    write("more/third.yaml", "list: [3]\nnew: true\n");
    let document = load(&directory.join("config.yaml")).unwrap();
    assert_eq!(document.value, json!({"list": [1, 2, 3], "map": {"b": 2}, "new": true}));
    let place = document.positions["list[2]"];
    assert!(document.sources[place.file].path.ends_with("third.yaml"));
    let [finding] = &document.findings[..] else { panic!("{:?}", document.findings) };
    assert_eq!(finding.problem.severity, Severity::Warning);
    assert!(finding.problem.message.contains("replaces the whole `map`"));
}

#[test]
fn an_include_that_fails_is_an_error_where_it_is_asked_for() {
    let directory = Directory::new("no-include");
    std::fs::write(directory.join("list.yaml"), "- 1\n").unwrap();
    for (text, line) in [
        ("a: 1\ninclude:\n  - gone.yaml\n", 3),
        ("include: gone.yaml\n", 1),
        ("include: [list.yaml]\n", 1),
    ] {
        let path = directory.join("config.yaml");
        std::fs::write(&path, text).unwrap();
        let document = load(&path).unwrap();
        let [finding] = &document.findings[..] else { panic!("{:?}", document.findings) };
        assert_eq!(finding.place.line, line, "{text}");
    }
}

#[test]
fn a_line_is_shown_without_credentials_or_comments() {
    let text = r#"
model_list:
- litellm_params: {model: openai/x, api_key: sk-SECRET, api_kye: sk-SECRET} # sk-SECRET
  model_name: gpt # sk-SECRET
- litellm_params:
    api_base: http://u:SECRET@host
    api_key: sk-SECRET
    api_key: sk-SECRET
    temperature: >
       sk-SECRET
general_settings: {master_key: 1234, database_url: "pg://SECRET"}
environment_variables: {X: SECRET}
x-any: [SECRET]
"#;
    let document = document("shown", text);
    for line in 0..20 {
        let shown = document.sources[0].shown(line);
        assert!(!shown.contains("SECRET") && !shown.contains("1234"), "{shown}");
    }
    assert_eq!(
        document.sources[0].shown(3),
        "- litellm_params: {model: openai/x, api_key: …, api_kye: …}"
    );
    assert_eq!(document.sources[0].shown(4), "  model_name: gpt");
    let broken = super::tests::document("shown-broken", "a: 1\nmaster_key: sk-SECRET: x\n");
    assert_eq!(broken.sources[0].shown(2), "master_key: …");
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(document("bom", "\u{feff}a: 1\n").value, json!({"a": 1}));
}
