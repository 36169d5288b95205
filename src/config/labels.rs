//! The labels that say in a metric which deployment it is about.
//!
//! Envoy's metrics have no labels of their own; `NAME;.;LABEL=;.;VALUE` is turned into one by the
//! stats tags of its bootstrap.

use crate::operation::Operation;
use std::fmt::{self, Display, Formatter, Write};
use std::sync::Arc;

/// Longest label value, bytes.
const MAX_LABEL_BYTES: usize = 96;

/// Model group, provider and deployment, as they stand in a metric's name: written once, for every
/// request needs them several times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Labels {
    text: Arc<str>,
    operation: Option<Operation>,
}

impl Labels {
    #[must_use]
    pub fn new(group: &str, provider: &str, deployment: &str) -> Self {
        let labels = [
            Label("gen_ai_request_model", group),
            Label("gen_ai_provider_name", provider),
            Label("dragoman_deployment", deployment),
        ];
        let text = labels.iter().map(ToString::to_string).collect::<String>().into();
        Self { text, operation: None }
    }

    /// The same for what is about one kind of request.
    #[must_use]
    pub fn of(&self, operation: Operation) -> Self {
        Self { text: Arc::clone(&self.text), operation: Some(operation) }
    }

    /// For a request that no deployment was asked for.
    #[must_use]
    pub fn unserved(group: &str) -> Self {
        Self::new(group, "none", "none")
    }
}

impl Display for Labels {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        let name = self.operation.map(Operation::name);
        name.map_or(Ok(()), |name| Label("gen_ai_operation_name", name).fmt(f))
    }
}

/// One label, key and value. The value can neither end it nor grow without bound.
pub struct Label<'a>(pub &'a str, pub &'a str);

impl Display for Label<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(key, value) = self;
        write!(f, ";.;{key}=;.;")?;
        value
            .char_indices()
            .take_while(|(at, c)| at + c.len_utf8() <= MAX_LABEL_BYTES)
            .map(|(_, c)| if c == ';' || c.is_control() { '_' } else { c })
            .try_for_each(|c| f.write_char(c))
    }
}
