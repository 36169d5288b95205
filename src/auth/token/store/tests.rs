use super::*;
use crate::auth::Secret;
use crate::auth::token::{Ask, Grant, Reply, Value};
use crate::dialect::Endpoint;

fn source(name: &str) -> Arc<Source> {
    let secret = ("client_secret", Secret::new(name).into());
    Arc::new(Source::new(vec![login(vec![("grant_type", "client_credentials".into()), secret])]))
}

fn login(fields: Vec<(&'static str, Value)>) -> Step {
    let endpoint = Endpoint::parse("https://login.example/tenant/token").unwrap();
    Step::new(endpoint, "login".to_owned(), Grant::Ask(Ask::form(fields)))
}

/// A file whose content is exchanged.
fn in_a_file() -> Arc<Source> {
    let file = Step::file("/run/SECRET-place/token", Reply::Text).unwrap();
    Arc::new(Source::new(vec![file, login(vec![("assertion", Value::brought(0))])]))
}

fn due(tokens: &mut Tokens, now_ms: u64) -> Vec<Call> {
    tokens.due(now_ms, &mut || 0)
}

fn token(name: &str, life_s: u64) -> Vec<u8> {
    format!(r#"{{"access_token":"{name}","expires_in":{life_s}}}"#).into_bytes()
}

fn ready(name: &str) -> Answer {
    Answer::Ready(Credential::Bearer(Secret::new(name)))
}

/// Sends the one call that is due.
#[track_caller]
fn send(tokens: &mut Tokens, now_ms: u64, handle: u32) -> Call {
    let mut calls = due(tokens, now_ms);
    assert_eq!(calls.len(), 1, "{calls:?}");
    let call = calls.remove(0);
    tokens.sent(&call.id, handle);
    call
}

/// A store that holds `source`'s token, fetched at 0, for an hour.
fn filled(source: &Arc<Source>) -> Tokens {
    let mut tokens = Tokens::default();
    assert_eq!(tokens.get(source, 0), Answer::Wait);
    send(&mut tokens, 0, 1);
    assert_eq!(tokens.replied(1, Some(200), &token("first", 3600), 0), None);
    assert_eq!(tokens.get(source, 0), ready("first"));
    tokens
}

const MINUTE: u64 = 60_000;

#[test]
fn all_who_wait_share_one_call() {
    let mut tokens = Tokens::default();
    // Another object, as another deployment has it.
    for source in [source("a"), source("a"), source("a")] {
        assert_eq!(tokens.get(&source, 0), Answer::Wait);
    }
    let call = send(&mut tokens, 0, 7);
    assert_eq!(call.cluster, "login");
    assert_eq!(call.body, b"grant_type=client_credentials&client_secret=a");
    assert_eq!(tokens.get(&source("a"), 10), Answer::Wait);
    assert_eq!(due(&mut tokens, 10), []);
    tokens.replied(7, Some(200), &token("t", 3600), 20);
    assert_eq!(tokens.get(&source("a"), 30), ready("t"));
    assert_eq!(due(&mut tokens, 30), []);
}

#[test]
fn sources_are_told_apart_and_their_ids_tell_nothing() {
    let mut tokens = Tokens::default();
    let (a, b) = (source("secret-a"), source("secret-b"));
    assert_ne!(a.id(), b.id());
    tokens.get(&a, 0);
    tokens.get(&b, 0);
    assert_eq!(due(&mut tokens, 0).len(), 2);
    assert!(!a.id().contains("secret"), "{}", a.id());
    assert!(!format!("{tokens:?}").contains("secret-a"));
}

#[test]
fn a_token_in_use_is_renewed_before_its_end() {
    let source = source("a");
    let mut tokens = filled(&source);
    assert_eq!(due(&mut tokens, 54 * MINUTE), []);
    assert_eq!(tokens.get(&source, 55 * MINUTE), ready("first"));
    send(&mut tokens, 55 * MINUTE, 2);
    assert_eq!(tokens.get(&source, 55 * MINUTE), ready("first"), "nobody waits for a renewal");
    tokens.replied(2, Some(200), &token("second", 3600), 56 * MINUTE);
    assert_eq!(tokens.get(&source, 56 * MINUTE), ready("second"));
}

#[test]
fn a_renewal_that_fails_costs_nothing_while_the_token_lasts() {
    let source = source("a");
    let mut tokens = filled(&source);
    send(&mut tokens, 55 * MINUTE, 2);
    assert!(tokens.replied(2, Some(500), b"", 55 * MINUTE).is_some());
    assert_eq!(tokens.get(&source, 55 * MINUTE), ready("first"));
    assert_eq!(due(&mut tokens, 55 * MINUTE + PAUSE_MS - 1), []);
    send(&mut tokens, 55 * MINUTE + PAUSE_MS, 3);
    assert!(tokens.replied(3, Some(500), b"", 60 * MINUTE).is_some());
    assert!(matches!(tokens.get(&source, 60 * MINUTE), Answer::Failed(_)), "it has ended");
}

#[test]
fn a_token_that_nobody_uses_is_not_renewed() {
    let source = source("a");
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    tokens.replied(1, Some(200), &token("t", 3600), 5);
    assert_eq!(due(&mut tokens, 59 * MINUTE), []);
    assert_eq!(tokens.get(&source, 60 * MINUTE), Answer::Wait);
}

#[test]
fn a_short_life_is_renewed_after_four_fifths() {
    let source = source("a");
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    tokens.replied(1, Some(200), &token("t", 100), 0);
    assert_eq!(tokens.get(&source, 79_999), ready("t"));
    assert_eq!(due(&mut tokens, 79_999), []);
    assert_eq!(due(&mut tokens, 80_000).len(), 1);
}

#[test]
fn after_a_failure_everybody_fails_at_once_until_the_next_try() {
    let source = source("a");
    let mut tokens = Tokens::default();
    let mut now = 0;
    for (index, pause) in
        [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].iter().enumerate()
    {
        assert_eq!(tokens.get(&source, now), Answer::Wait);
        send(&mut tokens, now, index as u32);
        let complaint = tokens.replied(index as u32, Some(503), b"", now).unwrap();
        assert_eq!(complaint, "no token from login.example: status 503, an error");
        let Answer::Failed(error) = tokens.get(&source, now + pause - 1) else { panic!("{pause}") };
        assert_eq!(error.status, 503);
        assert_eq!(due(&mut tokens, now + pause - 1), []);
        now += pause;
    }
}

#[test]
fn a_refused_credential_is_told_from_an_endpoint_that_is_down() {
    for (status, told) in [(Some(400), 401), (Some(401), 401), (Some(429), 503), (None, 503)] {
        let source = source("a");
        let mut tokens = Tokens::default();
        tokens.get(&source, 0);
        send(&mut tokens, 0, 1);
        tokens.replied(1, status, br#"{"error":"invalid_client"}"#, 0);
        let Answer::Failed(error) = tokens.get(&source, 0) else { panic!("{status:?}") };
        assert_eq!(error.status, told, "{status:?}");
        assert!(error.message.contains("login.example"), "{}", error.message);
    }
}

#[test]
fn a_call_that_could_not_be_sent_is_a_failure() {
    let source = source("a");
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    let call = due(&mut tokens, 0).remove(0);
    assert!(tokens.not_sent(&call.id, 0).unwrap().contains("cluster `login`"));
    assert!(matches!(tokens.get(&source, 0), Answer::Failed(_)));
}

#[test]
fn a_call_without_any_reply_is_given_up() {
    let source = source("a");
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    assert_eq!(tokens.get(&source, GIVE_UP_MS - 1), Answer::Wait);
    assert!(matches!(tokens.get(&source, GIVE_UP_MS), Answer::Failed(_)));
    assert_eq!(tokens.replied(1, Some(200), &token("late", 3600), GIVE_UP_MS), None);
    assert!(matches!(tokens.get(&source, GIVE_UP_MS), Answer::Failed(_)));
}

#[test]
fn a_token_that_has_expired_on_arrival_is_a_failure() {
    let source = source("a");
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    assert!(tokens.replied(1, Some(200), &token("t", 0), 0).unwrap().contains("expired"));
    assert!(matches!(tokens.get(&source, 0), Answer::Failed(_)));
}

#[test]
fn an_old_token_that_a_provider_refuses_is_fetched_anew() {
    let source = source("a");
    let mut tokens = filled(&source);
    let credential = Credential::Bearer(Secret::new("first"));
    tokens.refused(&source, &credential, YOUNG_MS - 1);
    assert_eq!(tokens.get(&source, YOUNG_MS), ready("first"), "it is not the token's age");
    tokens.refused(&source, &Credential::Bearer(Secret::new("other")), YOUNG_MS);
    assert_eq!(tokens.get(&source, YOUNG_MS), ready("first"));
    tokens.refused(&source, &credential, YOUNG_MS);
    assert_eq!(tokens.get(&source, YOUNG_MS), Answer::Wait);
}

#[test]
fn the_store_is_bounded_and_the_longest_idle_makes_room() {
    let mut tokens = Tokens::default();
    for index in 0..MAX_SOURCES {
        let source = source(&index.to_string());
        tokens.get(&source, index as u64);
    }
    assert!(matches!(tokens.get(&source("one more"), 0), Answer::Failed(_)), "all are waited for");
    for (handle, call) in due(&mut tokens, 2_000).into_iter().enumerate() {
        tokens.sent(&call.id, handle as u32);
        tokens.replied(handle as u32, Some(200), &token("t", 3600), 2_000);
    }
    assert_eq!(tokens.get(&source("one more"), 3_000), Answer::Wait);
    assert_eq!(tokens.0.len(), MAX_SOURCES);
    assert!(!tokens.0.contains_key(source("0").id()));
}

#[test]
fn the_steps_of_a_token_are_taken_one_after_the_other() {
    let source = in_a_file();
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    let call = send(&mut tokens, 0, 1);
    assert_eq!(call.cluster, "dragoman_files");
    assert!(call.headers.contains(&(":path".into(), "/run/SECRET-place/token".into())));
    assert_eq!(due(&mut tokens, 10), []);
    assert_eq!(tokens.replied(1, Some(200), b"a.b.c\n", 20), None);
    assert_eq!(tokens.get(&source, 20), Answer::Wait);
    let call = send(&mut tokens, 25, 2);
    assert_eq!((&*call.cluster, &*call.body), ("login", &b"assertion=a.b.c"[..]));
    assert_eq!(tokens.replied(1, Some(200), b"x", 30), None, "that step is over");
    assert_eq!(tokens.replied(2, Some(200), &token("t", 3600), 30), None);
    assert_eq!(tokens.get(&source, 30), ready("t"));
    // Each renewal begins with the file as it is then.
    assert_eq!(send(&mut tokens, 56 * MINUTE, 3).cluster, "dragoman_files");
    tokens.replied(3, Some(200), b"d.e.f", 56 * MINUTE);
    assert_eq!(send(&mut tokens, 56 * MINUTE, 4).body, b"assertion=d.e.f");
}

#[test]
fn after_a_step_that_failed_all_begin_anew() {
    let source = in_a_file();
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    tokens.replied(1, Some(200), b"a.b.c", 0);
    send(&mut tokens, 0, 2);
    let complaint = tokens.replied(2, Some(400), br#"{"error":"invalid_grant"}"#, 0).unwrap();
    assert_eq!(complaint, "no token from login.example: status 400, invalid_grant");
    tokens.get(&source, PAUSE_MS);
    assert_eq!(send(&mut tokens, PAUSE_MS, 3).cluster, "dragoman_files");
}

#[test]
fn a_file_that_is_not_there_is_told_to_the_operator_and_its_name_to_nobody_else() {
    let source = in_a_file();
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    let complaint = tokens.replied(1, Some(404), b"", 0).unwrap();
    assert_eq!(complaint, "no token from the file /run/SECRET-place/token: status 404, an error");
    let Answer::Failed(error) = tokens.get(&source, 0) else { panic!() };
    assert_eq!(error.status, 503);
    assert!(!error.message.contains("SECRET"), "{}", error.message);
}

#[test]
fn all_steps_together_have_a_time_limit() {
    let source = in_a_file();
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    tokens.replied(1, Some(200), b"a.b.c", GIVE_UP_MS - 1);
    send(&mut tokens, GIVE_UP_MS - 1, 2);
    assert!(matches!(tokens.get(&source, GIVE_UP_MS), Answer::Failed(_)));
    assert_eq!(tokens.replied(2, Some(200), &token("late", 3600), GIVE_UP_MS), None);
    assert!(matches!(tokens.get(&source, GIVE_UP_MS), Answer::Failed(_)));
}

#[test]
fn what_a_step_brought_does_not_show() {
    let source = in_a_file();
    let mut tokens = Tokens::default();
    tokens.get(&source, 0);
    send(&mut tokens, 0, 1);
    tokens.replied(1, Some(200), b"PROJECTED", 0);
    assert!(!format!("{tokens:?}").contains("PROJECTED"));
}
