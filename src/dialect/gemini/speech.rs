//! `modalities` and `audio`: what the model answers in.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/speech-generation>, `…/image-generation`.

use super::model::Model;
use super::native::{self, Json, Object};
use crate::dialect::Params;
use crate::openai::ApiError;
use crate::openai::request::Field;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// OpenAI's voices and the nearest of Gemini's; LiteLLM's choice. Other names are Gemini's own.
const VOICES: [(&str, &str); 12] = [
    ("alloy", "Kore"),
    ("ash", "Iapetus"),
    ("ballad", "Algieba"),
    ("cedar", "Achird"),
    ("coral", "Sulafat"),
    ("echo", "Charon"),
    ("fable", "Umbriel"),
    ("marin", "Despina"),
    ("onyx", "Orus"),
    ("sage", "Vindemiatrix"),
    ("shimmer", "Achernar"),
    ("verse", "Puck"),
];

/// Reads `modalities` into Google's words.
///
/// # Errors
/// 400 for one that is none.
pub fn modalities(field: &Field<'_>) -> Result<Vec<&'static str>, ApiError> {
    let known = |name: String| match name.to_ascii_lowercase().as_str() {
        "text" => Ok("TEXT"),
        "image" => Ok("IMAGE"),
        "audio" => Ok("AUDIO"),
        "video" => Ok("VIDEO"),
        _ => Err(ApiError::invalid(format!(
            "`modalities` holds `{name}`; it may hold text, image, audio and video."
        ))
        .with_param("modalities")),
    };
    field.read::<Vec<String>>()?.into_iter().map(known).collect()
}

/// Adds `responseModalities` and `speechConfig` to the generation's settings.
///
/// # Errors
/// 400 for an audio format other than the one that Gemini speaks in.
pub fn add<'a>(
    modalities: &[&'static str],
    audio: Option<&'a RawValue>,
    model: &Model,
    config: &mut Object<'a>,
    params: &mut Params<'_>,
) -> Result<(), ApiError> {
    let mut modalities = modalities.to_vec();
    if let Some(audio) = audio {
        config.set("speechConfig", speech_config(audio, params)?);
        if !modalities.contains(&"AUDIO") {
            modalities.push("AUDIO");
        }
    }
    // OpenAI's audio always has its text beside it; speech models answer in audio alone.
    if model.speaks() && modalities.contains(&"AUDIO") {
        modalities.retain(|modality| *modality == "AUDIO");
    }
    if !matches!(modalities.as_slice(), [] | ["TEXT"]) {
        config.set_ours("responseModalities", modalities);
    }
    Ok(())
}

/// OpenAI's `{"voice", "format"}`, or Google's own settings of speech in its place.
fn speech_config<'a>(audio: &'a RawValue, params: &mut Params<'_>) -> Result<Json<'a>, ApiError> {
    let mut config = serde_json::Map::new();
    for (name, value) in native::value_members(audio, "audio")? {
        match (name.as_str(), value) {
            ("voice", Value::String(voice)) => {
                let nearest = VOICES.iter().find(|(own, _)| own.eq_ignore_ascii_case(&voice));
                let voice = nearest.map_or(voice, |(_, name)| (*name).to_owned());
                config.insert(
                    "voiceConfig".into(),
                    json!({"prebuiltVoiceConfig": {"voiceName": voice}}),
                );
            }
            ("format", Value::String(format)) if format == "pcm16" => {}
            ("format", _) => {
                params.unsupported("audio.format", "Gemini speaks in pcm16 only")?;
            }
            ("speechConfig" | "speech_config", Value::Object(own)) => config.extend(own),
            ("voiceConfig" | "voice_config", value) => {
                config.insert("voiceConfig".into(), value);
            }
            ("multiSpeakerVoiceConfig" | "multi_speaker_voice_config", value) => {
                config.insert("multiSpeakerVoiceConfig".into(), value);
            }
            ("languageCode" | "language_code", value) => {
                config.insert("languageCode".into(), value);
            }
            (other, _) => {
                params.unsupported(&format!("audio.{other}"), "Gemini has no such setting")?;
            }
        }
    }
    Ok(Json::Ours(Value::Object(config)))
}
