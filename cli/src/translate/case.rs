//! One translation to be made, and what came of it.

use super::clock::Clock;
use super::target;
use dragoman::dialect::{Exchange, Outgoing, Side, Target};
use dragoman::openai::ApiError;
use dragoman::operation::{Operation, Request};
use dragoman::session::headers::HeaderText;
use dragoman::session::{Headers, passed_on};
use dragoman::translate::{self, Answer, Gate, ResponseTranslator, pieces};
use dragoman::wire::Framing;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// Longest response that is taken, bytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Request,
    Response,
}

/// A translation to be made.
#[derive(Debug)]
pub struct Case {
    pub id: Value,
    pub direction: Direction,
    pub to: String,
    pub endpoint: String,
    pub params: Map<String, Value>,
    /// The OpenAI request, as it was written.
    pub body: Option<Vec<u8>>,
    pub response: Option<ResponseCase>,
}

/// A provider's response.
#[derive(Debug)]
pub struct ResponseCase {
    pub status: u16,
    /// Lower-case names.
    pub headers: Headers,
    pub bytes: Vec<u8>,
    /// Feed the bytes this many at a time.
    pub split: Option<usize>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    Request(RequestOut),
    Json {
        status: u16,
        headers: Map<String, Value>,
        json: Box<RawValue>,
    },
    Stream {
        status: u16,
        headers: Map<String, Value>,
        sse: String,
    },
    /// `{"status", "body"}`: the translation itself failed.
    Error(Value),
}

/// A request as it would be sent.
#[derive(Debug, Serialize)]
pub struct RequestOut {
    method: &'static str,
    url: String,
    headers: Map<String, Value>,
    body: Box<RawValue>,
    /// Those beside it, where the provider takes less at a time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    and: Vec<RequestOut>,
}

impl RequestOut {
    fn new(outgoing: Outgoing) -> Result<Self, ApiError> {
        let url = outgoing.url();
        let body = one_line(outgoing.body)
            .ok_or_else(|| ApiError::new(500, "The translated body is not JSON."))?;
        let headers = object(outgoing.headers);
        Ok(Self { method: outgoing.method, url, headers, body, and: Vec::new() })
    }
}

impl Case {
    /// Makes the translation. Whatever is wrong with the case becomes [`Outcome::Error`].
    pub fn run(&self, clock: &Clock) -> Outcome {
        let result = match (self.direction, &self.response) {
            (Direction::Request, _) => self.request(clock),
            (Direction::Response, Some(response)) => self.respond(response, clock),
            (Direction::Response, None) => {
                Err(ApiError::invalid("A response case needs `b64`, the provider's bytes."))
            }
        };
        result.unwrap_or_else(|error| Outcome::Error(error_value(&error)))
    }

    fn operation(&self) -> Result<Operation, ApiError> {
        Operation::find(Operation::name, &self.endpoint).ok_or_else(|| {
            let known = Operation::ALL.map(Operation::name).join(", ");
            let message =
                format!("The endpoint `{}` is not known. There is: {known}.", self.endpoint);
            ApiError::invalid(message).with_param("endpoint")
        })
    }

    fn target(&self) -> Result<Target, ApiError> {
        Ok(target::deployment(&self.to, &self.params)?.target)
    }

    fn nonce(&self, clock: &Clock) -> String {
        clock.nonce(&self.id.to_string())
    }

    fn request(&self, clock: &Clock) -> Result<Outcome, ApiError> {
        let (operation, target) = (self.operation()?, self.target()?);
        let Some(body) = &self.body else {
            return Err(ApiError::invalid("A request case needs a `body`."));
        };
        let request = Request::parse(operation, body.clone())?;
        let pieces = pieces::split(&request, &target)?.unwrap_or_else(|| vec![request]);
        let written = pieces.iter().map(|piece| self.written(piece, &target, clock));
        let mut requests = written.map(|outgoing| RequestOut::new(outgoing?));
        let first = requests.next().transpose()?;
        let first = first.ok_or_else(|| ApiError::new(500, "There is nothing to send."))?;
        let and = requests.collect::<Result<_, _>>()?;
        Ok(Outcome::Request(RequestOut { and, ..first }))
    }

    fn translated(
        &self,
        operation: Operation,
        body: &[u8],
        target: &Target,
        clock: &Clock,
    ) -> Result<Outgoing, ApiError> {
        self.written(&Request::parse(operation, body.to_vec())?, target, clock)
    }

    fn written(
        &self,
        request: &Request,
        target: &Target,
        clock: &Clock,
    ) -> Result<Outgoing, ApiError> {
        translate::any(request, target, &target.credential, clock.now(), &self.nonce(clock))
    }

    fn respond(&self, response: &ResponseCase, clock: &Clock) -> Result<Outcome, ApiError> {
        let (operation, target) = (self.operation()?, self.target()?);
        let header = |name: &str| {
            response
                .headers
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.to_string())
        };
        let dialect = target.provider.dialect.dialect();
        let is_stream = header("content-type").is_some_and(|kind| {
            ["event-stream", "amazon.eventstream", "ndjson"].iter().any(|mark| kind.contains(mark))
        }) || match dialect.framing() {
            Framing::JsonLines => looks_like_lines(&response.bytes),
            _ => looks_like_events(&response.bytes),
        };
        let exchange = self.exchange(operation, &target, is_stream, clock);
        let answer = Answer {
            status: response.status,
            content_encoding: header("content-encoding"),
            retry_after: header("retry-after"),
            error_type: header("x-amzn-errortype"),
            input_tokens: header(translate::INPUT_TOKENS).and_then(|count| count.parse().ok()),
            local: false,
        };
        let side = Side::of(operation, target.provider)
            .ok_or_else(|| operation.not_served_by(&target.provider.name))?;
        let mut translator = ResponseTranslator::new(side, exchange, answer, MAX_RESPONSE_BYTES);
        let mut out = Vec::new();
        let size = response.split.filter(|size| *size > 0).unwrap_or(usize::MAX);
        for piece in response.bytes.chunks(size) {
            translator.push(piece);
            out.append(&mut translator.take());
        }
        translator.finish();
        out.append(&mut translator.take());
        let mut headers = object(passed_on(&response.headers));
        if let Gate::Failed(error) = translator.gate() {
            headers.insert("content-type".into(), "application/json".into());
            if let Some(after) = &error.retry_after {
                headers.insert("retry-after".into(), after.as_str().into());
            }
            return json(error.status, headers, error.body());
        }
        if translator.is_stream() {
            headers.insert("content-type".into(), "text/event-stream; charset=utf-8".into());
            let sse = String::from_utf8_lossy(&out).into_owned();
            return Ok(Outcome::Stream { status: 200, headers, sse });
        }
        headers.insert("content-type".into(), "application/json".into());
        json(200, headers, out)
    }

    /// What the request's translation says of the response. Where there is no request, or none that
    /// can be sent there, what it says about streaming, and else what the response itself shows.
    fn exchange(
        &self,
        operation: Operation,
        target: &Target,
        is_stream: bool,
        clock: &Clock,
    ) -> Exchange {
        let (now, nonce) = (clock.now(), self.nonce(clock));
        let translated = self
            .body
            .as_ref()
            .and_then(|body| self.translated(operation, body, target, clock).ok());
        let said: Value =
            self.body.as_ref().and_then(|b| serde_json::from_slice(b).ok()).unwrap_or_default();
        let asked = said["stream"].as_bool();
        let mut exchange =
            translated.map(|outgoing| outgoing.exchange).unwrap_or_else(|| Exchange {
                include_usage: match said["stream_options"]["include_usage"].as_bool() {
                    Some(wanted) => wanted,
                    // Nothing is known of the client: it is shown all there is.
                    None => asked.is_none(),
                },
                model: target.model.clone(),
                created: now,
                id: format!("chatcmpl-{nonce}"),
                ..Exchange::default()
            });
        exchange.stream = operation == Operation::Chat && asked.unwrap_or(is_stream);
        exchange
    }
}

/// Whether a body is an event stream, where no header says what it is. AWS's frames begin with their
/// length, whose first byte is 0.
fn looks_like_events(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0)
        || ["data:", "event:", "id:", "retry:", ":"]
            .iter()
            .any(|field| bytes.trim_ascii_start().starts_with(field.as_bytes()))
}

/// Whether a body is several JSON documents, one a line.
fn looks_like_lines(bytes: &[u8]) -> bool {
    let is_json = |text: &[u8]| serde_json::from_slice::<IgnoredAny>(text).is_ok();
    bytes.split(|byte| *byte == b'\n').next().is_some_and(is_json) && !is_json(bytes)
}

/// JSON without line ends: they stand between its tokens only, where a space does as well. A result
/// is one line, whatever the provider's answer looks like.
fn one_line(json: Vec<u8>) -> Option<Box<RawValue>> {
    let text = String::from_utf8(json).ok()?.replace(['\n', '\r'], " ");
    RawValue::from_string(text).ok()
}

fn json(status: u16, headers: Map<String, Value>, body: Vec<u8>) -> Result<Outcome, ApiError> {
    let json =
        one_line(body).ok_or_else(|| ApiError::new(500, "The translated answer is not JSON."))?;
    Ok(Outcome::Json { status, headers, json })
}

fn object(headers: Headers) -> Map<String, Value> {
    let text = |text: HeaderText| text.into_owned();
    headers.into_iter().map(|(name, value)| (text(name), text(value).into())).collect()
}

pub fn error_value(error: &ApiError) -> Value {
    let body: Value = serde_json::from_slice(&error.body()).unwrap_or_default();
    json!({"status": error.status, "body": body})
}
