//! Where a model is asked: official models and deployments by their names, all others by a version.

use crate::dialect::Target;
use crate::dialect::segment::segment;
use crate::openai::ApiError;

/// An address, and what else names the model.
#[derive(Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// With query.
    pub path: String,
    /// For the body.
    pub version: Option<&'a str>,
    /// The model's name, as far as there is one: it tells what its inputs are called.
    pub name: &'a str,
}

impl<'a> Place<'a> {
    /// Where the deployment's model is. Names have LiteLLM's forms: `owner/name`,
    /// `owner/name:version`, `deployments/owner/name`, or a version alone.
    ///
    /// # Errors
    /// 400 for a name that cannot stand in an address.
    pub fn of(target: &'a Target) -> Result<Self, ApiError> {
        let model = target.own_model();
        let (name, version) = match model.rsplit_once(':') {
            Some((name, version)) if is_version(version) => (name, Some(version)),
            None if is_version(model) => ("", Some(model)),
            _ => (model, None),
        };
        let deployment = name.strip_prefix("deployments/").filter(|_| version.is_none());
        let name = deployment.unwrap_or(name);
        let path = if version.is_some() {
            "/v1/predictions".to_owned()
        } else {
            let kind = if deployment.is_some() { "deployments" } else { "models" };
            let (owner, model) = name.split_once('/').ok_or_else(|| {
                let message = format!(
                    "The model name {model:?} is neither `owner/name` nor the 64 characters of a version."
                );
                ApiError::invalid(message).with_param("model")
            })?;
            format!("/v1/{kind}/{}/{}/predictions", segment(owner)?, segment(model)?)
        };
        Ok(Self { path: target.endpoint.along(&path), version, name })
    }
}

fn is_version(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::fixture;

    fn at(model: &str, base: Option<&str>) -> (String, Option<String>) {
        let target = fixture::target("replicate", model, base);
        let place = Place::of(&target).unwrap();
        (place.path, place.version.map(str::to_owned))
    }

    #[test]
    fn the_name_tells_which_of_three_addresses_is_asked() {
        let path = |model| at(model, None);
        assert_eq!(
            path("meta/meta-llama-3-8b-instruct"),
            ("/v1/models/meta/meta-llama-3-8b-instruct/predictions".to_owned(), None)
        );
        assert_eq!(
            path("deployments/acme/my-llama"),
            ("/v1/deployments/acme/my-llama/predictions".to_owned(), None)
        );
        let version = "02e509c789964a7ea8736978a43525956ef40397be9033abf9fd2badfe68c9e3";
        for model in [version.to_owned(), format!("a/b:{version}")] {
            assert_eq!(at(&model, None), ("/v1/predictions".to_owned(), Some(version.to_owned())));
        }
    }

    #[test]
    fn a_base_may_stop_anywhere() {
        for base in ["https://h.test", "https://h.test/v1"] {
            assert_eq!(at("a/b", Some(base)).0, "/v1/models/a/b/predictions");
        }
    }

    #[test]
    fn a_name_stays_in_its_place() {
        for model in ["a/../b", "/b", "a/", "alone", "a:latest"] {
            let target = fixture::target("replicate", model, None);
            assert_eq!(Place::of(&target).unwrap_err().status, 400, "{model}");
        }
        assert_eq!(at("a/b:latest", None).0, "/v1/models/a/b%3Alatest/predictions");
        assert_eq!(at("a/b/c?d", None).0, "/v1/models/a/b%2Fc%3Fd/predictions");
    }
}
