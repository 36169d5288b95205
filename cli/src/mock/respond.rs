//! One request's way from its bytes to its answer.

use std::{
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Version,
    body::{Body as _, Incoming},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    http::request::Parts,
};
use serde_json::Value;

use super::{
    admin,
    answer::{Answer, Origin},
    fault::{Ending, Fault, Kind, When},
    format::{Cause, FORMATS, Format, ProviderError},
    head::Head,
    models, openai,
    script::{Broken, Script},
    server::Mock,
    settings::Settings,
    stats::{AnswerWatch, StreamWatch},
    stream::Stream,
    token,
};

/// Requests carry images and files; the largest that a provider takes is 50 MB.
const MAX_BODY: usize = 64 << 20;

const GARBAGE: &[u8] = b"\x00\xff\xfe<<<{{{not json, not an event\r\n\x80\x81";
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Mock</title></head>\
                    <body><h1>This is not the API you are looking for.</h1></body></html>\n";

/// `reset` is the connection's: raised, its end is a TCP reset.
pub async fn respond(
    request: Request<Incoming>,
    mock: Arc<Mock>,
    reset: Arc<AtomicBool>,
) -> Result<Response<Script>, Broken> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if path.starts_with(admin::PREFIX) {
        let (status, body) = admin::answer(&mock, &parts.method, path);
        return Ok(json(status, body.to_string()));
    }
    mock.stats.request();
    let watch = AnswerWatch::new(&mock.stats);
    let answered = match read(body).await {
        Ok(Some(body)) => {
            mock.journal.note(&parts, &body);
            let serial = mock.serial.load(Ordering::Relaxed);
            if let Some((status, kind, body)) = token::answer(&parts, &body, serial) {
                mock.serial.fetch_add(1, Ordering::Relaxed);
                watch.answered();
                return Ok(whole(status, kind, body));
            }
            let exchange = Exchange { parts: &parts, body: &body, mock: &mock, reset: &reset };
            exchange.answer().await
        }
        Ok(None) => {
            let message = format!("The body is larger than {MAX_BODY} bytes.");
            Ok(provider_error(refusal(413, &message)))
        }
        // The client broke off its own request: there is nobody to answer.
        Err(error) => Err(error),
    };
    watch.answered();
    answered
}

/// The whole body, or `None` when it is too large, which its length may say before it comes.
async fn read(body: Incoming) -> Result<Option<Bytes>, Broken> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Ok(None);
    }
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(Some(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(_) => Err(Broken),
    }
}

struct Exchange<'a> {
    parts: &'a Parts,
    body: &'a Bytes,
    mock: &'a Arc<Mock>,
    reset: &'a Arc<AtomicBool>,
}

impl Exchange<'_> {
    async fn answer(&self) -> Result<Response<Script>, Broken> {
        let (method, path) = (&self.parts.method, self.parts.uri.path());
        let Some(format) = FORMATS.iter().copied().find(|format| format.serves(path)) else {
            return Ok(self.elsewhere());
        };
        if method != Method::POST {
            let message = format!("Not allowed to {method} on {path}.");
            return Ok(provider_error(refusal(405, &message)));
        }
        match self.converse(format).await {
            Ok(answered) => answered.map(|mut response| {
                add_headers(response.headers_mut(), format.headers());
                response
            }),
            Err(error) => {
                let mut response = provider_error(error);
                add_headers(response.headers_mut(), format.headers());
                Ok(response)
            }
        }
    }

    /// Paths that belong to no format.
    fn elsewhere(&self) -> Response<Script> {
        let (method, path) = (&self.parts.method, self.parts.uri.path());
        if method == Method::GET && models::serves(path) {
            let anthropic = self.parts.headers.contains_key("anthropic-version");
            return json(StatusCode::OK, models::list(anthropic).to_string());
        }
        provider_error(refusal(404, &format!("Invalid URL ({method} {path})")))
    }

    /// The outer error is the provider's verdict on the request, the inner one a broken connection.
    async fn converse(
        &self,
        format: &'static dyn Format,
    ) -> Result<Result<Response<Script>, Broken>, ProviderError> {
        format.authenticate(self.parts)?;
        let head = Head::parse(self.body).map_err(|error| format.error(Cause::NotJson(&error)))?;
        let asked = format.model(self.parts, &head).unwrap_or_default();
        let (model, settings) =
            self.settings(&asked).map_err(|message| format.error(Cause::Invalid(&message)))?;
        format.validate(&head, settings.extra)?;
        let fault = settings.fault.filter(|_| match settings.fail_first {
            Some(limit) => self.mock.failures.is_due(&asked, limit),
            None => true,
        });
        if fault.is_some() {
            self.mock.stats.fault();
        }
        if settings.latency > 0 {
            tokio::time::sleep(Duration::from_millis(settings.latency)).await;
        }
        let streaming = match fault {
            Some(Fault::WrongType(kind)) => kind == Kind::Sse,
            _ => format.wants_stream(self.parts, &head),
        };
        match fault {
            Some(Fault::Reset) => {
                self.raise_reset();
                return Ok(Err(Broken));
            }
            Some(Fault::Stall) => std::future::pending().await,
            Some(Fault::Broken(_, Ending::Error)) if !streaming => {
                return Err(format.error(Cause::Status(500)));
            }
            Some(fault) => {
                if let Some(replaced) = replaced(fault, format, &settings, streaming) {
                    return Ok(Ok(replaced));
                }
            }
            None => {}
        }
        if let Some(embedder) = format.embedder() {
            let body: Value = serde_json::from_slice(self.body)
                .map_err(|error| format.error(Cause::NotJson(&error)))?;
            let embedded = Stream::whole(embedder.embed(&body, model));
            return Ok(Ok(self.play(embedded, false, format, &settings, fault)));
        }
        let answer = self.compose(format, &head, model, &settings)?;
        let stream = match streaming {
            true => {
                let mut stream = Stream::new(settings.newline);
                format.stream(&answer, &head, &mut stream);
                stream
            }
            false => Stream::whole(format.whole(&answer)),
        };
        Ok(Ok(self.play(stream, streaming, format, &settings, fault)))
    }

    /// The model's own name, and the settings of this request.
    fn settings<'m>(&self, asked: &'m str) -> Result<(&'m str, Settings), String> {
        let mut settings = self.mock.settings.clone();
        let (model, suffix) = asked.split_once('?').unwrap_or((asked, ""));
        settings.apply_suffix(suffix)?;
        settings.apply_headers(&self.parts.headers)?;
        Ok((model, settings))
    }

    fn compose(
        &self,
        format: &dyn Format,
        head: &Head<'_>,
        model: &str,
        settings: &Settings,
    ) -> Result<Answer, ProviderError> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let origin = Origin {
            serial: self.mock.serial.fetch_add(1, Ordering::Relaxed) + 1,
            created: now.map_or(0, |time| time.as_secs()),
            provider: self.mock.name.as_deref().unwrap_or(format.name()),
            model: model.to_owned(),
        };
        if let Some(tokens) = settings.tokens {
            return Ok(Answer::fixed(origin, head, tokens));
        }
        let body: Value = serde_json::from_slice(self.body)
            .map_err(|error| format.error(Cause::NotJson(&error)))?;
        Ok(Answer::to(&format.read(&body), origin))
    }

    fn play(
        &self,
        stream: Stream,
        streaming: bool,
        format: &dyn Format,
        settings: &Settings,
        fault: Option<Fault>,
    ) -> Response<Script> {
        let mut response = Response::new(Script::default());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type(format, streaming));
        if streaming {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        let declared = stream.bytes.len();
        let stream = match fault {
            Some(Fault::Gzip) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                // Compressing into memory cannot fail.
                stream.gzip().unwrap_or_default()
            }
            _ => stream,
        };
        let mut script = match (streaming, fault) {
            (false, None | Some(Fault::Gzip | Fault::WrongType(_))) => Script::plain(stream.bytes),
            (false, Some(Fault::Broken(_, ending))) if ending != Ending::Cut => {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(declared));
                Script::play(stream, format, settings, fault)
            }
            _ => Script::play(stream, format, settings, fault),
        };
        // On HTTP/2 a reset of the connection would take down every other request on it; there,
        // the error alone resets the stream.
        if self.parts.version != Version::HTTP_2 {
            script = script.with_reset(self.reset.clone());
        }
        if streaming {
            script = script.with_watch(StreamWatch::new(self.mock.stats.clone()));
        }
        *response.body_mut() = script;
        response
    }

    fn raise_reset(&self) {
        if self.parts.version != Version::HTTP_2 {
            self.reset.store(true, Ordering::Relaxed);
        }
    }
}

/// The answers of faults that need no answer to spoil.
fn replaced(
    fault: Fault,
    format: &dyn Format,
    settings: &Settings,
    streaming: bool,
) -> Option<Response<Script>> {
    let with_type = |kind: HeaderValue, body: &'static [u8]| {
        let mut response = Response::new(Script::plain(Bytes::from_static(body)));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    };
    Some(match fault {
        Fault::Status(code) => {
            let mut response = provider_error(format.error(Cause::Status(code)));
            if let Some(seconds) = settings.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        Fault::ContextWindow => provider_error(format.error(Cause::ContextWindow)),
        Fault::ContentPolicy => provider_error(format.error(Cause::ContentPolicy)),
        Fault::Malformed => with_type(content_type(format, streaming), GARBAGE),
        Fault::Empty => with_type(content_type(format, streaming), b""),
        Fault::Html => {
            with_type(HeaderValue::from_static("text/html; charset=utf-8"), PAGE.as_bytes())
        }
        Fault::MalformedEvent(_) if !streaming => {
            with_type(content_type(format, streaming), b"{\"id\":\"mock\",\"choi")
        }
        Fault::MalformedEvent(_)
        | Fault::Broken(When::BeforeFirst | When::After(_), _)
        | Fault::Reset
        | Fault::Stall
        | Fault::Gzip
        | Fault::WrongType(_) => return None,
    })
}

fn content_type(format: &dyn Format, streaming: bool) -> HeaderValue {
    HeaderValue::from_static(match streaming {
        true => format.stream_content_type(),
        false => "application/json",
    })
}

fn refusal(status: u16, message: &str) -> ProviderError {
    openai::error(status, "invalid_request_error", None, None, message)
}

fn provider_error(error: ProviderError) -> Response<Script> {
    let mut response = json(error.status, error.body);
    add_headers(response.headers_mut(), error.header.as_slice());
    response
}

fn json(status: StatusCode, body: String) -> Response<Script> {
    whole(status, "application/json", body)
}

fn whole(status: StatusCode, kind: &'static str, body: String) -> Response<Script> {
    let mut response = Response::new(Script::plain(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn add_headers(headers: &mut HeaderMap, added: &[(&'static str, &'static str)]) {
    for (name, value) in added {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}
