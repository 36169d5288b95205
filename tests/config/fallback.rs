use super::*;
use dragoman::config::Alias;

fn with_router(router: Value) -> Value {
    with_sections(json!({ "router_settings": router }))
}

#[test]
fn fallbacks_are_lists_of_groups() {
    let routing = good(&with_router(json!({
        "fallbacks": [{"a": ["b", "c"]}, {"b": "c"}],
        "context_window_fallbacks": [{"a": ["c"]}],
        "content_policy_fallbacks": [{"*": ["c"]}],
    })))
    .routing;
    assert_eq!(routing.fallbacks["a"], ["b", "c"]);
    assert_eq!(routing.fallbacks["b"], ["c"]);
    assert_eq!(routing.context_window_fallbacks["a"], ["c"]);
    assert_eq!(routing.content_policy_fallbacks["*"], ["c"]);
}

#[test]
fn a_star_among_the_fallbacks_is_the_default() {
    let routing = good(&with_router(json!({"fallbacks": [{"*": ["c"]}, {"a": ["b"]}]}))).routing;
    assert_eq!(routing.default_fallbacks, ["c"]);
    assert!(!routing.fallbacks.contains_key("*"));
    let both = json!({"fallbacks": [{"*": ["c"]}], "default_fallbacks": ["b"]});
    assert_eq!(good(&with_router(both)).routing.default_fallbacks, ["b"]);
}

#[test]
fn a_fallback_to_an_unknown_group_is_an_error_with_the_known_ones() {
    let document = with_router(json!({"fallbacks": [{"a": ["b", "missing"]}]}));
    let message = error(&document, "router_settings.fallbacks[0].a[1]");
    assert!(message.contains("there are `a`, `b`, `c`"), "{message}");
    error(
        &with_router(json!({"default_fallbacks": ["x"]})),
        "router_settings.default_fallbacks[0]",
    );
}

#[test]
fn a_fallback_from_an_unknown_group_has_no_effect() {
    let document = with_router(json!({"fallbacks": [{"gpt-4.1": ["a"]}]}));
    let message = warning(&document, r#"router_settings.fallbacks[0]["gpt-4.1"]"#);
    assert!(message.contains("no effect"), "{message}");
}

#[test]
fn a_group_cannot_be_its_own_fallback() {
    let document = with_router(json!({"fallbacks": [{"a": ["a", "b"]}]}));
    warning(&document, "router_settings.fallbacks[0].a[0]");
    assert_eq!(reading(&document).config.routing.fallbacks["a"], ["b"]);
}

#[test]
fn fallbacks_of_another_shape_are_errors() {
    for (value, path) in [
        (json!({"a": ["b"]}), "router_settings.fallbacks"),
        (json!(["a"]), "router_settings.fallbacks[0]"),
        (json!([{"a": {"model": "b"}}]), "router_settings.fallbacks[0].a"),
        (json!([{"a": [5]}]), "router_settings.fallbacks[0].a[0]"),
    ] {
        error(&with_router(json!({ "fallbacks": value })), path);
    }
}

#[test]
fn aliases_are_names_or_mappings() {
    let config = good(&with_router(json!({
        "model_group_alias": {"gpt-4": "a", "secret": {"model": "b", "hidden": true}},
        "fallbacks": [{"gpt-4": ["secret"]}],
    })));
    assert_eq!(config.aliases["gpt-4"], Alias { group: "a".into(), hidden: false });
    assert_eq!(config.aliases["secret"], Alias { group: "b".into(), hidden: true });
    assert_eq!(config.group("gpt-4").unwrap().0.name, "a");
}

#[test]
fn wrong_aliases_are_named() {
    let path = "router_settings.model_group_alias.x";
    let with = |target: Value| with_router(json!({"model_group_alias": {"x": target}}));
    error(&with(json!("nowhere")), path);
    error(&with(json!({"model": "nowhere"})), &format!("{path}.model"));
    error(&with(json!({"hidden": true})), &format!("{path}.model"));
    error(&with(json!(5)), path);
    let same = with_router(json!({"model_group_alias": {"a": "b"}}));
    warning(&same, "router_settings.model_group_alias.a");
}
