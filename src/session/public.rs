//! What the client gets to know about its request, under LiteLLM's names and our own.

use super::accounting;
use super::headers::{self, HeaderText, Headers, number};
use super::shared::Session;

/// The headers of an answer, whoever made it.
#[must_use]
pub fn headers(session: &Session, now_ms: u64) -> Headers {
    let mut list = Headers::with_capacity(20);
    let mut add = |name: &'static str, value: HeaderText| list.push((name.into(), value));
    add("x-dragoman-call-id", session.call_id.clone().into());
    add("x-litellm-call-id", session.call_id.clone().into());
    add("x-dragoman-attempts", number(session.attempts));
    add("x-litellm-attempted-retries", number(session.attempts.saturating_sub(1)));
    add("x-litellm-response-duration-ms", number(now_ms.saturating_sub(session.started_ms)));
    if let (Some(running), Some(deployment)) = (&session.current, session.deployment()) {
        let group = HeaderText::from(headers::safe_value(&running.attempt.group));
        let id = HeaderText::from(headers::safe_value(&deployment.id));
        add("x-dragoman-model-group", group.clone());
        add("x-litellm-model-group", group);
        add("x-dragoman-deployment", id.clone());
        add("x-litellm-model-id", id);
        let model = accounting::served_model(running, deployment);
        add("x-dragoman-model", headers::safe_value(&model).into());
        add("x-litellm-attempted-fallbacks", number(running.attempt.leg as u64));
        if !running.dropped.is_empty() {
            add("x-dragoman-dropped-params", dropped_params(&running.dropped).into());
        }
    }
    if !session.request.stream()
        && let Some(cost) = accounting::bill(session).and_then(|bill| bill.cost)
    {
        let usd = HeaderText::from(accounting::usd(cost));
        add("x-dragoman-cost-usd", usd.clone());
        add("x-litellm-response-cost", usd);
    }
    list
}

/// As many names as fit into a header: they are the client's own, and may be many.
fn dropped_params(names: &[String]) -> String {
    const MORE: &str = ",...";
    let mut list = String::new();
    for name in names {
        if list.len() + name.len() + MORE.len() >= headers::MAX_VALUE_CHARS {
            list.push_str(MORE);
            break;
        }
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(name);
    }
    headers::safe_value(&list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_dropped_parameters_says_that_it_goes_on() {
        let names: Vec<String> = (0..500).map(|number| format!("param_{number}")).collect();
        let list = dropped_params(&names);
        assert!(list.starts_with("param_0,param_1,") && list.ends_with(",..."), "{list}");
        assert!(list.len() <= headers::MAX_VALUE_CHARS);
        assert_eq!(dropped_params(&names[..2]), "param_0,param_1");
    }
}
