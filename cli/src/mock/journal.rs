//! What the mock was sent, kept so that a test can assert what a provider would have got.

use std::{
    collections::VecDeque,
    fs::File,
    io::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use anyhow::Context as _;
use hyper::http::request::Parts;
use serde_json::{Map, Value, json};

/// How many requests `GET /__mock/requests` can return.
const KEPT: usize = 1000;

#[derive(Debug)]
pub struct Journal {
    log: Option<Mutex<File>>,
    recorded: Option<Mutex<VecDeque<Value>>>,
}

impl Journal {
    pub fn new(record: bool, log: Option<&Path>) -> anyhow::Result<Self> {
        let open = |path: &Path| {
            let file = File::options().create(true).append(true).open(path);
            file.with_context(|| format!("The log {} cannot be opened.", path.display()))
        };
        Ok(Self {
            log: log.map(open).transpose()?.map(Mutex::new),
            recorded: record.then(Mutex::default),
        })
    }

    pub fn note(&self, request: &Parts, body: &[u8]) {
        if self.log.is_none() && self.recorded.is_none() {
            return;
        }
        let entry = entry(request, body);
        if let Some(log) = &self.log {
            let mut line = entry.to_string();
            line.push('\n');
            let mut file = log.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = file.write_all(line.as_bytes()) {
                eprintln!("The request log cannot be written: {error}.");
            }
        }
        if let Some(recorded) = &self.recorded {
            let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
            if recorded.len() == KEPT {
                recorded.pop_front();
            }
            recorded.push_back(entry);
        }
    }

    /// The recorded requests, oldest first, or `None` when nothing is recorded.
    pub fn recorded(&self) -> Option<Value> {
        let recorded = self.recorded.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(recorded.iter().cloned().collect())
    }

    pub fn clear(&self) {
        if let Some(recorded) = &self.recorded {
            recorded.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

/// `{"received_ms", "method", "path", "headers": {name: value}, "body"}`. The body is its text
/// rather than parsed JSON, so that its very bytes can be asserted. A repeated header's values are
/// joined with ", ".
fn entry(request: &Parts, body: &[u8]) -> Value {
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        match headers.get_mut(name.as_str()) {
            Some(Value::String(earlier)) => {
                earlier.push_str(", ");
                earlier.push_str(&value);
            }
            _ => {
                headers.insert(name.to_string(), Value::String(value.into_owned()));
            }
        }
    }
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    json!({
        "received_ms": since_epoch.map_or(0, |time| time.as_millis() as u64),
        "method": request.method.as_str(),
        "path": request.uri.path_and_query().map_or("/", |path| path.as_str()),
        "headers": headers,
        "body": String::from_utf8_lossy(body),
    })
}
