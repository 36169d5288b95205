//! Recorded exchanges, where there are some: `../shared/corpus/*.jsonl` beside the workspace, or the
//! folder that `DRAGOMAN_CORPUS` names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::path::PathBuf;

/// One exchange.
#[derive(Debug)]
pub struct Record {
    /// File and line, for messages.
    pub place: String,
    pub provider: String,
    pub host: String,
    pub path: String,
    /// Null where it is no JSON.
    pub request: Value,
    pub status: u16,
    pub content_type: String,
    pub response: Vec<u8>,
}

fn folder() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    std::env::var_os("DRAGOMAN_CORPUS").map_or_else(beside, PathBuf::from)
}

/// Every exchange, by file and line. `None` where there is no such folder.
pub fn records() -> Option<Vec<Record>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut records = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        for (line, json) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            records
                .push(record(&serde_json::from_str(json).unwrap(), format!("{name}:{}", line + 1)));
        }
    }
    Some(records)
}

fn record(value: &Value, place: String) -> Record {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Record {
        place,
        provider: text("provider"),
        host: text("host"),
        path: text("path").split('?').next().unwrap_or_default().to_owned(),
        request: serde_json::from_str(&text("request")).unwrap_or_default(),
        status: value["status"].as_u64().unwrap() as u16,
        content_type: text("content_type"),
        response: STANDARD.decode(text("response_b64")).unwrap(),
    }
}
