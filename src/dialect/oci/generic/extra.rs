//! Members that are objects of OpenAI's and are spelled otherwise by Oracle.

use crate::dialect::Params;
use crate::openai::request::Field;
use crate::openai::{ApiError, Content};
use crate::wire::object::object;
use serde::Serialize;

/// `prediction`: what most of the answer is known to be.
#[derive(Debug, Serialize)]
pub struct Prediction {
    r#type: &'static str,
    content: Vec<Text>,
}

#[derive(Debug, Serialize)]
struct Text {
    r#type: &'static str,
    text: String,
}

impl Prediction {
    /// # Errors
    /// 400 for a prediction that is no text.
    pub fn read(field: &Field<'_>) -> Result<Self, ApiError> {
        object! {
            struct Written {
                kind("type"): String,
                content("content"): Content,
            }
        }
        let wrong = |path: &str, what: &str| {
            Err(ApiError::invalid(format!("`{path}` must be {what}.")).with_param(path))
        };
        let written: Written = field.read()?;
        if written.kind != "content" {
            return wrong("prediction.type", "content");
        }
        let texts = match written.content {
            Content::Absent => Vec::new(),
            Content::Text(text) => vec![Some(text)],
            Content::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        };
        let texts: Option<Vec<String>> = texts.into_iter().collect();
        let Some(texts) = texts.filter(|texts| !texts.is_empty()) else {
            return wrong("prediction.content", "a text, or a list of texts");
        };
        let content = texts.into_iter().map(|text| Text { r#type: "TEXT", text }).collect();
        Ok(Self { r#type: "CONTENT", content })
    }
}

/// `web_search_options`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebSearch {
    #[serde(skip_serializing_if = "Option::is_none")]
    search_context_size: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
}

impl WebSearch {
    /// # Errors
    /// 400 for options that Oracle does not know.
    pub fn read(field: &Field<'_>, params: &mut Params<'_>) -> Result<Option<Self>, ApiError> {
        object! {
            struct Approximate {
                city("city"): Option<String>,
                region("region"): Option<String>,
                country("country"): Option<String>,
                timezone("timezone"): Option<String>,
            }
        }
        object! {
            struct UserLocation {
                approximate("approximate"): Approximate,
            }
        }
        object! {
            struct Written {
                size("search_context_size"): Option<String>,
                location("user_location"): Option<UserLocation>,
            }
        }
        let Written { size, location, extra } = field.read()?;
        for (name, _) in extra {
            params.unsupported(&format!("web_search_options.{name}"), super::members::UNKNOWN)?;
        }
        let search_context_size = match size.as_deref() {
            None => None,
            Some("low") => Some("LOW"),
            Some("medium") => Some("MEDIUM"),
            Some("high") => Some("HIGH"),
            Some(other) => {
                let why = format!("it is `{other}`; Oracle knows low, medium and high");
                params.unsupported("web_search_options.search_context_size", &why)?;
                None
            }
        };
        let user_location = location.map(|location| {
            let Approximate { city, region, country, timezone, .. } = location.approximate;
            Location { city, region, country, timezone }
        });
        Ok(Some(Self { search_context_size, user_location }))
    }
}
