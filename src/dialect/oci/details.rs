//! `ChatDetails`: who pays, which model, and the request in the model's format.

use crate::dialect::outgoing::to_bytes;
use crate::dialect::{Call, Outgoing, Params, Target};
use crate::openai::ApiError;
use serde::Serialize;

const PATH: &str = "/20231130/actions/chat";

/// Most tokens of an answer where the client does not say, LiteLLM's figure: without a limit of the
/// request's the service cuts answers after a few words.
const USUAL_MAX_TOKENS: u64 = 4096;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a, T> {
    compartment_id: &'a str,
    serving_mode: ServingMode<'a>,
    chat_request: T,
}

#[derive(Serialize)]
#[serde(tag = "servingType", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum ServingMode<'a> {
    OnDemand { model_id: &'a str },
    Dedicated { endpoint_id: &'a str },
}

/// The events of a stream are to count tokens, whether the client asks for that or not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamOptions {
    is_include_usage: bool,
}

impl StreamOptions {
    #[must_use]
    pub fn of(stream: bool) -> Option<Self> {
        stream.then_some(Self { is_include_usage: true })
    }
}

/// The limit that the client sets, or the usual one.
#[must_use]
pub fn max_tokens(asked: Option<u64>, target: &Target) -> u64 {
    asked.unwrap_or_else(|| target.default_max_tokens.min(USUAL_MAX_TOKENS))
}

/// Writes the request.
///
/// # Errors
/// 500 for a setting that is missing or wrong.
pub fn write(
    call: &Call<'_>,
    chat_request: impl Serialize,
    params: Params<'_>,
) -> Result<Outgoing, ApiError> {
    let target = call.target;
    let details = Details {
        compartment_id: compartment(target)?,
        serving_mode: serving_mode(target)?,
        chat_request,
    };
    let bytes = to_bytes(&details, call.request)?;
    let path = target.path(PATH, call.request.stream)?;
    Ok(call.post(&target.model, path, bytes, params.into_dropped()))
}

/// # Errors
/// 500 where the deployment has none.
pub fn compartment(target: &Target) -> Result<&str, ApiError> {
    const NAME: &str = "oci_compartment_id";
    target.setting(NAME).ok_or_else(|| {
        let message =
            format!("The deployment's `litellm_params` lack `{NAME}`, which every request names.");
        ApiError::new(500, message).with_param(NAME)
    })
}

/// A model on a cluster of the user's own has an endpoint, whose OCID may stand for the model's name.
///
/// # Errors
/// 500 for a mode that is none.
pub fn serving_mode(target: &Target) -> Result<ServingMode<'_>, ApiError> {
    const NAME: &str = "oci_serving_mode";
    match target.setting(NAME) {
        None | Some("ON_DEMAND") => Ok(ServingMode::OnDemand { model_id: &target.model }),
        Some("DEDICATED") => Ok(ServingMode::Dedicated {
            endpoint_id: target.setting("oci_endpoint_id").unwrap_or(&target.model),
        }),
        Some(other) => {
            let message = format!(
                "The deployment's `{NAME}` is `{other}`; it must be ON_DEMAND or DEDICATED."
            );
            Err(ApiError::new(500, message).with_param(NAME))
        }
    }
}
