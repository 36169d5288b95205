//! Files with Google accounts and with keys for Oracle's cloud, which LiteLLM reads when it starts. The
//! plugin reads no files, so what they hold becomes part of the document.

use super::{Document, Finding};
use crate::render::variables::MARK;
use dragoman::config::{Path as Place, Severity};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::PathBuf;

/// What may name a file, and what is to have its content.
struct Named {
    by: &'static str,
    content: &'static str,
    form: Form,
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// An account: a JSON object.
    Account,
    /// A private key in PEM.
    Key,
}

/// Members that may name such a file.
const MEMBERS: [Named; 3] = [
    Named { by: "vertex_credentials", content: "vertex_credentials", form: Form::Account },
    Named { by: "vertex_ai_credentials", content: "vertex_ai_credentials", form: Form::Account },
    Named { by: "oci_key_file", content: "oci_key", form: Form::Key },
];

/// Variables that may, where a deployment has none of the members.
const VARIABLES: [Named; 3] = [
    Named { by: "VERTEXAI_CREDENTIALS", content: "VERTEXAI_CREDENTIALS", form: Form::Account },
    Named {
        by: "GOOGLE_APPLICATION_CREDENTIALS",
        content: "GOOGLE_APPLICATION_CREDENTIALS",
        form: Form::Account,
    },
    Named { by: "OCI_KEY_FILE", content: "OCI_KEY", form: Form::Key },
];

/// Longest file, bytes. They have some 2 KB.
const MAX_BYTES: u64 = 64 * 1024;

/// Puts the files' content in the place of their names.
pub fn inline(document: &mut Document, env: &dyn Fn(&str) -> Option<String>) {
    let mut read = Read { env, files: Vec::new(), findings: Vec::new() };
    let lists = [("model_list", "litellm_params"), ("credential_list", "credential_values")];
    for (list, mapping) in lists {
        let entries = document.value.get_mut(list).and_then(Value::as_array_mut);
        for (index, entry) in entries.into_iter().flatten().enumerate() {
            let Some(members) = entry.get_mut(mapping).and_then(Value::as_object_mut) else {
                continue;
            };
            for named in MEMBERS {
                // The content itself comes before a file of it.
                let is_there = named.by != named.content && members.contains_key(named.content);
                let place = [list, mapping, named.by];
                if let Some(value) = members.get(named.by).filter(|_| !is_there)
                    && let Some(content) = read.content(value, named.form, &place, index)
                {
                    members.remove(named.by);
                    members.insert(named.content.to_owned(), content);
                }
            }
        }
    }
    let wanted = RefCell::new(Vec::new());
    let _ = dragoman::config::read(&document.value, &|name| {
        wanted.borrow_mut().extend(VARIABLES.iter().find(|known| known.by == name));
        env(name)
    });
    let mut wanted: Vec<&Named> = wanted.into_inner();
    wanted.dedup_by_key(|named| named.by);
    for named in wanted {
        let name = Value::from(format!("{MARK}{}", named.by));
        let place = ["environment_variables", "", named.by];
        let Some(content) = read.content(&name, named.form, &place, 0) else { continue };
        if let Some(members) = document.value.as_object_mut() {
            let declared = members.entry("environment_variables").or_insert_with(|| json!({}));
            if declared.is_null() {
                *declared = json!({});
            }
            if let Some(declared) = declared.as_object_mut() {
                let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
                declared.entry(named.content).or_insert_with(|| text.into());
            }
        }
    }
    let Read { files, findings, .. } = read;
    for (path, message) in findings {
        let place = document.place(&path);
        document.findings.push(Finding::new(Severity::Warning, path, place, message));
    }
    document.accounts = files;
}

/// What was read.
struct Read<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
    files: Vec<PathBuf>,
    /// Paths in the document, and what to say there.
    findings: Vec<(String, String)>,
}

impl Read<'_> {
    /// The content of the file that `value` names, if it names one.
    fn content(
        &mut self,
        value: &Value,
        form: Form,
        place: &[&str; 3],
        index: usize,
    ) -> Option<Value> {
        let text = value.as_str()?;
        let name = match text.strip_prefix(MARK) {
            Some(variable) => (self.env)(variable)?,
            None => text.to_owned(),
        };
        let name = name.trim();
        if name.is_empty() || form.is_content(name) {
            return None;
        }
        let [list, mapping, member] = place;
        let path = match *mapping {
            "" => Place::ROOT.member(list).member(member).to_string(),
            _ => format!("{list}[{index}].{mapping}.{member}"),
        };
        let file = PathBuf::from(name);
        let content = form.read(&file);
        self.files.push(file);
        let what = form.what();
        let message = match &content {
            Ok(_) => {
                format!(
                    "The {what} in the file becomes part of what the plugin is given, because a \
                     plugin reads no files. To keep its key out of rendered files, set a variable \
                     to the file's content and write os.environ/NAME."
                )
            }
            Err(why) => format!("The file with the {what} {why}."),
        };
        self.findings.push((path, message));
        content.ok()
    }
}

impl Form {
    fn what(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Key => "key",
        }
    }

    /// Whether it stands there itself, instead of a file's name.
    fn is_content(self, text: &str) -> bool {
        match self {
            Self::Account => text == "metadata" || text.starts_with('{'),
            Self::Key => text.contains("-----BEGIN "),
        }
    }

    /// # Errors
    /// What is wrong with the file, as the end of a sentence that names neither it nor its content.
    fn read(self, file: &std::path::Path) -> Result<Value, String> {
        let cannot = |error: std::io::Error| format!("cannot be read: {}", error.kind());
        if std::fs::metadata(file).map_err(cannot)?.len() > MAX_BYTES {
            return Err(format!("is longer than {MAX_BYTES} bytes"));
        }
        let bytes = std::fs::read(file).map_err(cannot)?;
        match self {
            Self::Account => {
                let account = serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object);
                account.ok_or_else(|| "holds no JSON object".to_owned())
            }
            Self::Key => {
                let key = String::from_utf8(bytes).ok().filter(|text| self.is_content(text));
                key.map(Value::from).ok_or_else(|| "holds no private key in PEM".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Source, parse};
    use std::path::Path;

    const ACCOUNT: &str = r#"{"type": "authorized_user", "refresh_token": "SECRET"}"#;

    fn document(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Document {
        let mut document = parse(Source::new(Path::new("config.yaml"), text.to_owned()));
        inline(&mut document, env);
        document
    }

    /// A file that is gone with the value.
    struct File(PathBuf);

    impl File {
        fn new(name: &str, text: &str) -> Self {
            let file = format!("dragoman-account-{}-{name}", std::process::id());
            let path = std::env::temp_dir().join(file);
            std::fs::write(&path, text).unwrap();
            Self(path)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn an_account_in_a_file_becomes_part_of_the_document_and_that_is_said() {
        let file = File::new("good", ACCOUNT);
        let text = format!(
            "model_list:\n- model_name: m\n  litellm_params:\n    model: openai/m\n    \
             vertex_credentials: {}\n",
            file.0.display()
        );
        let found = document(&text, &|_| None);
        let place = "/model_list/0/litellm_params/vertex_credentials";
        assert_eq!(found.value.pointer(place).unwrap()["refresh_token"], "SECRET");
        assert_eq!(found.accounts, std::slice::from_ref(&file.0));
        let [finding] = &found.findings[..] else { panic!("{:?}", found.findings) };
        assert_eq!(finding.place.line, 5);
        assert!(finding.problem.message.contains("os.environ/NAME"));
    }

    #[test]
    fn a_variable_may_name_the_file() {
        let file = File::new("variable", ACCOUNT);
        let name = file.0.display().to_string();
        let text = "credential_list:\n- credential_name: g\n  credential_values: \
                    {vertex_credentials: os.environ/MINE}\n";
        let found = document(text, &|variable| (variable == "MINE").then(|| name.clone()));
        let place = "/credential_list/0/credential_values/vertex_credentials/type";
        assert_eq!(found.value.pointer(place), Some(&json!("authorized_user")));
    }

    #[test]
    fn what_is_no_file_stays_as_it_is() {
        for written in ["metadata", "os.environ/NOT_SET", "'{\"type\": \"x\"}'"] {
            let text =
                format!("model_list:\n- litellm_params: {{vertex_credentials: {written}}}\n");
            let before = parse(Source::new(Path::new("config.yaml"), text.clone())).value;
            let found = document(&text, &|_| None);
            assert_eq!((found.value, found.findings), (before, Vec::new()));
        }
    }

    #[test]
    fn a_file_that_is_of_no_use_is_a_warning_that_does_not_show_it() {
        let file = File::new("broken", "SECRET");
        for name in ["/nowhere/SECRET.json", &file.0.display().to_string()] {
            let text = format!("model_list:\n- litellm_params: {{vertex_credentials: '{name}'}}\n");
            let found = document(&text, &|_| None);
            let message = &found.findings[0].problem.message;
            assert!(message.starts_with("The file with the account"), "{message}");
            assert!(!message.contains("SECRET"), "{message}");
        }
    }

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n";

    #[test]
    fn a_key_in_a_file_stands_where_a_key_does() {
        let file = File::new("oracle.pem", KEY);
        let name = file.0.display();
        let text = format!("model_list:\n- litellm_params: {{oci_key_file: '{name}'}}\n");
        let found = document(&text, &|_| None);
        let params = &found.value["model_list"][0]["litellm_params"];
        assert_eq!(params, &json!({"oci_key": KEY}));
        let [finding] = &found.findings[..] else { panic!("{:?}", found.findings) };
        assert!(finding.problem.message.starts_with("The key in the file"));

        let written = "model_list:\n- litellm_params: {oci_key: x, oci_key_file: /nowhere}\n";
        let found = document(written, &|_| None);
        assert_eq!(found.findings, Vec::new(), "the key itself counts");
        let broken = File::new("no-key.pem", "SECRET");
        let text =
            format!("model_list:\n- litellm_params: {{oci_key_file: '{}'}}\n", broken.0.display());
        let message = &document(&text, &|_| None).findings[0].problem.message;
        assert_eq!(message, "The file with the key holds no private key in PEM.");
    }

    #[test]
    fn a_variable_may_name_the_file_with_the_key() {
        let file = File::new("variable.pem", KEY);
        let name = file.0.display().to_string();
        let text = "model_list:\n- model_name: m\n  litellm_params: {model: oci/meta.llama}\n";
        let found = document(text, &|variable| (variable == "OCI_KEY_FILE").then(|| name.clone()));
        assert_eq!(found.value["environment_variables"], json!({"OCI_KEY": KEY}));
        assert_eq!(found.accounts, std::slice::from_ref(&file.0));
    }
}
