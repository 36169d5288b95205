//! Paths of requests: a template of the provider's row with the model and the settings in their places.

use super::Target;
use super::segment::segment;
use crate::openai::ApiError;

impl Target {
    /// The path of a request, with query: the row's own or else `usual`, below the base address.
    ///
    /// # Errors
    /// 400 for a model that cannot stand in an address, 500 for a setting that is missing.
    pub fn path(&self, usual: &str, stream: bool) -> Result<String, ApiError> {
        let row = self.provider;
        let own = row.stream_path.as_ref().filter(|_| stream).or(row.path.as_ref());
        Ok(self.endpoint.along(&self.filled(own.map_or(usual, String::as_str))?))
    }

    /// The provider's own name of the model.
    #[must_use]
    pub fn own_model(&self) -> &str {
        self.provider.dialect.dialect().model_id(self.provider.own_name(&self.model))
    }

    fn filled(&self, template: &str) -> Result<String, ApiError> {
        let mut path = String::with_capacity(template.len().saturating_add(64));
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (names, after) = after.split_once('}').unwrap_or((after, ""));
            path.push_str(before);
            path.push_str(&segment(self.value(names)?)?);
            rest = after;
        }
        path.push_str(rest);
        Ok(path)
    }

    /// The first of the names `a|b` that has a value; a number is that part of the model's name.
    fn value(&self, names: &str) -> Result<&str, ApiError> {
        if let Ok(part) = names.parse::<usize>() {
            return self.part(part);
        }
        let value =
            |name| if name == "model" { Some(self.own_model()) } else { self.setting(name) };
        names.split('|').find_map(value).ok_or_else(|| {
            let name = names.split('|').next().unwrap_or_default();
            let provider = &self.provider.name;
            ApiError::new(
                500,
                format!(
                    "The deployment's address depends on `{name}`, which its `litellm_params` do \
                     not set for {provider}."
                ),
            )
            .with_param(name)
        })
    }

    /// One of the parts that the model's name is made of.
    fn part(&self, part: usize) -> Result<&str, ApiError> {
        let parts = self.provider.quirks.parts(self.own_model());
        parts.and_then(|parts| parts.get(part).copied()).ok_or_else(|| {
            let message = format!(
                "The model name {:?} lacks a part that the address of {} needs.",
                self.model, self.provider.name
            );
            ApiError::invalid(message).with_param("model")
        })
    }
}
