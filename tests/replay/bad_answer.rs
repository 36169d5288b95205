//! Answers under a 200 that are none, from providers of every format: before the first content another
//! provider takes over, and without one the client is told what is wrong; behind it the stream ends in
//! an error event, and never as if it were whole.

use crate::format::{FORMATS, Format, Said};
use crate::script::{Script, Step, answers, headers, streams};
use crate::world::World;
use crate::{ask, ask_stream, entry};
use serde_json::json;

const PAGE: &str = "<html><head><title>Sorry, back soon</title></head></html>";

/// What is said of an event that is none of its format: one of these.
const UNREADABLE: &str = "cannot be read|unknown shape";

/// A provider of this format as `a`, one of OpenAI's as `b`, which stands in for it.
fn world(format: &Format) -> World {
    World::new(json!({
        "model_list": [format.entry("a", "a"), format.entry("alone", "alone"), entry("b", "b", json!({}))],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]},
    }))
}

fn request(group: &str, stream: bool) -> String {
    if stream { ask_stream(group) } else { ask(group) }
}

fn responds(list: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Script {
    vec![headers(200, list), Step::Bytes(body.into()), Step::End]
}

/// A body that is no answer, and what the client must be told of it.
struct Wrong {
    name: String,
    script: Script,
    says: &'static str,
}

fn wrong(name: &str, script: Script, says: &'static str) -> Wrong {
    Wrong { name: name.to_owned(), script, says }
}

/// Bodies that are no answer to a request of either kind.
fn never_answers() -> Vec<Wrong> {
    let json = [("content-type", "application/json")];
    let gzip = [("content-encoding", "gzip")];
    let magic = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, b'x'];
    let mut list = vec![
        wrong("no body", vec![Step::Bare(200)], "empty body"),
        wrong("an empty body", vec![headers(200, &json), Step::End], "empty body"),
        wrong("only spaces", responds(&json, " \r\n "), "empty body"),
        wrong("a page", responds(&[("content-type", "text/html")], PAGE), "web page"),
        wrong("a page as JSON", responds(&json, PAGE), "Sorry, back soon"),
        wrong("said to be compressed", responds(&gzip, magic), "compressed with gzip"),
        wrong("compressed", responds(&json, magic), "compressed"),
    ];
    for text in ["{}", r#"{"x_new":{"a":1}}"#, "[]", "[1]", "[{\"x_new\":1}]"] {
        // To Ollama's streams any object is a piece.
        list.push(wrong(
            text,
            responds(&json, text),
            "unknown shape|before the answer was complete",
        ));
    }
    list
}

/// Bodies that are no whole answer.
fn no_whole_answers(format: &Format) -> Vec<Wrong> {
    let whole = format.said.whole;
    let cut = whole.split_at(whole.len() - 3).0;
    let garbled = whole.replacen(':', ";", 1);
    let mut list = never_answers();
    list.extend([
        wrong("a stream", format.streams(&format.events()), "sent a stream"),
        wrong("a cut document", responds(&[], cut), "unknown shape"),
        wrong("no JSON", responds(&[], garbled), "unknown shape"),
        wrong("a text", responds(&[], "Busy, come back later."), "Busy, come back later."),
        wrong("null", responds(&[], "null"), "unknown shape"),
        wrong("a number", responds(&[], "5"), "unknown shape"),
    ]);
    list
}

/// Streams that end, or are over, before they hold any content.
fn no_streams(format: &Format) -> Vec<Wrong> {
    let Said { start, .. } = format.said;
    let begun = format.bytes(start);
    let mut list = never_answers();
    let interrupted = "ended before the answer was complete";
    list.push(wrong("only the beginning", format.streams(start), interrupted));
    for (name, tail, says) in spoilt(format) {
        list.push(wrong(&name, responds(&[], [&*begun, &*tail].concat()), says));
    }
    list
}

/// Pieces that break a stream off wherever they stand: what each is, its bytes, and what is said of it.
fn spoilt(format: &Format) -> Vec<(String, Vec<u8>, &'static str)> {
    let (name, data) = format.said.content;
    let event = |data: &str| format.bytes(&[(name, data)]);
    let no_text: Vec<u8> =
        data.bytes().map(|byte| if byte == b'l' { 0xff } else { byte }).collect();
    let mut list: Vec<(String, Vec<u8>, &'static str)> = vec![
        ("an event that is no JSON".into(), event("oops"), UNREADABLE),
        ("a cut event".into(), event(data.split_at(data.len() - 2).0), UNREADABLE),
        ("an event that is no UTF-8".into(), format.bytes(&[(name, no_text)]), UNREADABLE),
        ("a list as event".into(), event("[1,"), UNREADABLE),
    ];
    if format.is_framed() {
        let good = event(data);
        let with = |at: usize, bytes: &[u8]| {
            let mut bad = good.clone();
            bad[at..at + bytes.len()].copy_from_slice(bytes);
            bad
        };
        let sound = |total: u32, headers: u32| {
            let mut bad = good.clone();
            bad[..4].copy_from_slice(&total.to_be_bytes());
            bad[4..8].copy_from_slice(&headers.to_be_bytes());
            let sum = crc32fast::hash(&bad[..8]);
            bad[8..12].copy_from_slice(&sum.to_be_bytes());
            bad
        };
        let last = good.len() - 1;
        let whole = u32::try_from(good.len()).unwrap();
        list.extend([
            ("a wrong checksum".into(), with(last, &[good[last] ^ 1]), "corrupt"),
            ("a changed byte".into(), with(last - 5, b"\0"), "corrupt"),
            ("a wrong length".into(), with(0, &[0, 0, 0, 99]), "corrupt"),
            ("a wrong sum of lengths".into(), with(8, &[0, 0, 0, 0]), "corrupt"),
            ("an absurd length".into(), sound(u32::MAX, 4), "longer than"),
            ("headers beyond the frame".into(), sound(whole, whole * 2), "corrupt"),
            ("a length of nothing".into(), sound(0, 0), "corrupt"),
            ("a cut frame".into(), good[..last - 3].to_vec(), "middle of a frame"),
            ("a cut head".into(), good[..7].to_vec(), "middle of a frame"),
            ("a text among frames".into(), b"Service unavailable".to_vec(), "corrupt"),
        ]);
    }
    list
}

/// What is wrong with the client's answer to a request that nobody else can serve.
fn unexplained(world: &World, stream: bool, wrong: &Wrong) -> Option<String> {
    let told =
        world.again().request(&request("alone", stream), std::slice::from_ref(&wrong.script));
    let is_json = told.header("content-type") == Some("application/json");
    let error = if is_json { told.error() } else { told.body.clone() };
    let said = wrong.says.split('|').any(|says| error.contains(says));
    let status = told.status.unwrap_or_default();
    (!(said && is_json && status == 502)).then(|| format!("{status} {error}"))
}

/// The same where another provider can.
fn unrescued(world: &World, stream: bool, wrong: &Wrong) -> Option<String> {
    let good = if stream { streams(&["Hel", "lo"]) } else { answers("Hello") };
    let told = world.again().request(&request("a", stream), &[wrong.script.clone(), good]);
    let text = match (told.status, stream) {
        (Some(200), true) => told.streamed(),
        (Some(200), false) => told.content(),
        _ => String::new(),
    };
    let rescued = told.header("x-dragoman-model-group") == Some("b") && text == "Hello";
    (!rescued).then_some(told.body)
}

#[track_caller]
fn check(stream: bool, wrongs: fn(&Format) -> Vec<Wrong>) {
    let mut problems = Vec::new();
    for format in &FORMATS {
        let world = world(format);
        for wrong in wrongs(format) {
            let found = [unexplained(&world, stream, &wrong), unrescued(&world, stream, &wrong)];
            let place = |problem| format!("{}: {}: {problem}", format.name, wrong.name);
            problems.extend(found.into_iter().flatten().map(place));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_no_whole_answer_is_another_providers_chance_or_explained() {
    check(false, no_whole_answers);
}

#[test]
fn what_is_no_stream_is_another_providers_chance_or_explained() {
    check(true, no_streams);
}

#[test]
fn a_stream_that_breaks_after_its_first_content_ends_in_an_error_event() {
    for format in &FORMATS {
        let Said { start, content, .. } = format.said;
        let begun = [format.bytes(start), format.bytes(&[content])].concat();
        let world = world(format);
        let mut tails = spoilt(format);
        tails.push(("nothing".into(), Vec::new(), "ended before the answer was complete"));
        for (name, tail, says) in tails {
            let place = format!("{}: {name}", format.name);
            let script =
                vec![headers(200, &[]), Step::Bytes(begun.clone()), Step::Bytes(tail), Step::End];
            let told = world.again().request(&ask_stream("a"), &[script]);
            assert_eq!((told.status, told.ended), (Some(200), true), "{place}");
            assert!(told.body.contains("Hello"), "{place}: {}", told.body);
            assert!(!told.body.contains("[DONE]"), "{place}: {}", told.body);
            let last = told.body.trim_end().rsplit("data: ").next().unwrap();
            let last: serde_json::Value = serde_json::from_str(last).unwrap();
            let error = last["error"]["message"].as_str().unwrap_or_default();
            assert!(says.split('|').any(|says| error.contains(says)), "{place}: {error:?}");
            assert_eq!(told.count("dragoman_attempts_total", "status=;.;502"), 1, "{place}");
        }
    }
}

#[test]
fn a_whole_answer_where_a_stream_was_asked_for_is_streamed() {
    for format in &FORMATS {
        let script = responds(&[("content-type", "application/json")], format.said.whole);
        let told = world(format).request(&ask_stream("a"), &[script]);
        assert_eq!(told.streamed(), "Hello", "{}", format.name);
        assert!(told.ended && told.body.ends_with("data: [DONE]\n\n"), "{}", format.name);
        assert!(told.body.contains(r#""finish_reason":"stop""#), "{}", format.name);
    }
}

#[test]
fn whole_answers_and_streams_are_read_in_every_format() {
    for format in &FORMATS {
        let told = world(format).request(&ask("a"), &[responds(&[], format.said.whole)]);
        assert_eq!((told.status, &*told.content()), (Some(200), "Hello"), "{}", format.name);
        let script = format.streams(&format.events());
        let told = world(format).request(&ask_stream("a"), &[script]);
        assert_eq!(told.streamed(), "Hello", "{}", format.name);
        assert!(told.ended && told.body.ends_with("data: [DONE]\n\n"), "{}", format.name);
    }
}
