//! What providers may add to their formats one day: members, events, blocks and reasons that nobody
//! here has heard of. None of them costs a client its answer.

use crate::format::{Event, FORMATS, Format, Said};
use crate::new_members::{NEW, extended, objects, plain, stripped};
use crate::script::{Step, headers};
use crate::told::Told;
use crate::world::World;
use crate::{ask, ask_stream};
use serde_json::{Value, json};

fn world(format: &Format) -> World {
    World::new(json!({
        "model_list": [format.entry("a", "a")],
        "router_settings": {"num_retries": 0},
    }))
}

/// Everything that the client got: the document, or the events of the stream.
fn answer(world: &World, body: &str, script: Vec<Step>) -> Vec<Value> {
    let told = world.again().request(body, &[script]);
    assert_eq!(told.status, Some(200), "{}", told.body);
    let read = |text: &str| serde_json::from_str(text).map_or(Value::from(text), stripped);
    match told.body.starts_with("data: ") {
        false => vec![read(&told.body)],
        true => {
            told.body.split_terminator("\n\n").map(|event| read(&event["data: ".len()..])).collect()
        }
    }
}

fn whole(world: &World, body: &str) -> Vec<Value> {
    let script = vec![headers(200, &[]), Step::Bytes(body.into()), Step::End];
    answer(world, &ask("a"), script)
}

fn stream<N: AsRef<str>, D: AsRef<[u8]>>(
    world: &World,
    format: &Format,
    events: &[(N, D)],
) -> Vec<Value> {
    let mut asked: Value = serde_json::from_str(&ask_stream("a")).unwrap();
    asked["stream_options"] = json!({"include_usage": true});
    answer(world, &asked.to_string(), format.streams(events))
}

#[test]
fn new_members_anywhere_in_a_whole_answer_change_nothing() {
    for format in &FORMATS {
        let world = world(format);
        for text in format.whole_answers() {
            let expected = whole(&world, &plain(text));
            let count = objects(&serde_json::from_str(text).unwrap());
            assert!(count > 1, "{text}");
            for at in (0..count).map(Some).chain([None]) {
                for first in [true, false] {
                    let body = extended(text, at, first);
                    assert_eq!(whole(&world, &body), expected, "{}: {body}", format.name);
                }
            }
        }
    }
}

#[test]
fn new_members_anywhere_in_a_stream_change_nothing() {
    for format in &FORMATS {
        let world = world(format);
        for events in format.whole_streams() {
            let plain: Vec<(&str, String)> =
                events.iter().map(|(name, data)| (*name, plain(data))).collect();
            let expected = stream(&world, format, &plain);
            for first in [true, false] {
                let all: Vec<(&str, String)> = events
                    .iter()
                    .map(|(name, data)| (*name, extended(data, None, first)))
                    .collect();
                assert_eq!(stream(&world, format, &all), expected, "{}: {all:#?}", format.name);
            }
            for (place, (_, data)) in events.iter().enumerate() {
                let count = serde_json::from_str(data).map_or(0, |value| objects(&value));
                for at in 0..count {
                    let data = extended(data, Some(at), true);
                    let mut events = plain.clone();
                    events[place].1.clone_from(&data);
                    assert_eq!(
                        stream(&world, format, &events),
                        expected,
                        "{}: {data}",
                        format.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_new_kind_of_event_anywhere_in_a_stream_changes_nothing() {
    for format in &FORMATS {
        let world = world(format);
        for events in format.whole_streams() {
            let expected = stream(&world, format, &events);
            let data = json!({"type": "x_new", "x_new": {"text": "not heard of"}}).to_string();
            let new: Event<'_> = (format.new_event(), &data);
            for at in 0..events.len() {
                let mut events = events.clone();
                events.insert(at, new);
                assert_eq!(stream(&world, format, &events), expected, "{} at {at}", format.name);
            }
        }
    }
}

#[test]
fn a_new_kind_of_block_is_handed_on_beside_the_content() {
    for format in &FORMATS {
        let world = world(format);
        let Said { whole: text, start, content, end, new_block, new_block_events, .. } =
            format.said;
        let Some((pointer, block)) = new_block else { continue };
        for first in [true, false] {
            let mut body: Value = serde_json::from_str(text).unwrap();
            let blocks = body.pointer_mut(pointer).and_then(Value::as_array_mut).unwrap();
            let place = if first { 0 } else { blocks.len() };
            blocks.insert(place, serde_json::from_str(block).unwrap());
            let [given] = &whole(&world, &body.to_string())[..] else { panic!("one document") };
            let message = &given["choices"][0]["message"];
            assert_eq!(message["content"], "Hello", "{}", format.name);
            let other = message["provider_specific_fields"].to_string();
            assert!(other.contains("not heard of"), "{}: {message}", format.name);
        }
        let events = [start, new_block_events, &[content], end].concat();
        let chunks = stream(&world, format, &events);
        let deltas: Vec<&Value> =
            chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]).collect();
        let text: String = deltas.iter().filter_map(|delta| delta["content"].as_str()).collect();
        assert_eq!(text, "Hello", "{}", format.name);
        let other =
            |delta: &&Value| delta["provider_specific_fields"].to_string().contains("not heard of");
        assert_eq!(deltas.into_iter().filter(other).count(), 1, "{}: {chunks:#?}", format.name);
    }
}

#[test]
fn a_new_reason_to_stop_ends_an_answer_like_any_other() {
    for format in &FORMATS {
        let world = world(format);
        let mut body: Value = serde_json::from_str(format.said.whole).unwrap();
        let known = body.pointer(format.said.reason).unwrap().to_string();
        *body.pointer_mut(format.said.reason).unwrap() = NEW.into();
        let [given] = &whole(&world, &body.to_string())[..] else { panic!("one document") };
        let choice = &given["choices"][0];
        assert_eq!(choice["message"]["content"], "Hello", "{}", format.name);
        assert_eq!(choice["finish_reason"], "stop", "{}", format.name);

        let replaced = |data: &str| data.replace(&known, &json!(NEW).to_string());
        let events: Vec<(&str, String)> =
            format.events().iter().map(|(name, data)| (*name, replaced(data))).collect();
        assert!(events.iter().any(|(_, data)| data.contains(NEW)), "{}", format.name);
        let chunks = stream(&world, format, &events);
        let reason = |chunk: &Value| chunk["choices"][0]["finish_reason"].clone();
        let reasons: Vec<Value> = chunks.iter().map(reason).filter(Value::is_string).collect();
        assert_eq!(reasons, ["stop"], "{}", format.name);
        assert_eq!(chunks.last(), Some(&json!("[DONE]")), "{}", format.name);
    }
}

/// Members that say what is said, or that it is the end. Another value there is another meaning.
const MEANINGS: [&str; 4] = ["type", "special", "done", "generated_text"];

/// The same document with a value of another kind in the place of each that it holds.
fn spoilt(value: &Value) -> Vec<Value> {
    let wrong = [json!(null), json!("x"), json!(-1.5), json!([]), json!({"a": [7]})];
    let mut list = wrong.to_vec();
    match value {
        Value::Object(members) => {
            for (name, inner) in members.iter().filter(|(name, _)| !MEANINGS.contains(&&***name)) {
                list.extend(spoilt(inner).into_iter().map(|inner| {
                    let mut members = members.clone();
                    members.insert(name.clone(), inner);
                    Value::Object(members)
                }));
            }
        }
        Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                list.extend(spoilt(inner).into_iter().map(|inner| {
                    let mut items = items.clone();
                    items[place] = inner;
                    Value::Array(items)
                }));
            }
        }
        _ => {}
    }
    list
}

/// Whether the client was told of a failure, or was given what the provider said.
fn is_honest(told: &Told) -> bool {
    let failed = told.body.contains("\"error\"") && !told.body.contains("[DONE]");
    failed || told.body.contains("Hello")
}

#[test]
fn a_value_of_another_kind_is_an_answer_or_an_error_and_loses_nothing_in_silence() {
    let mut problems = Vec::new();
    for format in &FORMATS {
        let world = world(format);
        let whole: Value = serde_json::from_str(format.said.whole).unwrap();
        for body in spoilt(&whole).iter().map(ToString::to_string) {
            let script = vec![headers(200, &[]), Step::Bytes(body.clone().into()), Step::End];
            let told = world.again().request(&ask("a"), &[script]);
            if body.contains("Hello") && !is_honest(&told) {
                problems.push(format!("{}: {body}", format.name));
            }
        }
        let events = format.events();
        for (place, (_, data)) in events.iter().enumerate() {
            let Ok(value) = serde_json::from_str::<Value>(data) else { continue };
            for data in spoilt(&value).iter().map(ToString::to_string) {
                let mut events: Vec<(&str, &str)> = events.clone();
                events[place].1 = &data;
                let content = events[format.said.start.len()].1;
                let told = world.again().request(&ask_stream("a"), &[format.streams(&events)]);
                if content.contains("Hello") && !is_honest(&told) {
                    problems.push(format!("{}: {data}", format.name));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_nests_without_end_or_counts_beyond_all_bounds_is_an_answer_or_an_error() {
    let deep = ["[".repeat(20_000), "]".repeat(20_000)].concat();
    let objects = [r#"{"a":"#.repeat(20_000), "1".into(), "}".repeat(20_000)].concat();
    for format in &FORMATS {
        let world = world(format);
        for new in [&deep, &objects, "1e999", &"9".repeat(400)] {
            let with = |text: &str| text.replacen('{', &format!("{{\"x_new\":{new},"), 1);
            for asked in [ask("a"), ask_stream("a")] {
                let body = with(format.said.whole).into_bytes();
                let script = vec![headers(200, &[]), Step::Bytes(body), Step::End];
                let told = world.again().request(&asked, &[script]);
                assert!(is_honest(&told), "{}: {}", format.name, told.body.len());
            }
            let events: Vec<(&str, String)> =
                format.events().iter().map(|(name, data)| (*name, with(data))).collect();
            let told = world.again().request(&ask_stream("a"), &[format.streams(&events)]);
            assert!(is_honest(&told), "{}: {}", format.name, told.body.len());
        }
    }
}
