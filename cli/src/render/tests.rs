use super::*;
use dragoman::auth::token::{FILE_CLUSTER, FILE_HEADER, MAX_REPLY_BYTES};
use std::fs;

/// Everything that `envoy/` holds but what people wrote.
const READY_MADE: [(Platform, &str); 3] =
    [(Platform::Envoy, ""), (Platform::Compose, "compose/"), (Platform::Istio, "istio/")];

fn render(platform: Platform, config: Option<&Path>) -> Vec<File> {
    let mut input = read(platform, config).unwrap();
    assert!(!input.reading.has_errors(), "{}", input.findings);
    files(platform, &mut input, config.is_none(), istio::IMAGE).unwrap()
}

/// `UPDATE=1 cargo test -p dragoman-cli ready_made` writes them anew.
#[test]
fn the_ready_made_files_are_what_the_tool_renders() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../envoy");
    for (platform, below) in READY_MADE {
        for file in render(platform, None) {
            let path = folder.join(format!("{below}{}", file.path));
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &file.text).unwrap();
            }
            let found = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                found == file.text,
                "envoy/{below}{} is not what the templates give; write it anew with UPDATE=1.",
                file.path
            );
        }
    }
}

#[test]
fn everything_that_is_rendered_is_yaml() {
    for (platform, _) in READY_MADE {
        for file in render(platform, None).iter().filter(|file| file.path.ends_with(".yaml")) {
            // Several documents are separated by lines of their own.
            for text in file.text.split("\n---\n") {
                let source = crate::yaml::Source::new(Path::new(&file.path), text.to_owned());
                let document = crate::yaml::parse(source);
                assert!(document.findings.is_empty(), "{}: {:?}", file.path, document.findings);
            }
        }
    }
}

#[test]
fn the_dashboard_shows_only_metrics_that_the_plugin_makes() {
    let dashboard = include_str!("../../../envoy/compose/grafana/dragoman.json");
    let sources = [
        include_str!("../../../src/config/labels.rs"),
        include_str!("../../../src/session/accounting.rs"),
        include_str!("../../../src/session/metrics.rs"),
    ]
    .concat();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut shown: Vec<&str> = dashboard
        .split(|c: char| !is_name(c))
        .filter(|word| word.starts_with("dragoman_") || word.starts_with("gen_ai_"))
        .map(|word| word.trim_end_matches("_bucket").trim_end_matches("_count"))
        .collect();
    shown.dedup();
    assert!(shown.len() > 10, "{shown:?}");
    for name in shown {
        assert!(sources.contains(&format!("\"{name}\"")), "no metric or label is called {name}");
    }
}

#[test]
fn a_key_in_the_file_is_noticed_and_one_in_the_environment_is_not() {
    let document =
        |key: &str| serde_json::json!({"model_list": [{"litellm_params": {"api_key": key}}]});
    assert!(holds_secret(&document("sk-1")));
    assert!(!holds_secret(&document("os.environ/OPENAI_API_KEY")));
    assert!(!holds_secret(&document("oidc/file//run/token")));
}

#[test]
fn strings_of_the_configuration_cannot_break_out_of_the_yaml() {
    let text = "model_list:\n- model_name: 'a\"b: c'\n  litellm_params: {model: \"openai/x\\n  y: #z\", \
                api_base: 'http://h.test/v1', api_key: \"k'\\\"\\n}\"}\n";
    let input = Input::text("config.yaml", text);
    let rendered = envoy::whole(&input.site("it's \"here\".wasm").unwrap()).unwrap();
    let document = crate::yaml::parse(crate::yaml::Source::new(Path::new("envoy.yaml"), rendered));
    assert!(document.findings.is_empty(), "{:?}", document.findings);
    let gateway = document.value.pointer(
        "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/http_filters/0\
         /typed_config/config",
    );
    let gateway = gateway.unwrap();
    assert_eq!(gateway["vm_config"]["code"]["local"]["filename"], "it's \"here\".wasm");
    let plugin: Value =
        serde_json::from_str(gateway["configuration"]["value"].as_str().unwrap()).unwrap();
    assert_eq!(plugin["model_list"], input.document["model_list"]);
    assert_eq!(plugin["dragoman"]["role"], "gateway");
}

#[test]
fn a_file_with_a_token_gets_a_listener_that_only_the_plugin_is_answered_by() {
    let text = "model_list:\n- model_name: a\n  litellm_params: {model: bedrock/a, aws_role_name: r, \
                aws_web_identity_token: oidc/file//run/x/token}\n";
    let mut input = Input::text("config.yaml", text);
    let site = input.site("x.wasm").unwrap();
    let rendered = envoy::whole(&site).unwrap();
    let read = |text: String| {
        let document = crate::yaml::parse(crate::yaml::Source::new(Path::new("x.yaml"), text));
        assert!(document.findings.is_empty(), "{:?}", document.findings);
        document.value
    };
    let whole = read(rendered.clone());
    let named = |kind: &str| {
        let list = whole["static_resources"][kind].as_array().unwrap();
        list.iter().find(|one| one["name"] == FILE_CLUSTER).unwrap().clone()
    };
    assert!(named("clusters").to_string().contains("server_listener_name"));
    let listener = named("listeners");
    assert_eq!(listener.get("address"), None, "it is inside");
    let manager = &listener["filter_chains"][0]["filters"][0]["typed_config"];
    let route = &manager["route_config"]["virtual_hosts"][0]["routes"][0];
    assert_eq!(route["match"]["path"], "/run/x/token");
    assert_eq!(route["match"]["headers"][0]["name"], FILE_HEADER);
    let body = &route["direct_response"]["body"];
    assert_eq!(body["filename"], "/run/x/token");
    assert_eq!(body["watched_directory"]["path"], "/run/x");
    let longest = &manager["route_config"]["max_direct_response_body_size_bytes"];
    assert_eq!(*longest, MAX_REPLY_BYTES);
    let kept_away = |text: &str| text.matches(FILE_HEADER).count();
    assert_eq!(kept_away(&rendered), 3, "both other routes remove it");
    for file in files(Platform::Istio, &mut input, false, istio::IMAGE).unwrap() {
        let (listeners, is_filter) = (
            file.text.matches("name: dragoman_files").count(),
            file.path.starts_with("envoyfilter"),
        );
        assert_eq!(listeners > 0, is_filter, "{}", file.path);
        let headers = kept_away(&file.text);
        let expected = match file.path.as_str() {
            "envoyfilter-gateway.yaml" => 3,
            "envoyfilter-solo.yaml" => 2,
            _ => 0,
        };
        assert_eq!(headers, expected, "{}", file.path);
    }
}

#[test]
fn a_file_that_is_not_there_is_named_before_envoy_is_started() {
    let site = |path: &str| {
        let text = format!(
            "model_list:\n- model_name: a\n  litellm_params: {{model: bedrock/a, aws_role_name: r, \
             aws_web_identity_token: {path}}}\n"
        );
        Input::text("config.yaml", &text).site("x.wasm").unwrap()
    };
    let error = site("/no/such/token").require_files().unwrap_err().to_string();
    assert_eq!(error, "There is no file /no/such/token, which is to hold a token.");
    site(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).require_files().unwrap();
}

#[test]
fn without_tokens_in_files_there_is_no_listener_for_them() {
    for (platform, _) in READY_MADE {
        for file in render(platform, None) {
            assert!(!file.text.contains(FILE_CLUSTER), "{}", file.path);
        }
    }
}

#[test]
fn token_endpoints_are_clusters_and_services_too() {
    let text = "model_list:\n- model_name: a\n  litellm_params: {model: azure/a, api_base: 'https://h.test', \
                tenant_id: t, client_id: c, client_secret: s}\n";
    let mut input = Input::text("config.yaml", text);
    let rendered = envoy::whole(&input.site("x.wasm").unwrap()).unwrap();
    assert!(rendered.contains("- name: \"https://login.microsoftonline.com:443\""), "{rendered}");
    let files = files(Platform::Istio, &mut input, false, istio::IMAGE).unwrap();
    let providers = files.iter().find(|file| file.path == "providers.yaml").unwrap();
    assert!(
        providers.text.contains("hosts: [\"login.microsoftonline.com\"]"),
        "{}",
        providers.text
    );
}
