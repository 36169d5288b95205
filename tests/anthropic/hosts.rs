//! The same format as Vertex AI, Bedrock and Azure AI serve it.

use super::*;
use crate::support::{self, answer, deployment, frames};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman::wire::Event;

const VERTEX: &str = "vertex_ai/claude-opus-4-6";
const BEDROCK: &str = "bedrock/invoke/us.anthropic.claude-opus-4-6-v1";
const AZURE: &str = "azure_ai/claude-opus-4-6";

fn at(model: &str, members: &Value) -> Target {
    let mut params = json!({"vertex_project": "acme", "vertex_location": "europe-west1",
        "aws_region_name": "eu-west-1", "api_base": "https://acme.services.ai.azure.com"});
    if !model.starts_with("azure_ai/") {
        params.as_object_mut().unwrap().remove("api_base");
    }
    params.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    deployment(model, &params).unwrap()
}

fn refused(members: &Value, model: &str) -> String {
    let error = send(&ask(members.clone()), &at(model, &json!({}))).unwrap_err();
    assert_eq!(error.status, 400, "{}", error.message);
    error.param.unwrap_or_default()
}

fn said(parts: Value) -> Value {
    json!({"messages": [{"role": "user", "content": parts}]})
}

#[test]
fn a_request_with_everything_goes_to_every_host() {
    let openai: Value =
        serde_json::from_str(include_str!("../golden/anthropic/request.openai.json")).unwrap();
    for (model, file) in [
        (VERTEX, "request.vertex.json"),
        (BEDROCK, "request.bedrock.json"),
        (AZURE, "request.azure.json"),
    ] {
        let outgoing = send(&openai, &at(model, &json!({"drop_params": true}))).unwrap();
        let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
        let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body,
            "dropped": outgoing.dropped});
        golden::check(file, &format!("{seen:#}\n"));
        let problems = support::messages_schema::problems(&body, &outgoing.url());
        assert_eq!(problems, Vec::<String>::new());
    }
}

#[test]
fn the_address_names_model_place_and_method() {
    let url = |model: &str, stream: bool, params: Value| {
        send(&ask(json!({"stream": stream})), &at(model, &params)).unwrap().url()
    };
    let path = "/v1/projects/acme/locations/europe-west1/publishers/anthropic/models";
    let dated = "vertex_ai/claude-sonnet-4-5@20250929";
    assert_eq!(
        url(dated, false, json!({})),
        format!(
            "https://europe-west1-aiplatform.googleapis.com{path}/claude-sonnet-4-5%4020250929:rawPredict"
        )
    );
    assert!(url(VERTEX, true, json!({})).ends_with("/claude-opus-4-6:streamRawPredict"));
    for (location, host) in [
        ("global", "aiplatform.googleapis.com"),
        ("us", "aiplatform.us.rep.googleapis.com"),
        ("us-east5", "us-east5-aiplatform.googleapis.com"),
    ] {
        let url = url(VERTEX, false, json!({"vertex_location": location}));
        assert!(url.starts_with(&format!("https://{host}/v1/projects/acme/locations/{location}/")));
    }
    let proxy = json!({"api_base": "https://proxy.test/google"});
    assert!(url(VERTEX, false, proxy).starts_with("https://proxy.test/google/v1/projects/acme/"));

    let model = "/model/us.anthropic.claude-opus-4-6-v1";
    let host = "https://bedrock-runtime.eu-west-1.amazonaws.com";
    assert_eq!(url(BEDROCK, false, json!({})), format!("{host}{model}/invoke"));
    assert_eq!(url(BEDROCK, true, json!({})), format!("{host}{model}/invoke-with-response-stream"));
    let china = url(BEDROCK, false, json!({"aws_region_name": "cn-north-1"}));
    assert!(china.starts_with("https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/"));
    let profile =
        json!({"model_id": "arn:aws:bedrock:eu-west-1:1:application-inference-profile/x"});
    assert_eq!(
        url(BEDROCK, false, profile),
        format!(
            "{host}/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Aapplication-inference-profile%2Fx/invoke"
        )
    );

    const ARN: &str =
        "arn:aws:bedrock:us-west-2:1:inference-profile/us.anthropic.claude-opus-4-6-v1";
    for (name, region, id) in [
        ("us-west-2/anthropic.claude-opus-4-6-v1", "us-west-2", "anthropic.claude-opus-4-6-v1"),
        (ARN, "us-west-2", &*ARN.replace(':', "%3A").replace('/', "%2F")),
    ] {
        assert_eq!(
            url(&format!("bedrock/invoke/{name}"), false, json!({})),
            format!("https://bedrock-runtime.{region}.amazonaws.com/model/{id}/invoke")
        );
    }

    for base in ["", "/anthropic", "/anthropic/v1", "/anthropic/v1/messages"] {
        let base = json!({"api_base": format!("https://acme.services.ai.azure.com{base}")});
        let whole = "https://acme.services.ai.azure.com/anthropic/v1/messages";
        assert_eq!(url(AZURE, true, base), whole);
    }
}

#[test]
fn the_body_says_what_the_address_does_not() {
    let sent = |model: &str| -> Value {
        let outgoing = send(&ask(json!({"stream": true})), &at(model, &json!({}))).unwrap();
        assert_eq!(outgoing.exchange.model, model.rsplit('/').next().unwrap());
        serde_json::from_slice(&outgoing.body).unwrap()
    };
    let vertex = sent(VERTEX);
    assert_eq!(vertex["anthropic_version"], "vertex-2023-10-16");
    assert_eq!((&vertex["model"], &vertex["stream"]), (&Value::Null, &json!(true)));
    let bedrock = sent(BEDROCK);
    assert_eq!(bedrock["anthropic_version"], "bedrock-2023-05-31");
    assert_eq!((&bedrock["model"], &bedrock["stream"]), (&Value::Null, &Value::Null));
    let azure = sent(AZURE);
    assert_eq!(azure["anthropic_version"], Value::Null);
    assert_eq!((&azure["model"], &azure["stream"]), (&json!("claude-opus-4-6"), &json!(true)));
}

#[test]
fn betas_stand_where_the_host_reads_them_under_its_own_names() {
    let tool = json!({"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"});
    let asked = ask(json!({"tools": [tool, {"type": "function", "function": {"name": "f"}}]}));
    let headers = json!({"extra_headers": {"anthropic-beta": "context-1m-2025-08-07"}});
    let betas = |model: &str| {
        let outgoing = send(&asked, &at(model, &headers)).unwrap();
        let header = outgoing.headers.iter().find(|(name, _)| *name == "anthropic-beta").cloned();
        let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
        (header.map(|(_, value)| value.to_string()), body["anthropic_beta"].clone())
    };
    let own = "context-1m-2025-08-07,tool-search-tool-2025-10-19";
    let list = json!(["context-1m-2025-08-07", "tool-search-tool-2025-10-19"]);
    assert_eq!(betas(VERTEX), (Some(own.to_owned()), list.clone()));
    assert_eq!(betas(BEDROCK), (None, list));
    let anthropic = "context-1m-2025-08-07,advanced-tool-use-2025-11-20";
    assert_eq!(betas(AZURE), (Some(anthropic.to_owned()), Value::Null));
}

#[test]
fn a_clients_own_version_and_betas_are_kept() {
    let asked = ask(json!({"anthropic_version": "bedrock-2099-01-01", "anthropic_beta": ["x-1"]}));
    let outgoing = send(&asked, &at(BEDROCK, &json!({}))).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(body["anthropic_version"], "bedrock-2099-01-01");
    assert_eq!(body["anthropic_beta"], json!(["x-1"]));
    assert_eq!(refused(&json!({"anthropic_beta": ["x-1"]}), AZURE), "anthropic_beta");
}

#[test]
fn what_a_host_lacks_is_refused_by_name() {
    let image = json!([{"type": "image_url", "image_url": "https://x.test/a.png"}]);
    let native =
        json!([{"type": "image", "source": {"type": "url", "url": "https://x.test/a.png"}}]);
    let document = json!([{"type": "file", "file": {"file_id": "https://x.test/a.pdf"}}]);
    let upload = json!([{"type": "file", "file": {"file_id": "file_1"}}]);
    for (members, everywhere) in [
        (said(image), "messages[0].content[0].image_url.url"),
        (said(native), "messages[0].content[0].source"),
        (said(upload), "messages[0].content[0].file.file_id"),
        (
            json!({"mcp_servers": [{"type": "url", "url": "https://x.test", "name": "x"}]}),
            "mcp_servers",
        ),
        (
            json!({"tools": [{"type": "mcp", "server_label": "x", "server_url": "https://x.test"}]}),
            "tools[0]",
        ),
        (
            json!({"tools": [{"type": "code_execution_20250825", "name": "code_execution"}]}),
            "tools[0]",
        ),
        (json!({"tools": [{"type": "web_fetch_20250910", "name": "web_fetch"}]}), "tools[0]"),
        (
            json!({"tools": [{"type": "function", "function": {"name": "f"}, "allowed_callers": ["x"]}]}),
            "tools[0].allowed_callers",
        ),
        (json!({"service_tier": "priority"}), "service_tier"),
        (json!({"speed": "fast"}), "speed"),
        (json!({"inference_geo": "us"}), "inference_geo"),
        (json!({"container": {"skills": []}}), "container"),
    ] {
        for model in [VERTEX, BEDROCK] {
            assert_eq!(refused(&members, model), everywhere, "{model}");
        }
    }
    assert_eq!(refused(&said(document.clone()), BEDROCK), "messages[0].content[0].file");
    assert_eq!(refused(&json!({"web_search_options": {}}), BEDROCK), "web_search_options");
    let cached = json!({"cache_control": {"type": "ephemeral"}});
    assert_eq!(refused(&cached, BEDROCK), "cache_control");
    assert_eq!(refused(&json!({"inference_geo": "us"}), AZURE), "inference_geo");
    for (members, model) in [
        (said(document), VERTEX),
        (json!({"web_search_options": {}}), VERTEX),
        (cached, VERTEX),
        (json!({"service_tier": "auto"}), BEDROCK),
    ] {
        assert!(send(&ask(members), &at(model, &json!({}))).is_ok());
    }
    let llama = at("bedrock/invoke/meta.llama3-70b-instruct-v1:0", &json!({}));
    assert_eq!(send(&ask(json!({})), &llama).unwrap_err().param.as_deref(), Some("model"));
}

#[test]
fn what_is_allowed_by_name_is_sent_all_the_same() {
    let params = json!({"allowed_openai_params": ["speed", "inference_geo"]});
    let asked = ask(json!({"speed": "fast", "inference_geo": "us"}));
    let outgoing = send(&asked, &at(VERTEX, &params)).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!((&body["speed"], &body["inference_geo"]), (&json!("fast"), &json!("us")));
}

#[test]
fn schemas_are_enforced_natively_where_the_host_can() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let asked = ask(json!({"response_format":
        {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}}));
    for (model, native) in [
        ("vertex_ai/claude-sonnet-4-5@20250929", false),
        ("vertex_ai/claude-opus-4-6", true),
        ("bedrock/invoke/anthropic.claude-sonnet-4-5-20250929-v1:0", true),
        ("bedrock/invoke/anthropic.claude-opus-4-8", false),
        ("azure_ai/claude-sonnet-4-5", true),
    ] {
        let outgoing = send(&asked, &at(model, &json!({}))).unwrap();
        let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
        assert_eq!(body["output_config"]["format"].is_object(), native, "{model}");
        assert_eq!(outgoing.exchange.json_tool.is_some(), !native, "{model}");
    }
}

/// Anthropic's recorded stream as Bedrock sends it.
fn framed(sse: &str) -> Vec<u8> {
    let chunk = |data: &String| {
        let payload = json!({"bytes": STANDARD.encode(data), "p": "abcdefgh"}).to_string();
        frames::event("chunk", payload.as_bytes())
    };
    support::events(sse.as_bytes()).iter().flat_map(chunk).collect()
}

#[test]
fn a_stream_in_frames_says_what_the_plain_one_does_however_it_is_cut() {
    let sse = include_str!("../golden/anthropic/stream.sse");
    let asked = ask(json!({"stream": true, "stream_options": {"include_usage": true}}));
    let plain = at("anthropic/claude-opus-4-6", &json!({}));
    let expected =
        answer(&send(&asked, &plain).unwrap(), &plain, 200, sse.as_bytes(), 1 << 20).unwrap();
    let bedrock = at(BEDROCK, &json!({}));
    let outgoing = send(&asked, &bedrock).unwrap();
    let bytes = framed(sse);
    for split in (1..64).chain([bytes.len() / 2, bytes.len()]) {
        let given = answer(&outgoing, &bedrock, 200, &bytes, split).unwrap();
        assert_eq!(String::from_utf8_lossy(&given.0), String::from_utf8_lossy(&expected.0));
        assert_eq!(given.1, expected.1);
    }
}

#[test]
fn an_exception_in_the_frames_is_an_error() {
    let bedrock = at(BEDROCK, &json!({}));
    let outgoing = send(&ask(json!({"stream": true})), &bedrock).unwrap();
    let slow = frames::exception("throttlingException", b"{\"message\":\"Slow down\"}");
    let error = answer(&outgoing, &bedrock, 200, &slow, 5).unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (429, "Slow down"));
    // After content it ends the stream, which then has no proper end.
    let sse = include_str!("../golden/anthropic/stream.sse");
    let (head, _) = sse.split_once("event: message_delta").unwrap();
    let bytes = [framed(head), slow].concat();
    let (given, report) = answer(&outgoing, &bedrock, 200, &bytes, 9).unwrap();
    let given = String::from_utf8(given).unwrap();
    assert!(given.contains("Slow down") && !given.contains("[DONE]") && !report.finished);
    // What is yet to come is passed over.
    let bytes = [frames::event("news", b"{}"), framed(sse)].concat();
    assert!(answer(&outgoing, &bedrock, 200, &bytes, 9).is_ok());
}

#[test]
fn a_whole_answer_and_an_error_are_read_as_anthropics() {
    let bedrock = at(BEDROCK, &json!({}));
    let outgoing = send(&ask(json!({})), &bedrock).unwrap();
    let body = include_bytes!("../golden/anthropic/message.anthropic.json");
    let (given, report) = answer(&outgoing, &bedrock, 200, body, 100).unwrap();
    assert!(serde_json::from_slice::<Value>(&given).unwrap()["choices"][0]["message"].is_object());
    assert!(report.finished);
    let long = b"{\"message\":\"prompt is too long: 3 tokens > 2 maximum\"}";
    let error = answer(&outgoing, &bedrock, 400, long, 7).unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (400, Some("context_length_exceeded")));
}

proptest! {
    #[test]
    fn arbitrary_frames_give_an_error_and_no_panic(
        name in "chunk|ping|x?Exception",
        payload in proptest::collection::vec(any::<u8>(), 0..64),
        inner in ".{0,40}",
    ) {
        let bedrock = at(BEDROCK, &json!({}));
        let outgoing = send(&ask(json!({"stream": true})), &bedrock).unwrap();
        let coded = json!({"bytes": STANDARD.encode(&inner)}).to_string();
        for payload in [payload, coded.into_bytes()] {
            let bytes = frames::event(&name, &payload);
            prop_assert!(answer(&outgoing, &bedrock, 200, &bytes, 3).is_err());
            let mut translator = dragoman::dialect::anthropic::BEDROCK.stream(&exchange());
            let event = Event { name: &name, data: &payload };
            let _ = translator.event(event, &mut Output::default());
        }
    }
}
