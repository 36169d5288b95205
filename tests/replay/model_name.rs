//! Names of models that could lead elsewhere: in a configuration, and as a client writes them for a
//! wildcard. They arrive as they are, in their own segment of the path or in the body, or they are
//! refused; no other path and no other host is ever asked.

use crate::script::error;
use crate::told::Asked;
use crate::world::World;
use crate::{ask, ask_stream};
use dragoman::catalog::{self, Provider};
use dragoman::config::{Problem, Severity};
use dragoman::dialect::{Id, Side};
use dragoman::operation::Operation;
use serde_json::{Value, json};

/// For rows that differ from another one in nothing that names get to: the worst.
const WORST: [&str; 6] =
    ["a/../b", "..", "a?b#c %2e%2e/é", "//evil.example/x", "a\r\nx-evil: 1", "a/b:c"];

/// A region that is none, in a name that says one.
const ABROAD: &str = "arn:aws:bedrock:evil.example:1:inference-profile/a.b";

/// What the names are compared with.
const PLAIN: &str = "plain-0";

fn names() -> Vec<String> {
    let names = [
        "a/b",
        "a//b",
        "a:b",
        "a b",
        "a?b=c&d",
        "a#b",
        "a%2fb",
        "%2e%2e",
        "..%2f..",
        "..",
        ".",
        "a..b",
        "../x",
        "a/../b",
        "a/..",
        "..\\..\\x",
        "a\\b",
        "//evil.example/x",
        "@evil.example",
        "evil.example:443/x",
        "https://evil.example/",
        "a+b",
        "a~b'\"<>|^`b",
        "a{model}b",
        "a*b",
        "é",
        "模型/模型",
        "a\u{7f}b",
        "a\r\nx-evil: 1\r\n\r\n",
        "a\tb",
        "a\0b",
        " ",
        "arn:aws:bedrock:us-west-2:123456789012:inference-profile/a.b",
        ABROAD,
        "arn:aws:bedrock:evil.example/#:1:x/a.b",
        "eu-west-9/a.b",
    ];
    let long = ["a".repeat(300), "é/".repeat(1_000), "a".repeat(100_000)];
    names.into_iter().map(str::to_owned).chain(long).collect()
}

type Ask = fn(&str) -> String;

/// The kinds of requests that a provider takes: where they go, and one for a model.
fn requests(row: &Provider) -> Vec<(&'static str, Ask)> {
    let mut list: Vec<(&'static str, Ask)> = Vec::new();
    if row.dialect != Id::None {
        list.push((Operation::Chat.path(), ask));
    }
    if row.stream_path.is_some() || matches!(row.dialect, Id::Gemini | Id::Converse) {
        list.push((Operation::Chat.path(), ask_stream));
    }
    if Side::of(Operation::Embeddings, row).is_some() {
        list.push((Operation::Embeddings.path(), |model| {
            json!({"model": model, "input": "one"}).to_string()
        }));
    }
    list
}

/// The rows that differ in what names get to; the others are like one of them.
fn kinds() -> Vec<&'static Provider> {
    let mut seen = Vec::new();
    let mut is_new = |row: &&'static Provider| {
        let row: &'static Provider = row;
        let quirks = format!("{:?} {}", row.quirks.model_parts, row.quirks.unversioned_model);
        let kind = (row.dialect, &row.path, &row.models, quirks, row.embeddings.format);
        let is_new = !seen.contains(&kind);
        seen.push(kind);
        is_new
    };
    catalog::all().iter().filter(|row| is_new(row)).collect()
}

/// A provider's name of a model, in which `name` stands where names may differ.
fn called(row: &Provider, path: &str, name: &str) -> String {
    let beginning = row.models.first().map_or("", String::as_str);
    let maker = match row.dialect {
        // Models at Bedrock are told apart by their makers.
        Id::AnthropicBedrock => "anthropic.",
        Id::Replicate => "owner/",
        _ => "",
    };
    let count = row.quirks.model_parts.as_ref().map_or(0, |parts| parts.count);
    let end = match path {
        "/embeddings" if row.name == "bedrock" => ".titan-embed-text-v2:0",
        _ if row.models.first().is_some_and(|_| count == 3) => "/model",
        _ => "",
    };
    format!("{beginning}{maker}{name}{end}")
}

/// An entry for a provider's model, with every setting that its address needs.
fn entry(row: &Provider, group: &str, model: &str, base: Option<&str>) -> Value {
    let mut params = json!({"model": model, "api_key": "sk-key-of-mine"});
    for setting in &row.settings {
        if setting.name.contains("region") || setting.name.contains("location") {
            params[&setting.name] = json!("us-west-2");
        } else if ["vertex_project", "account_id", "project_id", "oci_compartment_id", "tenant_id"]
            .contains(&setting.name.as_str())
        {
            params[&setting.name] = json!("mine-1");
        }
    }
    if let Some(base) = base {
        params["api_base"] = json!(base);
    }
    json!({"model_name": group, "litellm_params": params})
}

/// Addresses to try for a provider: its own, and one of the operator's.
fn bases(row: &Provider) -> Vec<Option<&'static str>> {
    let own = row.base_url.is_some().then_some(None);
    own.into_iter().chain([Some("https://mine.example")]).collect()
}

/// The same, but that `name` stands where [`PLAIN`] stood.
fn renamed(value: &Value, name: &str) -> Value {
    match value {
        Value::String(text) => text.replace(PLAIN, name).into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, name)).collect(),
        Value::Object(members) => {
            let all = members.iter().map(|(key, value)| (key.clone(), renamed(value, name)));
            Value::Object(all.collect())
        }
        other => other.clone(),
    }
}

fn header<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// A path's segments, and its query.
fn parts(path: &str) -> (Vec<&str>, Option<&str>) {
    let (path, query) =
        path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    (path.split('/').collect(), query)
}

/// `text` with every escape undone, once.
fn decoded(text: &str) -> String {
    String::from_utf8(dragoman::wire::percent::decode(text)).expect("escapes of UTF-8")
}

/// What is wrong with a request for the model `name`, seen beside the same for [`PLAIN`].
fn problem(row: &Provider, asked: &Asked, plain: &Asked, name: &str) -> Option<String> {
    let (path, other) = (header(asked, ":path"), header(plain, ":path"));
    let host = |asked: &Asked| (header(asked, ":authority").to_owned(), asked.cluster.clone());
    if host(asked) != host(plain) {
        return Some("another host".into());
    }
    let is_visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if let Some((name, value)) = asked.headers.iter().find(|(_, value)| !is_visible(value)) {
        return Some(format!("the header {name}: {value:?}"));
    }
    if path.contains([' ', '#', '\\', '"', '<']) || path.len() > 8_192 {
        return Some("no path at all".into());
    }
    let ((segments, query), (others, other_query)) = (parts(path), parts(other));
    // Names of repositories at Hugging Face are two segments, as an owner's name and its own.
    let owned = usize::from(path.starts_with("/hf-inference/models/") && name.contains('/'));
    if query != other_query || segments.len() != others.len() + owned {
        return Some("another path".into());
    }
    let climbs = |step: &str| matches!(step, "." | "..");
    if segments.iter().any(|segment| decoded(segment).split(['/', '\\']).any(climbs)) {
        return Some("a path that climbs".into());
    }
    // Of a name that is made of parts, each may have a place of its own.
    if row.quirks.model_parts.is_some() {
        return None;
    }
    if decoded(&segments.join("/")) != decoded(&others.join("/")).replace(PLAIN, name) {
        return Some("another name in the path".into());
    }
    let version_is_left_out = row.quirks.unversioned_model && name.contains('@');
    (!version_is_left_out && asked.body != renamed(&plain.body, name))
        .then(|| format!("the body {}", asked.body))
}

/// Asks for a model; what the provider was asked, or why nobody was.
fn asked(world: &World, path: &'static str, request: &str) -> Result<Asked, String> {
    let mut world = world.again();
    world.path = path;
    let token = json!({"access_token": "token", "expires_in": 3600});
    world.grants.push_back((0, Some(200), token.to_string()));
    let scripted = [error(500, "x")];
    let told = world.asked_or_refused(request, &scripted);
    match told.asked.into_iter().next() {
        Some(asked) => Ok(asked),
        None => Err(format!("{} {}", told.status.unwrap_or_default(), told.body)),
    }
}

/// A name is looked at for all requests that `ask_for` asks; what came of it is a problem, or nothing.
fn check(
    row: &Provider,
    base: Option<&str>,
    names: &[String],
    ask_for: &dyn Fn(&str, &'static str, Ask) -> Result<Asked, String>,
) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, request) in requests(row) {
        let plain = ask_for(PLAIN, path, request).expect(&row.name);
        for name in names {
            let what = match ask_for(name, path, request) {
                Ok(asked) => problem(row, &asked, &plain, name)
                    .map(|what| format!("{what} in {}", header(&asked, ":path"))),
                Err(told) => (!told.starts_with("400") || !told.contains("model")).then_some(told),
            };
            let short: String = name.chars().take(60).collect();
            problems
                .extend(what.map(|what| format!("{} {path} {base:?} {short:?}: {what}", row.name)));
        }
    }
    problems
}

#[track_caller]
fn none(problems: &[String]) {
    let first = &problems[..problems.len().min(40)];
    assert!(first.is_empty(), "{} problems, such as:\n{}", problems.len(), first.join("\n"));
}

#[test]
fn a_name_that_a_client_writes_never_leads_elsewhere() {
    let (kinds, all, worst) = (kinds(), names(), WORST.map(str::to_owned));
    let mut problems = Vec::new();
    for row in catalog::all() {
        let is_kind = kinds.iter().any(|kind| std::ptr::eq(*kind, row));
        let names: &[String] = if is_kind { &all } else { &worst };
        let base = bases(row).pop().flatten();
        let model = format!("{}/*", row.name);
        let world = alone(entry(row, "w/*", &model, base));
        problems.extend(check(row, base, names, &|name, path, request| {
            asked(&world, path, &request(&format!("w/{}", called(row, path, name))))
        }));
    }
    none(&problems);
}

#[test]
fn a_name_in_the_configuration_never_leads_elsewhere() {
    let mut problems = Vec::new();
    for row in kinds() {
        let base = bases(row).swap_remove(0);
        // Surrounding space does not count there, and the region in a name is the deployment's.
        let elsewhere = [" ", "eu-west-9/a.b", ABROAD];
        let mut names = names();
        names.retain(|name| !elsewhere.contains(&name.as_str()));
        problems.extend(check(row, base, &names, &|name, path, request| {
            let entry = configured(row, path, name, base);
            match refusal(&entry) {
                None => asked(&alone(entry), path, &request("group")),
                Some(why) if why.path.starts_with("model_list[0].litellm_params.") => {
                    assert!(why.message.len() < 500, "{}", why.message);
                    Err(format!("400 model: {}", why.message))
                }
                Some(why) => Err(format!("{why:?}")),
            }
        }));
    }
    none(&problems);
}

fn configured(row: &Provider, path: &str, name: &str, base: Option<&str>) -> Value {
    let model = format!("{}/{}", row.name, called(row, path, name));
    entry(row, "group", &model, base)
}

/// A world with this entry of `model_list` and no other.
fn alone(entry: Value) -> World {
    World::new(json!({"model_list": [entry], "router_settings": {"num_retries": 0}}))
}

/// Why a configuration cannot have this entry.
fn refusal(entry: &Value) -> Option<Problem> {
    let reading = dragoman::config::read(&json!({"model_list": [entry]}), &|_| None);
    reading.problems.into_iter().find(|problem| problem.severity == Severity::Error)
}

#[test]
fn a_region_in_a_configured_name_stays_among_those_of_aws() {
    for row in catalog::all().iter().filter(|row| row.name.starts_with("bedrock")) {
        for name in [ABROAD, "arn:aws:bedrock:evil.example/#:1:x/a.b", "eu-west-9/a.b"] {
            let path = Operation::Chat.path();
            let entry = configured(row, path, name, None);
            if refusal(&entry).is_some() {
                continue;
            }
            if let Ok(asked) = asked(&alone(entry), path, &ask("group")) {
                let host = header(&asked, ":authority");
                assert!(host.ends_with(".amazonaws.com") || host.ends_with(".api.aws"), "{host}");
            }
        }
    }
}
