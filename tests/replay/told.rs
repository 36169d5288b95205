//! Everything that came of a replay.

use dragoman::session::{Headers, Metric};
use serde_json::Value;

/// A request that a provider got.
#[derive(Debug)]
pub struct Asked {
    /// ms since the client's request.
    pub at: u64,
    pub cluster: String,
    pub headers: Headers,
    pub body: Value,
}

/// What the client was told, and what was noted down.
#[derive(Debug, Default)]
pub struct Told {
    /// `None`: the client went away, or nothing ever came.
    pub status: Option<u16>,
    pub headers: Headers,
    pub body: String,
    /// The answer ended as it should.
    pub ended: bool,
    pub asked: Vec<Asked>,
    /// What a provider got beside the streams.
    pub called: Vec<Asked>,
    pub metrics: Vec<Metric>,
    pub properties: Vec<(&'static str, String)>,
    pub warnings: Vec<String>,
}

impl Told {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The clusters that were asked, in order.
    pub fn clusters(&self) -> Vec<&str> {
        self.asked.iter().map(|asked| asked.cluster.as_str()).collect()
    }

    /// When each was asked, ms since the client's request.
    pub fn times(&self) -> Vec<u64> {
        self.asked.iter().map(|asked| asked.at).collect()
    }

    /// The sum of a counter over its labels, of those that hold `label`.
    pub fn count(&self, name: &str, label: &str) -> u64 {
        let counts = self.metrics.iter().filter(|metric| {
            metric.series.name == name && metric.series.to_string().contains(label)
        });
        counts.map(|metric| metric.value).sum()
    }

    /// The error's message.
    #[track_caller]
    pub fn error(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).expect(&self.body);
        body["error"]["message"].as_str().expect(&self.body).to_owned()
    }

    /// The whole answer's text.
    #[track_caller]
    pub fn content(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).expect(&self.body);
        body["choices"][0]["message"]["content"].as_str().expect(&self.body).to_owned()
    }

    /// The text of a stream's chunks.
    #[track_caller]
    pub fn streamed(&self) -> String {
        let data = self.body.split_terminator("\n\n").map(|event| &event["data: ".len()..]);
        let chunks = data.filter(|data| *data != "[DONE]").map(|data| {
            let chunk: Value = serde_json::from_str(data).expect(data);
            chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default().to_owned()
        });
        chunks.collect()
    }
}
