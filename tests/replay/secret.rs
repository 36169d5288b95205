//! Credentials stay where they belong. What the harness checks in every replay is put to the test
//! here by providers and clients that try to get at them.

use crate::script::{Step, answers, error};
use crate::world::World;
use crate::{a_then_b, ask, entry};
use serde_json::json;

#[test]
fn a_provider_that_quotes_the_key_it_refuses_does_not_give_it_away() {
    let mut document = a_then_b();
    document["model_list"][1]["litellm_params"]["extra_headers"] =
        json!({"x-extra": "extra-secret-of-b"});
    let quote = |secret: &str| error(401, &format!("Incorrect API key provided: {secret}."));
    let scripts = [quote("sk-a-secret"), quote("sk-b-secret, extra-secret-of-b")];
    let told = World::new(document).request(&ask("a"), &scripts);
    assert_eq!(told.error(), "Incorrect API key provided: …, ….");
}

#[test]
fn the_clients_own_key_goes_no_further_than_the_gateway() {
    let mut document = a_then_b();
    document["general_settings"] = json!({"master_key": "sk-master-key"});
    let mut world = World::new(document);
    assert_eq!(world.request(&ask("a"), &[answers("Hello")]).content(), "Hello");
    let told = world.request(&ask("a"), &[vec![Step::Reset], answers("Hello")]);
    assert!(
        told.asked.iter().all(|asked| asked.headers.iter().all(|(_, v)| !v.contains("master")))
    );
}

#[test]
fn no_provider_gets_to_see_what_another_is_signed_in_with() {
    let azure = |id: &str| {
        entry(
            id,
            id,
            json!({"model": "azure/gpt-4o", "api_key": "", "tenant_id": "t",
            "client_id": "c", "client_secret": format!("client-secret-{id}")}),
        )
    };
    let document = json!({
        "model_list": [azure("a"), azure("b"), entry("c", "c", json!({"model": "anthropic/x"})),
            entry("d", "d", json!({}))],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b", "c", "d"]}]},
        "general_settings": {"master_key": "sk-master-key"},
    });
    for solo in [false, true] {
        let mut world = World::new(document.clone());
        let token = |id: &str| {
            let body = json!({"access_token": format!("token-of-{id}"), "expires_in": 3600});
            (0, Some(200), body.to_string())
        };
        world.grants.extend([token("a"), token("b")]);
        // Everything that is checked for each effect of each attempt is checked here, too.
        let quote = |secrets: &str| error(500, secrets);
        let scripts = [
            quote("token-of-a, client-secret-a"),
            quote("token-of-b, client-secret-b"),
            quote("sk-c-secret"),
            quote("sk-d-secret"),
        ];
        let told = match solo {
            false => world.request(&ask("a"), &scripts),
            true => world.solo(&ask("a"), &scripts[..1]),
        };
        let shown = told.error();
        assert!(!["token", "secret"].iter().any(|word| shown.contains(word)), "{shown}");
        let own = ["token-of-a", "token-of-b", "sk-c-secret", "sk-d-secret"];
        for (asked, own) in told.asked.iter().zip(own) {
            let secrets = asked.headers.iter().filter(|(_, value)| {
                ["token-of", "secret", "sk-"].iter().any(|word| value.contains(word))
            });
            let secrets: Vec<&str> =
                secrets.map(|(_, value)| value.trim_start_matches("Bearer ")).collect();
            assert_eq!(secrets, [own]);
        }
        let noted = format!("{:?} {:?} {:?}", told.properties, told.warnings, world.complaints);
        for metric in &told.metrics {
            assert!(!metric.series.to_string().contains("secret"));
        }
        assert!(!["token-of", "secret", "sk-"].iter().any(|word| noted.contains(word)), "{noted}");
    }
}
