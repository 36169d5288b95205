//! The request: `{"input": {"prompt": "…", …}}`, with a `version` where the address names no model.

use super::family::Family;
use super::members::{Inputs, UNKNOWN};
use super::place::Place;
use crate::dialect::prompt::{self, Parameters, Speaker, Template, Turn};
use crate::dialect::{Call, Outgoing, members};
use crate::openai::ApiError;

/// Writes the request.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    let place = Place::of(target)?;
    let mut params = call.params();
    let family = Family::of(place.name);
    let mut inputs = Inputs { family, parameters: Parameters::default() };
    members::read(request, &mut inputs, UNKNOWN, &mut params)?;
    let turns = prompt::read(&request.messages, &mut params)?;
    let mut input = inputs.parameters;
    if family.messages {
        input.set("messages", messages(&turns));
    } else {
        say(place.name, family, turns, &mut input);
    }
    let version = place.version.map_or_else(String::new, |version| {
        format!("\"version\":{},", serde_json::to_string(version).unwrap_or_default())
    });
    let body = format!("{{{version}\"input\":{}}}", input.to_json()).into_bytes();
    let mut outgoing = call.post(target.own_model(), place.path, body, params.into_dropped());
    // Replicate answers at the latest after 60 s; what is not done then nobody would ask for again, and
    // it would be charged all the same.
    outgoing.set_header("prefer", "wait");
    outgoing.set_header("cancel-after", "60s");
    Ok(outgoing)
}

fn messages(turns: &[Turn]) -> String {
    let role = |speaker| match speaker {
        Speaker::System => "system",
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    };
    let message =
        |turn: &Turn| serde_json::json!({"role": role(turn.speaker), "content": turn.text});
    serde_json::Value::Array(turns.iter().map(message).collect()).to_string()
}

/// The conversation as the prompt, and what the system says apart from it where there is a place.
fn say(name: &str, family: &Family, turns: Vec<Turn>, input: &mut Parameters<'_>) {
    let own = Template::of(name).filter(|_| family.templates && !input.has("prompt_template"));
    if own.is_some() {
        // It would be put into the model's template once more.
        input.set_text("prompt_template", "{prompt}");
    }
    let apart = family.system.filter(|name| own.is_none() && !input.has(name));
    let (system, rest): (Vec<Turn>, Vec<Turn>) =
        turns.into_iter().partition(|turn| apart.is_some() && turn.speaker == Speaker::System);
    match apart.filter(|_| !system.is_empty()) {
        Some(_) if rest.is_empty() => input.set_text("prompt", &prompt::write(None, &system)),
        Some(apart) => {
            input.set_text(apart, &prompt::write(None, &system));
            input.set_text("prompt", &prompt::write(own, &rest));
        }
        None => input.set_text("prompt", &prompt::write(own, &rest)),
    }
}
