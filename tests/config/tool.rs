use super::*;
use dragoman::config::{AccessLog, Address, Limits, Role, ToolSettings};

fn with_dragoman(dragoman: Value) -> Value {
    with_sections(json!({ "dragoman": dragoman }))
}

#[test]
fn the_section_is_read_whole() {
    let reading = reading(&with_dragoman(json!({
        "role": "gateway", "listen": "127.0.0.1:8080", "admin": "[::1]:9902", "workers": 4,
        "ca_file": "/etc/ca.pem", "access_log": "/var/log/access.log",
        "limits": {"max_request_body_mb": 2, "max_response_body_bytes": 1000, "max_attempts": 3},
    })));
    assert_eq!(reading.problems, []);
    assert_eq!(reading.config.role, Role::Gateway);
    assert_eq!(
        reading.config.limits,
        Limits { max_request_body_bytes: 2 << 20, max_response_body_bytes: 1000, max_attempts: 3 }
    );
    assert_eq!(
        reading.tool,
        ToolSettings {
            listen: Address { host: "127.0.0.1".into(), port: 8080 },
            admin: Address { host: "::1".into(), port: 9902 },
            workers: Some(4),
            ca_file: Some("/etc/ca.pem".into()),
            access_log: AccessLog::File("/var/log/access.log".into()),
        }
    );
}

#[test]
fn without_the_section_the_defaults_hold() {
    let reading = reading(&with_sections(json!({})));
    assert_eq!(reading.tool, ToolSettings::default());
    assert_eq!(reading.config.limits, Limits::default());
    assert_eq!(reading.config.role, Role::Solo);
}

#[test]
fn the_access_log_can_be_switched_off() {
    for (value, expected) in [
        (json!(false), AccessLog::Off),
        (json!("off"), AccessLog::Off),
        (json!(true), AccessLog::Stdout),
        (json!("stdout"), AccessLog::Stdout),
    ] {
        let reading = reading(&with_dragoman(json!({ "access_log": value })));
        assert_eq!(reading.tool.access_log, expected);
    }
}

#[test]
fn litellms_own_limits_count_below_those_of_the_section() {
    let mut document = with_dragoman(json!({"limits": {"max_response_body_mb": 1}}));
    document["general_settings"] = json!({"max_request_size_mb": 3, "max_response_size_mb": 9});
    let limits = good(&document).limits;
    assert_eq!(limits.max_request_body_bytes, 3 << 20);
    assert_eq!(limits.max_response_body_bytes, 1 << 20);
}

#[test]
fn an_adapter_needs_no_models_of_its_own() {
    assert_eq!(good(&json!({"dragoman": {"role": "adapter"}})).role, Role::Adapter);
    error(&json!({"dragoman": {"role": "gateway"}}), "model_list");
}

#[test]
fn wrong_values_are_named() {
    for (name, value) in [
        ("role", json!("gatway")),
        ("listen", json!("localhost:4000")),
        ("listen", json!("0.0.0.0:70000")),
        ("admin", json!("4000")),
        ("workers", json!(0)),
        ("ca_file", json!(5)),
        ("access_log", json!([])),
        ("limits", json!(5)),
    ] {
        error(&with_dragoman(json!({name: value})), &format!("dragoman.{name}"));
    }
    let zero = with_dragoman(json!({"limits": {"max_attempts": 0}}));
    error(&zero, "dragoman.limits.max_attempts");
    assert!(
        error(&with_dragoman(json!({"role": "gatway"})), "dragoman.role").contains("`gateway`?")
    );
}
