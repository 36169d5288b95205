//! Clients that go away.

use crate::script::{First, Step, delta, role, stream_headers};
use crate::world::World;
use crate::{a_then_b, ask, ask_stream};

const BOTH: [First; 2] = [First::Gateway, First::Adapter];

#[test]
fn a_stream_that_the_client_leaves_is_accounted_for() {
    for first in BOTH {
        let script =
            vec![stream_headers(), role(), delta("a"), delta("b"), Step::ClientGone(first)];
        let told = World::new(a_then_b()).request(&ask_stream("a"), &[script]);
        assert_eq!((told.status, told.ended), (Some(200), false));
        assert_eq!(told.property("output_tokens"), Some("2"), "{first:?}");
        assert_eq!(told.property("usage"), Some("estimated"));
        assert_ne!(told.property("cost_usd"), Some("unknown"));
        assert_eq!(told.count("dragoman_tokens_total", "=;.;output"), 2);
        let ended = if first == First::Gateway { "cancelled" } else { "reset" };
        assert_eq!(told.count("dragoman_attempts_total", ended), 1);
    }
}

#[test]
fn a_client_that_leaves_before_content_is_counted_without_usage() {
    for first in BOTH {
        for before in [vec![], vec![stream_headers()], vec![stream_headers(), role()]] {
            let script = before.into_iter().chain([Step::ClientGone(first)]).collect();
            let told = World::new(a_then_b()).request(&ask_stream("a"), &[script]);
            assert_eq!(told.status, None);
            assert_eq!(told.count("dragoman_requests_total", "status=;.;0"), 1);
            assert_eq!(told.count("dragoman_tokens_total", ""), 0);
            assert_eq!(told.property("attempts"), Some("1"));
        }
    }
}

#[test]
fn a_whole_answer_that_the_client_does_not_wait_for_is_not_billed() {
    let script = vec![
        Step::Headers(200, vec![]),
        Step::Body("{\"id\":".into()),
        Step::ClientGone(First::Gateway),
    ];
    let told = World::new(a_then_b()).request(&ask("a"), &[script]);
    assert_eq!(told.property("cost_usd"), None);
}
