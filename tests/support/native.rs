//! A dialect as its tests see it: one deployment, what it is sent, and what becomes of its bytes.

use super::streams;
use dragoman::dialect::{Dialect, Exchange, Outgoing, Output};
use dragoman::openai::ApiError;
use serde_json::{Value, json};

pub struct Native {
    /// `provider/model`.
    pub model: &'static str,
    pub dialect: &'static dyn Dialect,
}

impl Native {
    pub fn send(&self, openai: &Value, params: Value) -> Result<Outgoing, ApiError> {
        super::send(openai, &super::deployment(self.model, &params).unwrap())
    }

    /// The body that is sent, which the provider's schema allows.
    pub fn body(&self, openai: &Value) -> Value {
        super::body(openai, &super::deployment(self.model, &json!({})).unwrap())
    }

    /// What the refusal names.
    pub fn refused(&self, openai: &Value) -> String {
        super::refused(self.send(openai, json!({})))
    }

    pub fn exchange(&self) -> Exchange {
        let model = self.model.split_once('/').map_or(self.model, |(_, model)| model);
        Exchange {
            include_usage: true,
            model: model.into(),
            id: "chatcmpl-nonce".into(),
            created: 7,
            ..Exchange::default()
        }
    }

    /// A stream's chunks, feeding `size` bytes at a time.
    pub fn stream(&self, bytes: &[u8], size: usize) -> Result<Output, ApiError> {
        streams::stream(self.dialect, bytes, size, &self.exchange())
    }

    /// The client's completion for a whole answer.
    pub fn whole(&self, body: &Value) -> Result<Value, ApiError> {
        let mut out = Output::default();
        self.dialect.whole(&self.exchange(), body.to_string().as_bytes(), &mut out)?;
        Ok(serde_json::from_slice(&out.bytes).unwrap())
    }
}
