use super::*;
use crate::config::Config;
use crate::dialect::Exchange;
use crate::operation::{Operation, Request};
use crate::routing::fixture::{config, entry, random};
use crate::routing::load::Load;
use crate::routing::plan::Planner;
use crate::routing::store::MemoryStore;
use crate::translate::{Answer, ResponseTranslator};
use serde_json::{Value, json};
use std::rc::Rc;

const PROMPT: &str = r#"[{"role":"user","content":"hi"}]"#;

fn configured(params: Value) -> Config {
    config(&json!({"model_list": [entry("g/*", "d", params)]}))
}

/// What is told at the end of a session whose client got this status.
fn settled(session: &mut Session, status: u16, now_ms: u64) -> Vec<Effect> {
    session.answered = Some(status);
    settle(session, now_ms)
}

/// A session whose provider sent `body` and no more.
fn served(config: Config, model: &str, stream: bool, body: &str) -> Session {
    let config = Rc::new(config);
    let request = json!({"model": model, "stream": stream, "messages": [{"role": "user"}]});
    let request = request.to_string().replace(r#"[{"role":"user"}]"#, PROMPT);
    let request = Request::parse(Operation::Chat, request.into_bytes()).unwrap();
    let store = MemoryStore::default();
    let mut random = random(1);
    let mut planner = Planner {
        config: &config,
        store: &store,
        load: &Load::default(),
        vm: 1,
        now_ms: 0,
        random: &mut random,
    };
    let mut plan = planner.plan(model, Operation::Chat).unwrap();
    let attempt = plan.advance().unwrap().clone();
    let dialect = config.deployments[0].target.provider.dialect.dialect();
    let exchange = Exchange { stream, ..Exchange::default() };
    let answer = Answer { status: 200, ..Answer::default() };
    let mut translator = ResponseTranslator::new(dialect, exchange, answer, 1 << 20);
    translator.push(body.as_bytes());
    if !stream {
        translator.finish();
    }
    let current = Running {
        attempt,
        translator: Some(translator),
        joined: None,
        served: true,
        dropped: vec![],
    };
    Session {
        answered: None,
        token: "t".into(),
        call_id: "c".into(),
        config,
        request,
        plan,
        current: Some(current),
        attempts: 1,
        started_ms: 1_000,
        first_content_ms: Some(1_200),
        last_error: None,
        closed: true,
    }
}

fn whole(usage: &str) -> String {
    format!(
        r#"{{"choices":[{{"index":0,"message":{{"content":"x"}},"finish_reason":"stop"}}],"usage":{usage}}}"#
    )
}

const USAGE: &str = r#"{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":400},"completion_tokens_details":{"reasoning_tokens":60}}"#;

/// The values of a metric, each with the label that it has beside the deployment's ("" for none).
fn values<'a>(effects: &'a [Effect], name: &str) -> Vec<(&'a str, u64)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Metric(metric) if metric.series.name == name => {
                let label = metric.series.extra.as_ref().map_or("", |(_, value)| value);
                Some((label, metric.value))
            }
            _ => None,
        })
        .collect()
}

fn property<'a>(effects: &'a [Effect], name: &str) -> Option<&'a str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Property(known, value) if *known == name => Some(value.as_str()),
        _ => None,
    })
}

#[test]
fn a_listed_price_makes_the_cost() {
    // gpt-4o: USD 2.50 for a million tokens, cached 1.25, output 10.
    let mut session = served(configured(json!({})), "g/x", false, &whole(USAGE));
    let bill = bill(&session).unwrap();
    assert_eq!(bill.cost, Some(600 * 2_500 + 400 * 1_250 + 100 * 10_000));
    assert!(!bill.estimated);
    let effects = settled(&mut session, 200, 3_000);
    assert_eq!(values(&effects, "dragoman_cost_nanousd_total"), [("", 3_000_000)]);
    assert_eq!(values(&effects, "dragoman_unpriced_requests_total"), []);
    assert_eq!(property(&effects, "cost_usd"), Some("0.003"));
    assert_eq!(property(&effects, "usage"), Some("exact"));
    assert_eq!(
        values(&effects, "dragoman_tokens_total"),
        [("input", 1_000), ("output", 100), ("cached", 400), ("reasoning", 60)]
    );
}

#[test]
fn a_price_of_the_deployment_comes_before_the_listed_one() {
    let own = json!({"input_cost_per_token": 1e-6, "output_cost_per_token": 0});
    let session = served(
        configured(own),
        "g/x",
        false,
        &whole(r#"{"prompt_tokens":1000,"completion_tokens":9}"#),
    );
    assert_eq!(bill(&session).unwrap().cost, Some(1_000_000));
}

#[test]
fn an_unknown_price_is_unknown_and_not_nothing() {
    let config = configured(json!({"model": "openai/nobody-knows-this"}));
    let mut session = served(config, "g/x", false, &whole(USAGE));
    assert_eq!(bill(&session).unwrap().cost, None);
    let effects = settled(&mut session, 200, 3_000);
    assert_eq!(values(&effects, "dragoman_cost_nanousd_total"), []);
    assert_eq!(values(&effects, "dragoman_unpriced_requests_total"), [("", 1)]);
    assert_eq!(property(&effects, "cost_usd"), Some("unknown"));
}

#[test]
fn a_wildcards_price_is_that_of_the_model_it_stood_for() {
    let config = configured(json!({"model": "openai/*"}));
    let session = served(config, "g/gpt-4o", false, &whole(USAGE));
    assert_eq!(bill(&session).unwrap().cost, Some(3_000_000));
}

#[test]
fn what_the_provider_says_it_charged_is_the_cost() {
    let usage = r#"{"prompt_tokens":3,"completion_tokens":2,"cost":0.0125}"#;
    let session = served(configured(json!({})), "g/x", false, &whole(usage));
    assert_eq!(bill(&session).unwrap().cost, Some(12_500_000));
    let own = configured(json!({"input_cost_per_token": 0, "output_cost_per_token": 0}));
    let session = served(own, "g/x", false, &whole(usage));
    assert_eq!(bill(&session).unwrap().cost, Some(0), "but for the user's own word");
    for wrong in ["-1", "1e999", "\"x\""] {
        let usage = format!(r#"{{"prompt_tokens":1000,"completion_tokens":0,"cost":{wrong}}}"#);
        let session = served(configured(json!({})), "g/x", false, &whole(&usage));
        assert_eq!(bill(&session).unwrap().cost, Some(2_500_000), "{wrong}");
    }
}

#[test]
fn a_broken_stream_is_estimated_and_says_so() {
    let delta = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
    let mut session = served(configured(json!({})), "g/x", true, &delta.repeat(7));
    let bill = bill(&session).unwrap();
    assert!(bill.estimated);
    assert_eq!(bill.usage.completion_tokens, 7);
    assert_eq!(bill.usage.prompt_tokens, (session.request.body().len() as u64).div_ceil(4));
    let effects = settled(&mut session, 200, 3_000);
    assert_eq!(values(&effects, "dragoman_estimated_usage_total"), [("", 1)]);
    assert_eq!(property(&effects, "usage"), Some("estimated"));
}

#[test]
fn a_whole_answer_that_nobody_counted_is_estimated_by_its_length() {
    let config = configured(json!({"model": "replicate/acme/own"}));
    let body = r#"{"status":"succeeded","output":["Hello"," there"]}"#;
    let bill = bill(&served(config, "g/x", false, body)).unwrap();
    assert!(bill.estimated);
    assert_eq!(bill.usage.completion_tokens, 3);
}

#[test]
fn what_the_provider_counted_before_it_broke_off_is_kept() {
    let config = configured(json!({"model": "anthropic/claude-sonnet-4-5"}));
    let body = concat!(
        "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":50,\"cache_read_input_tokens\":200,\"output_tokens\":1}}}\n\n",
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"b\"}}\n\n",
    );
    let bill = bill(&served(config, "g/x", true, body)).unwrap();
    assert!(bill.estimated);
    assert_eq!((bill.usage.prompt_tokens, bill.usage.completion_tokens), (250, 2));
    // USD 3 for a million tokens, cached 0.30, output 15.
    assert_eq!(bill.cost, Some(50 * 3_000 + 200 * 300 + 2 * 15_000));
}

#[test]
fn an_answer_that_was_not_the_clients_is_not_billed() {
    let mut session = served(configured(json!({})), "g/x", false, &whole(USAGE));
    session.current.as_mut().unwrap().served = false;
    assert_eq!(bill(&session), None);
    let effects = settled(&mut session, 502, 3_000);
    assert_eq!(values(&effects, "dragoman_requests_total"), [("502", 1)]);
    assert_eq!(values(&effects, "dragoman_tokens_total"), []);
    assert_eq!(property(&effects, "input_tokens"), None);
}

#[test]
fn durations_are_those_that_the_client_saw() {
    let delta = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
    let mut session = served(configured(json!({})), "g/x", true, &delta.repeat(5));
    let effects = settled(&mut session, 200, 2_200);
    let value = |name| values(&effects, name)[0].1;
    assert_eq!(value("gen_ai_server_request_duration_milliseconds"), 1_200);
    assert_eq!(value("gen_ai_server_time_to_first_token_milliseconds"), 200);
    assert_eq!(value("gen_ai_server_time_per_output_token_microseconds"), 250_000);
    // A clock that was set back makes no huge number.
    let effects = settled(&mut session, 200, 0);
    assert_eq!(values(&effects, "gen_ai_server_request_duration_milliseconds")[0].1, 0);
}

#[test]
fn no_label_holds_what_a_client_wrote() {
    let config = configured(json!({"model": "openai/*"}));
    let mut session = served(config, "g/chosen\nby the client", false, &whole(USAGE));
    for effect in settled(&mut session, 200, 2_000) {
        match effect {
            Effect::Metric(metric) => {
                let shown = metric.series.to_string();
                assert!(!shown.contains("chosen"), "{shown}");
            }
            Effect::Property(name, value) => assert!(!value.contains('\n'), "{name}: {value}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn money_is_written_without_exponent_or_superfluous_zeros() {
    for (nano, text) in [
        (0, "0"),
        (1, "0.000000001"),
        (1_500_000_000, "1.5"),
        (12_000_000_000, "12"),
        (u64::MAX, "18446744073.709551615"),
    ] {
        assert_eq!(usd(nano), text);
    }
}
