//! Credentials stay where they belong. What the harness checks in every replay is put to the test
//! here by providers and clients that try to get at them.

use crate::script::{Step, answers, error};
use crate::world::World;
use crate::{a_then_b, ask};
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
