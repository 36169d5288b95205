//! The answer: `{"object": "list", "data": [{"object": "embedding", "index", "embedding"}], "model",
//! "usage"}`.

use super::vector::{self, Encoding};
use crate::openai::Usage;
use crate::wire::prune::write_key;

/// Writes the vectors one after the other, straight from the provider's text.
#[derive(Debug)]
pub struct ListWriter<'o> {
    out: &'o mut Vec<u8>,
    encoding: Option<Encoding>,
    written: usize,
}

/// What is no vector.
#[derive(Debug)]
pub struct NoVector;

impl<'o> ListWriter<'o> {
    pub fn new(out: &'o mut Vec<u8>, encoding: Option<Encoding>) -> Self {
        out.extend_from_slice(br#"{"object":"list","data":["#);
        Self { out, encoding, written: 0 }
    }

    /// Writes the next vector, whose JSON is a list of numbers or base64.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn push(&mut self, json: &str) -> Result<(), NoVector> {
        self.write(self.written, json, None, self.encoding)
    }

    /// Writes one of several vectors of the input `index`, in the provider's own `kind` of numbers
    /// (Cohere's `int8`), under LiteLLM's name for that.
    ///
    /// # Errors
    /// Where it is no vector.
    pub fn push_typed(&mut self, index: usize, json: &str, kind: &str) -> Result<(), NoVector> {
        // Only floats have a form that clients can ask for; the rest stays as it came.
        let encoding = self.encoding.filter(|_| kind == "float");
        self.write(index, json, Some(kind), encoding)
    }

    fn write(
        &mut self,
        index: usize,
        json: &str,
        kind: Option<&str>,
        encoding: Option<Encoding>,
    ) -> Result<(), NoVector> {
        if self.written > 0 {
            self.out.push(b',');
        }
        let mut head = format!(r#"{{"object":"embedding","index":{index},"#);
        if let Some(kind) = kind {
            write_key(&mut head, "type");
            head.push_str(&serde_json::to_string(kind).unwrap_or_default());
            head.push(',');
        }
        head.push_str("\"embedding\":");
        self.out.extend_from_slice(head.as_bytes());
        vector::write(self.out, json, encoding).ok_or(NoVector)?;
        self.out.push(b'}');
        self.written = self.written.saturating_add(1);
        Ok(())
    }

    /// How many vectors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.written
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// Writes what follows the vectors.
    pub fn finish(self, model: &str, usage: &Usage) {
        let model = serde_json::to_string(model).unwrap_or_default();
        let Usage { prompt_tokens, total_tokens, .. } = usage;
        let images = match usage.prompt_tokens_details.image_tokens {
            0 => String::new(),
            tokens => format!(r#","prompt_tokens_details":{{"image_tokens":{tokens}}}"#),
        };
        let tail = format!(
            r#"],"model":{model},"usage":{{"prompt_tokens":{prompt_tokens},"total_tokens":{total_tokens}{images}}}}}"#
        );
        self.out.extend_from_slice(tail.as_bytes());
    }
}

/// Usage of so many tokens that were read.
#[must_use]
pub fn usage(prompt_tokens: u64) -> Usage {
    Usage { prompt_tokens, total_tokens: prompt_tokens, ..Usage::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_in_openais_shape() {
        let mut out = Vec::new();
        let mut list = ListWriter::new(&mut out, Some(Encoding::Base64));
        list.push("[1]").unwrap();
        list.push_typed(0, "[-3]", "int8").unwrap();
        list.push_typed(0, "[1]", "float").unwrap();
        assert!(list.push("{}").is_err());
        out.clear();
        let mut list = ListWriter::new(&mut out, Some(Encoding::Float));
        list.push("[1.50]").unwrap();
        list.push("[2]").unwrap();
        assert_eq!(list.len(), 2);
        list.finish("m\"", &usage(7));
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.50]},{"object":"embedding","index":1,"embedding":[2]}],"model":"m\"","usage":{"prompt_tokens":7,"total_tokens":7}}"#
        );
    }
}
