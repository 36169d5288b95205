//! A provider's request on its way from the client's members, for formats that are not OpenAI's.

use super::Wanted;
use crate::dialect::{Call, Exchange, Outgoing, Params, Target};
use crate::openai::embeddings::{Encoding, Input};
use crate::openai::{ApiError, EmbeddingRequest};
use crate::wire::prune::write_key;
use serde::Serialize;
use std::borrow::Cow;

/// Bytes of text that are taken for one token where a provider counts none.
const BYTES_PER_TOKEN: u64 = 4;

/// What becomes of a member that is not the model, the input or its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is sent under this name.
    Send(&'static str),
    /// The format's own code has put it where it belongs.
    Placed,
    /// It says nothing to the provider, and is noted as left out.
    LeaveOut,
    /// The provider cannot take it; the words complete "cannot be sent to …: ".
    Refuse(&'static str),
}

/// A JSON object that grows member by member.
#[derive(Debug, Clone, Default)]
pub struct Object {
    json: String,
    names: Vec<String>,
}

impl Object {
    /// Adds a member whose JSON stands in the client's request.
    pub fn raw(&mut self, name: &str, json: &str) {
        self.json.push(if self.json.is_empty() { '{' } else { ',' });
        write_key(&mut self.json, name);
        self.json.push_str(json);
        self.names.push(name.to_owned());
    }

    /// Adds a member.
    pub fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        // Texts, lists and numbers always have a JSON.
        self.raw(name, &serde_json::to_string(value).unwrap_or_default());
    }

    /// Whether there is a member of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The whole object.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.json.push_str(if self.json.is_empty() { "{}" } else { "}" });
        self.json
    }
}

/// One request under way.
#[derive(Debug)]
pub struct Draft<'a> {
    call: &'a Call<'a, EmbeddingRequest>,
    /// What the provider is called in messages.
    provider: &'a str,
    pub params: Params<'a>,
    pub body: Object,
    encoding: Option<Encoding>,
}

impl<'a> Draft<'a> {
    /// # Errors
    /// 400 for an encoding that is not OpenAI's.
    pub fn new(call: &'a Call<'a, EmbeddingRequest>) -> Result<Self, ApiError> {
        let provider = call.target.provider.name.as_str();
        let mut params = call.params();
        let mut body = Object::default();
        let encoding = call.request.encoding;
        if let Some(field) = call.request.members().field("encoding_format")
            && encoding.is_none()
            && params.unsupported_field(&field, "there are `float` and `base64`")?
        {
            body.raw(field.name, field.json);
        }
        Ok(Self { call, provider, params, body, encoding })
    }

    /// The inputs, all of which are texts, and no more than the provider takes at a time.
    ///
    /// # Errors
    /// 400 that names the limit, or the input that is no text.
    pub fn texts(&self) -> Result<Vec<Cow<'a, str>>, ApiError> {
        let inputs = self.call.request.inputs()?;
        within(self.call.target, inputs.len())?;
        let inputs = inputs.into_iter().enumerate();
        inputs.map(|(index, input)| text(self.provider, index, input)).collect()
    }

    /// Decides about every other member of the request, by its name. What is not known (`None`) is
    /// refused by name.
    ///
    /// # Errors
    /// 400 naming what cannot be sent, unless the deployment drops such parameters.
    pub fn options(&mut self, fate: impl Fn(&str) -> Option<Fate>) -> Result<(), ApiError> {
        let mut object = std::mem::take(&mut self.body);
        let result = self.options_into(&mut object, fate);
        self.body = object;
        result
    }

    /// The same, with what is to be sent put into `object`.
    ///
    /// # Errors
    /// See [`Draft::options`].
    pub fn options_into(
        &mut self,
        object: &mut Object,
        fate: impl Fn(&str) -> Option<Fate>,
    ) -> Result<(), ApiError> {
        for (name, json) in self.call.request.options()? {
            let unknown = Fate::Refuse("its embeddings have no such parameter");
            let name = match fate(&name).unwrap_or(unknown) {
                Fate::Send(name) => Cow::Borrowed(name),
                Fate::Placed => continue,
                Fate::LeaveOut => {
                    self.params.leave_out(&name);
                    continue;
                }
                Fate::Refuse(why) => {
                    if !self.params.unsupported(&name, why)? {
                        continue;
                    }
                    name
                }
            };
            // Two names of one thing: the first one counts.
            if !object.has(&name) {
                object.raw(&name, json);
            }
        }
        Ok(())
    }

    /// The member `name` of the client's request or of its `extra_body`, as it was written.
    ///
    /// # Errors
    /// 400 for an `extra_body` that is none.
    pub fn option(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        let options = self.call.request.options()?;
        Ok(options.into_iter().find(|(known, _)| known == name).map(|(_, json)| json))
    }

    /// The request as it leaves. `inputs`: how many vectors have to come.
    #[must_use]
    pub fn outgoing(self, path: String, inputs: usize) -> Outgoing {
        let wanted = Wanted { inputs: Some(inputs), ..wanted(self.call.request, self.encoding) };
        let exchange = exchange(self.call, wanted);
        let endpoint = self.call.target.endpoint.clone();
        let mut outgoing =
            Outgoing::json(endpoint, path, self.body.finish().into_bytes(), exchange);
        outgoing.dropped = self.params.into_dropped();
        outgoing
    }
}

/// What the client wants, as far as every format knows.
#[must_use]
pub fn wanted(request: &EmbeddingRequest, encoding: Option<Encoding>) -> Wanted {
    let estimate = (request.input().len() as u64).div_ceil(BYTES_PER_TOKEN);
    Wanted { encoding, inputs: None, estimate, counted: None }
}

/// What the answer's translation needs to know.
#[must_use]
pub fn exchange(call: &Call<'_, EmbeddingRequest>, embeddings: Wanted) -> Exchange {
    Exchange {
        model: call.target.model.clone(),
        created: call.now,
        embeddings,
        ..Exchange::default()
    }
}

/// # Errors
/// 400 where there are more inputs than the provider takes.
pub fn within(target: &Target, count: usize) -> Result<(), ApiError> {
    let most = super::of(target.provider).and_then(|embedder| embedder.most_inputs(target));
    let Some(most) = most.filter(|most| count > *most) else { return Ok(()) };
    let s = if most == 1 { "" } else { "s" };
    let message = format!(
        "`input` has {count} members, and {} takes {most} text{s} a request here. Send the texts in \
         requests of at most {most}.",
        target.provider.name
    );
    Err(ApiError::unsupported("input", message))
}

/// # Errors
/// 400 for an input that is no text.
pub fn text<'a>(provider: &str, index: usize, input: Input<'a>) -> Result<Cow<'a, str>, ApiError> {
    let what = match input {
        Input::Text(text) => return Ok(text),
        Input::Tokens(_) => "a list of tokens",
        Input::Object(_) => "an object",
    };
    Err(no_text(provider, &format!("input[{index}]"), what))
}

/// The error for an input that a provider of texts cannot take.
pub fn no_text(provider: &str, path: &str, what: &str) -> ApiError {
    let message =
        format!("`{path}` is {what}, and {provider} takes texts here. Send the text itself.");
    ApiError::unsupported(path, message)
}

/// The media type and the data of a `data:…;base64,…` text, which is how LiteLLM's users write what is
/// not text.
#[must_use]
pub fn data_url(text: &str) -> Option<(&str, &str)> {
    let (head, data) = text.strip_prefix("data:")?.split_once(',')?;
    let media = head.strip_suffix(";base64")?;
    (!media.is_empty()).then_some((media, data))
}
