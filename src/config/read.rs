//! The whole document.

use super::cluster::ClusterNames;
use super::deployment::{self, Surroundings};
use super::environment::{Environment, MARK};
use super::fallback::{self, Names};
use super::group::{self, Read};
use super::identity;
use super::known::{self, CREDENTIAL, DRAGOMAN, GENERAL, LITELLM, ROOT, ROUTER};
use super::model::{Config, Role};
use super::node::{Node, Reader};
use super::path::Path;
use super::problem::{Problem, Severity};
use super::tool::{self, AccessLog, ToolSettings};
use super::{everything, router};
use crate::dialect::Secret;
use hashbrown::{HashMap, HashSet};
use serde_json::Value;
use std::cell::RefCell;

/// What a document says.
#[derive(Debug)]
pub struct Reading {
    /// To be used only where there are no errors.
    pub config: Config,
    pub tool: ToolSettings,
    /// In the order of reading.
    pub problems: Vec<Problem>,
}

impl Reading {
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// Reads a configuration. Environment variables come from `env`.
#[must_use]
pub fn read(document: &Value, env: &dyn Fn(&str) -> Option<String>) -> Reading {
    let mut reader = Reader {
        environment: Environment { outside: env, declared: HashMap::new() },
        problems: RefCell::default(),
    };
    let declared = declared_variables(&root(document, &reader));
    reader.environment.declared = declared;
    let (config, tool) = sections(&root(document, &reader));
    let mut problems = reader.problems.into_inner();
    // One entry can stand for several deployments, and be wrong for each.
    let mut seen = HashSet::new();
    problems.retain(|problem| seen.insert((problem.path.clone(), problem.message.clone())));
    Reading { config, tool, problems }
}

fn root<'a>(document: &'a Value, reader: &'a Reader<'a>) -> Node<'a> {
    Node { value: document, path: Path::ROOT, reader }
}

/// `environment_variables`: each a value, or the name of another variable.
fn declared_variables(root: &Node<'_>) -> HashMap<String, String> {
    let mut declared = HashMap::new();
    let Some(node) = root.get("environment_variables") else { return declared };
    if node.object().is_none() {
        return declared;
    }
    for (name, member) in node.members() {
        let value = match member.value {
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Number(number) => Some(number.to_string()),
            // LiteLLM passes over a variable that refers to one that is not set.
            Value::String(text) => match text.strip_prefix(MARK) {
                Some(other) => root.reader.environment.get(other),
                None => Some(text.clone()),
            },
            _ => {
                member.expected("a string");
                None
            }
        };
        if let Some(value) = value {
            declared.insert(name.to_owned(), value);
        }
    }
    declared
}

fn sections(root: &Node<'_>) -> (Config, ToolSettings) {
    if !known::check(root, &ROOT) {
        return (Config::default(), ToolSettings::default());
    }
    if let Some(include) = root.get("include") {
        include.error(
            "Files can be included only where there are files: use the `dragoman` tool, which puts \
             them together.",
        );
    }
    let section = |name, table| root.get(name).filter(|node| known::check(node, table));
    let router = section("router_settings", &ROUTER);
    let litellm = section("litellm_settings", &LITELLM);
    let general = section("general_settings", &GENERAL);
    let dragoman = section("dragoman", &DRAGOMAN);
    let (router, litellm, general) = (router.as_ref(), litellm.as_ref(), general.as_ref());
    let (role, limits, tool) = tool::read(dragoman.as_ref(), general);

    let credential_list = root.get("credential_list");
    let credentials = list(credential_list.as_ref(), "credentials");
    for item in &credentials {
        known::check(item, &CREDENTIAL);
    }
    let format = dragoman.as_ref().and_then(|dragoman| dragoman.get("cluster_name_format"));
    let drop_params = litellm.and_then(|litellm| litellm.get("drop_params")?.flag());
    let mut around = Surroundings {
        settings: litellm.copied(),
        credentials: &credentials,
        drop_params: drop_params.unwrap_or(false),
        clusters: ClusterNames::read(format),
    };

    let model_list = root.get("model_list");
    let entries = list(model_list.as_ref(), "deployments");
    // An adapter gets its work from the gateway, which knows the deployments.
    let is_absent = model_list.as_ref().is_none_or(|list| list.value.is_array());
    if entries.is_empty() && is_absent && role != Role::Adapter {
        root.missing("model_list", "`model_list` is missing or empty: there is nothing to serve.");
    }
    let mut read = deployments(&entries, &mut around);
    group::give_ids(&mut read);
    let groups = group::build(&mut read);
    let mut config = Config {
        role,
        groups,
        limits,
        deployments: read.into_iter().map(|read| read.deployment).collect(),
        routing: router::read(router, litellm),
        master_key: master_key(root, general),
        loop_cluster: loop_cluster(dragoman.as_ref()),
        access_log: tool.access_log != AccessLog::Off,
        ..Config::default()
    };
    let declared = entries.iter().filter_map(|entry| entry.value.get("model_name")?.as_str());
    let mut seen = HashSet::new();
    let declared: Vec<&str> = declared.filter(|name| seen.insert(*name)).collect();
    let names = Names { config: &config, declared: declared.clone() };
    config.aliases = fallback::read_aliases(router, &names);
    let mut routing = std::mem::take(&mut config.routing);
    fallback::read_all(router, litellm, &Names { config: &config, declared }, &mut routing);
    config.routing = routing;
    (config, tool)
}

/// The cluster that the tool's own templates give the adapter's listener, or the user's name for it.
fn loop_cluster(section: Option<&Node<'_>>) -> String {
    const DEFAULT: &str = "dragoman_loop";
    let named = section.and_then(|section| section.get("loop_cluster"));
    named
        .and_then(|node| Some(node.name()?.text.into_owned()))
        .unwrap_or_else(|| DEFAULT.to_owned())
}

/// The items of a list, none if it is not there or no list.
fn list<'a>(node: Option<&'a Node<'a>>, of: &str) -> Vec<Node<'a>> {
    node.filter(|node| node.is_list(of)).map(|node| node.items().collect()).unwrap_or_default()
}

fn deployments<'a>(entries: &[Node<'a>], around: &mut Surroundings<'_>) -> Vec<Read<'a>> {
    let mut read = Vec::new();
    for entry in entries {
        let mut add = |value: &Value| {
            let node = Node { value, path: entry.path, reader: entry.reader };
            let deployment = deployment::read(&node, around)?;
            read.push(Read { deployment, entry: *entry, made_id: identity::made_from(value) });
            Some(())
        };
        if everything::is(entry) {
            let expanded = everything::expand(entry, entries);
            for value in &expanded {
                add(value);
            }
        } else {
            add(entry.value);
        }
    }
    read
}

/// `general_settings.master_key`, else LiteLLM's environment variable. One that is named and not set
/// is an error: the gateway must not open to everybody by a slip.
fn master_key(root: &Node<'_>, general: Option<&Node<'_>>) -> Option<Secret> {
    const VARIABLE: &str = "LITELLM_MASTER_KEY";
    let Some(node) = general.and_then(|general| general.get("master_key")) else {
        let found = root.reader.environment.first([VARIABLE]);
        return found.map(|(_, key)| Secret::new(key.trim()));
    };
    let key = node.name()?.text.trim().to_owned();
    if key.chars().any(|c| c.is_control() || c.is_whitespace()) {
        node.error("A key that clients send in a header holds no spaces or control characters.");
        return None;
    }
    Some(Secret::new(key))
}
