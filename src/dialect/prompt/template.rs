//! The conversation as one text.
//!
//! A model's own template is in its repository, where a gateway cannot look. So its name tells the few
//! templates that are known here ([`KNOWN`]); for all others the texts stand one after the other with a
//! blank line between them, and where the assistant has spoken before, with names of who says what:
//!
//! ```text
//! Be brief.
//!
//! User: Hi
//!
//! Assistant: Yes?
//!
//! User: Go on
//!
//! Assistant:
//! ```
//!
//! The token that begins a text is not written: whoever runs the model adds it.

use super::{Speaker, Turn};

/// How a model was taught to read a conversation.
#[derive(Debug)]
pub struct Template {
    /// Its models' names hold a word of each of these lists.
    names: &'static [&'static [&'static str]],
    /// What stands around a text of the system's, the user's, the assistant's.
    system: (&'static str, &'static str),
    user: (&'static str, &'static str),
    assistant: (&'static str, &'static str),
    /// The system's texts are part of the user's turn, as are all of the user's until the model answers.
    merges: bool,
    /// Stands before a turn of the user's that is not the first.
    again: &'static str,
    /// Asks the model to speak.
    invitation: &'static str,
}

/// Templates that a model's name tells.
const KNOWN: [Template; 3] = [
    // <https://huggingface.co/blog/llama2#how-to-prompt-llama-2>
    Template {
        names: &[&["llama-2", "codellama"], &["chat", "instruct"]],
        system: ("<<SYS>>\n", "\n<</SYS>>\n\n"),
        user: ("[INST] ", " [/INST]"),
        assistant: (" ", "</s>"),
        merges: true,
        again: "<s>",
        invitation: "",
    },
    // <https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/>
    Template {
        names: &[&["llama-3", "llama3"], &["instruct"]],
        system: ("<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"),
        user: ("<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"),
        assistant: ("<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"),
        merges: false,
        again: "",
        invitation: "<|start_header_id|>assistant<|end_header_id|>\n\n",
    },
    // <https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.2>
    Template {
        names: &[&["mistral", "mixtral"], &["instruct"]],
        system: ("", "\n\n"),
        user: ("[INST] ", " [/INST]"),
        assistant: (" ", "</s>"),
        merges: true,
        again: "",
        invitation: "",
    },
];

/// Who says what, in words.
const LABELS: Template = Template {
    names: &[],
    system: ("", "\n\n"),
    user: ("User: ", "\n\n"),
    assistant: ("Assistant: ", "\n\n"),
    merges: false,
    again: "",
    invitation: "Assistant:",
};

impl Template {
    /// The one that the name of `model` tells.
    #[must_use]
    pub fn of(model: &str) -> Option<&'static Self> {
        let model = model.to_ascii_lowercase();
        let has = |words: &&[&str]| words.iter().any(|word| model.contains(word));
        KNOWN.iter().find(|template| template.names.iter().all(has))
    }

    fn write(&self, turns: &[Turn]) -> String {
        let mut prompt = String::new();
        // The texts that lead up to the model's next turn, where turns of one side are one.
        let mut lead = String::new();
        for turn in turns {
            let (before, after) = match turn.speaker {
                Speaker::System => self.system,
                Speaker::User => self.user,
                Speaker::Assistant => self.assistant,
            };
            let text = turn.text.as_str();
            match turn.speaker {
                Speaker::User if self.merges => {
                    let apart = if lead.is_empty() || lead.ends_with("\n\n") { "" } else { "\n\n" };
                    lead.extend([apart, text]);
                }
                Speaker::System if self.merges => lead.extend([before, text, after]),
                _ => {
                    self.flush(&mut prompt, &mut lead);
                    prompt.extend([before, text, after]);
                }
            }
        }
        self.flush(&mut prompt, &mut lead);
        prompt.push_str(self.invitation);
        prompt
    }

    /// Ends the user's turn, if one is under way.
    fn flush(&self, prompt: &mut String, lead: &mut String) {
        if !lead.is_empty() {
            let again = if prompt.is_empty() { "" } else { self.again };
            prompt.extend([again, self.user.0, lead, self.user.1]);
            lead.clear();
        }
    }
}

/// The prompt, by the model's template or, without one, by nobody's.
#[must_use]
pub fn write(template: Option<&Template>, turns: &[Turn]) -> String {
    match template {
        Some(template) => template.write(turns),
        None if turns.iter().any(|turn| turn.speaker == Speaker::Assistant) => LABELS.write(turns),
        None => turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>().join("\n\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(said: &[(Speaker, &str)]) -> Vec<Turn> {
        said.iter()
            .map(|(speaker, text)| Turn { speaker: *speaker, text: (*text).into() })
            .collect()
    }

    fn prompt(model: &str) -> String {
        let said = [
            (Speaker::System, "S"),
            (Speaker::User, "U"),
            (Speaker::Assistant, "A"),
            (Speaker::User, "V"),
            (Speaker::User, "W"),
        ];
        write(Template::of(model), &turns(&said))
    }

    #[test]
    fn the_name_tells_the_template() {
        assert_eq!(
            prompt("meta-llama/Llama-2-7b-chat-hf"),
            "[INST] <<SYS>>\nS\n<</SYS>>\n\nU [/INST] A</s><s>[INST] V\n\nW [/INST]"
        );
        assert_eq!(
            prompt("meta-llama/Meta-Llama-3-8B-Instruct"),
            "<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>\
             <|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nV<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nW<|eot_id|>\
             <|start_header_id|>assistant<|end_header_id|>\n\n"
        );
        assert_eq!(
            prompt("mistralai/Mistral-7B-Instruct-v0.2"),
            "[INST] S\n\nU [/INST] A</s>[INST] V\n\nW [/INST]"
        );
    }

    #[test]
    fn without_a_template_the_speakers_are_named_once_both_have_spoken() {
        assert_eq!(
            prompt("my-endpoint"),
            "S\n\nUser: U\n\nAssistant: A\n\nUser: V\n\nUser: W\n\nAssistant:"
        );
        let one = |said: &[(Speaker, &str)]| write(None, &turns(said));
        assert_eq!(one(&[(Speaker::User, "Once upon a ")]), "Once upon a ");
        assert_eq!(one(&[(Speaker::System, "S"), (Speaker::User, "U")]), "S\n\nU");
    }
}
