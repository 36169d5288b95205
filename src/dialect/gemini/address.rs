//! Where a request goes: AI Studio's and Vertex AI's paths.

use crate::dialect::Target;
use crate::dialect::segment::segment;
use crate::openai::ApiError;

/// Which of Google's two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    AiStudio,
    VertexAi,
}

impl Service {
    /// The service of a provider's row: Vertex AI's models belong to a project.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        let mut settings = target.provider.settings.iter();
        match settings.any(|setting| setting.name == PROJECT) {
            true => Self::VertexAi,
            false => Self::AiStudio,
        }
    }
}

const PROJECT: &str = "vertex_project";
const LOCATION: &str = "vertex_location";
/// Where a deployment of Vertex AI is that does not say; LiteLLM's choice.
const DEFAULT_LOCATION: &str = "us-central1";

/// The path, with the query that asks for server-sent events.
///
/// `api_base` may be the host alone, end in the version, or be the model's whole address. `beta`: the
/// request holds what Vertex AI's `v1` does not know, but its `v1beta1` does.
///
/// # Errors
/// 400 for a name that cannot be part of a path.
pub fn path(target: &Target, stream: bool, beta: bool) -> Result<String, ApiError> {
    let method = if stream { ":streamGenerateContent?alt=sse" } else { ":generateContent" };
    let base = target.endpoint.base_path();
    let place = match Service::of(target) {
        _ if is_model(base) => String::new(),
        Service::AiStudio if base.is_empty() => format!("/v1beta{}", ai_studio(&target.model)?),
        Service::AiStudio => ai_studio(&target.model)?,
        Service::VertexAi if base.ends_with("/publishers/google") => {
            format!("/models/{}", segment(plain(&target.model))?)
        }
        Service::VertexAi => {
            let version = match (is_version(base), beta) {
                (true, _) => "",
                (false, true) => "/v1beta1",
                (false, false) => "/v1",
            };
            format!("{version}{}", vertex_ai(target)?)
        }
    };
    Ok(target.endpoint.join(&format!("{place}{method}")))
}

/// Whether the base address names a model already (LiteLLM's form for private endpoints).
fn is_model(base: &str) -> bool {
    let mut steps = base.rsplit('/').skip(1);
    matches!(steps.next(), Some("models" | "tunedModels" | "endpoints"))
}

fn is_version(base: &str) -> bool {
    matches!(base.rsplit('/').next(), Some("v1" | "v1beta1" | "v1beta" | "v1alpha"))
}

/// The model's own name: users also write what stands before it in a path, or LiteLLM's `gemini/`.
fn plain(model: &str) -> &str {
    let model = model.strip_prefix("publishers/google/").unwrap_or(model);
    let model = model.strip_prefix("models/").unwrap_or(model);
    model.strip_prefix("gemini/").unwrap_or(model)
}

fn ai_studio(model: &str) -> Result<String, ApiError> {
    match model.strip_prefix("tunedModels/") {
        Some(tuned) => Ok(format!("/tunedModels/{}", segment(tuned)?)),
        None => Ok(format!("/models/{}", segment(plain(model))?)),
    }
}

/// Tuned models are called at their endpoint, whose name is a number. Without a project this is the
/// address for the keys of Vertex AI's express mode.
fn vertex_ai(target: &Target) -> Result<String, ApiError> {
    let model = plain(&target.model);
    let kind = match model.bytes().all(|byte| byte.is_ascii_digit()) && !model.is_empty() {
        true => "endpoints",
        false => "publishers/google/models",
    };
    let model = segment(model)?;
    let Some(project) = target.setting(PROJECT) else { return Ok(format!("/{kind}/{model}")) };
    let location = target.setting(LOCATION).unwrap_or(DEFAULT_LOCATION);
    Ok(format!(
        "/projects/{}/locations/{}/{kind}/{model}",
        setting(PROJECT, project)?,
        setting(LOCATION, location)?
    ))
}

/// A setting as one segment of the path.
fn setting(name: &str, value: &str) -> Result<String, ApiError> {
    segment(value).map_err(|_| {
        ApiError::invalid(format!("`{name}` cannot be part of an address: {value:?}."))
            .with_param(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::fixture;

    fn studio(model: &str, base: Option<&str>) -> Result<String, ApiError> {
        path(&fixture::target("gemini", model, base), false, false)
    }

    fn vertex(model: &str, base: Option<&str>, settings: &[(&'static str, &str)]) -> String {
        let mut target = fixture::target("vertex_ai", model, base.or(Some("https://host.example")));
        target.settings = settings.iter().map(|(name, value)| (*name, (*value).into())).collect();
        path(&target, true, false).unwrap()
    }

    #[test]
    fn ai_studio_takes_any_prefix_of_the_name_and_any_end_of_the_base() {
        const PATH: &str = "/v1beta/models/gemini-2.5-pro:generateContent";
        for model in ["gemini-2.5-pro", "models/gemini-2.5-pro"] {
            assert_eq!(studio(model, None).unwrap(), PATH);
        }
        assert_eq!(studio("gemini-2.5-pro", Some("https://p.example")).unwrap(), PATH);
        assert_eq!(
            studio("gemini-2.5-pro", Some("https://p.example/google/v1alpha")).unwrap(),
            "/google/v1alpha/models/gemini-2.5-pro:generateContent"
        );
        assert_eq!(
            studio("x", Some("https://p.example/v1beta/models/gemini-2.5-pro")).unwrap(),
            PATH
        );
        assert_eq!(
            studio("tunedModels/mine", None).unwrap(),
            "/v1beta/tunedModels/mine:generateContent"
        );
    }

    #[test]
    fn vertex_ai_goes_by_project_and_location() {
        let settings = [("vertex_project", "p-1"), ("vertex_location", "global")];
        const END: &str = "/projects/p-1/locations/global/publishers/google/models/g:streamGenerateContent?alt=sse";
        assert_eq!(vertex("g", None, &settings), format!("/v1{END}"));
        assert_eq!(
            vertex("g", Some("https://h.example/v1beta1"), &settings),
            format!("/v1beta1{END}")
        );
        assert_eq!(
            vertex("gemini/4711", None, &settings),
            "/v1/projects/p-1/locations/global/endpoints/4711:streamGenerateContent?alt=sse"
        );
        assert_eq!(
            vertex("g", None, &[]),
            "/v1/publishers/google/models/g:streamGenerateContent?alt=sse"
        );
    }

    #[test]
    fn a_name_never_leaves_its_segment() {
        assert_eq!(
            studio("models/a/b?c", None).unwrap(),
            "/v1beta/models/a%2Fb%3Fc:generateContent"
        );
        for bad in ["", "models/", "..", "models/../x"] {
            assert_eq!(studio(bad, None).unwrap_err().status, 400, "{bad}");
        }
        let mut target = fixture::target("vertex_ai", "g", Some("https://h.example"));
        target.settings = vec![("vertex_project", "../x".into())];
        assert_eq!(
            path(&target, false, false).unwrap_err().param.as_deref(),
            Some("vertex_project")
        );
    }
}
