//! The models' JSON Schemas, read once into what a template needs to know.

use anyhow::{Context, Result, bail};
use okpay::api::{OPERATIONS, register_schemas};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// Written by hand, as values of their own.
const NATIVE: [&str; 3] = ["Money", "Timestamp", "Currency"];

/// Everything that is a type in the languages.
pub(crate) struct Schemas {
    pub(crate) models: Vec<Model>,
    pub(crate) sets: Vec<OpenSet>,
}

/// A record.
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) doc: String,
    /// What is required first, in the order of its definition, then the rest by name.
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) kind: Kind,
    /// Whether a value must be there. A list or map that may be left out is empty then, everything else is none.
    pub(crate) required: bool,
    /// Whether it is marked `#[secret]` in core: then it is never printed.
    pub(crate) is_secret: bool,
}

/// What a field holds.
#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    Text,
    Whole,
    Truth,
    Time,
    Money,
    Set(String),
    Model(String),
    List(Box<Kind>),
    Texts,
    /// The resource of an event.
    EventData,
}

/// A set of texts that may grow.
pub(crate) struct OpenSet {
    pub(crate) name: String,
    pub(crate) doc: String,
    /// Text and meaning.
    pub(crate) values: Vec<(String, String)>,
}

impl Kind {
    /// The model that it is or lists.
    fn model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            Self::List(inner) => inner.model(),
            _ => None,
        }
    }
}

impl Field {
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self.kind, Kind::List(_) | Kind::Texts)
    }
}

impl Schemas {
    pub(crate) fn read() -> Result<Self> {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        register_schemas(&mut generator);
        generator.subschema_for::<okpay::ErrorCode>();
        generator.subschema_for::<okpay::advice::Advice>();
        generator.subschema_for::<okpay::webhooks::Diagnosis>();
        generator.subschema_for::<okpay::checks::CardNumberCheck>();
        generator.subschema_for::<okpay::checks::CardExpiryCheck>();
        generator.subschema_for::<okpay::checks::SecurityCodeCheck>();
        generator.subschema_for::<okpay::checks::Iban>();
        generator.subschema_for::<okpay::checks::CryptoAddress>();
        generator.subschema_for::<okpay::payment_requests::PaymentRequest>();
        generator.subschema_for::<okpay::api::OfficialKind>();
        generator.subschema_for::<okpay::api::OfficialCheck>();
        let definitions = generator.take_definitions(true);
        check_names(&definitions)?;
        let mut schemas = Self { models: Vec::new(), sets: Vec::new() };
        for (name, schema) in definitions.iter().filter(|(name, _)| !NATIVE.contains(&name.as_str())) {
            match schema["anyOf"].as_array() {
                Some(choices) => schemas.sets.push(open_set(name, schema, choices)),
                None => schemas.models.push(model(name, schema, &definitions).with_context(|| format!("the model {name}"))?),
            }
        }
        schemas.check_replies()?;
        Ok(schemas)
    }

    /// Parameters are only ever sent, and cannot be read in every language: what a reply holds is a model of its own.
    fn check_replies(&self) -> Result<()> {
        for model in self.models.iter().filter(|model| !Self::is_params(&model.name)) {
            for field in &model.fields {
                if let Some(held) = field.kind.model().filter(|held| Self::is_params(held)) {
                    bail!("{}.{} holds {held}, which are parameters: give it a model of its own", model.name, field.name);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn model(&self, name: &str) -> Result<&Model> {
        self.models.iter().find(|model| model.name == name).with_context(|| format!("there is no model {name}"))
    }

    /// Whether a model is only ever sent: then its class is of no use.
    pub(crate) fn is_params(name: &str) -> bool {
        OPERATIONS.iter().any(|operation| operation.params == Some(name))
    }
}

/// Two types of one name would get a number in every language, and an import of the name might mean the other one.
fn check_names(definitions: &Map<String, Value>) -> Result<()> {
    let twin = |name: &&String| {
        let first = name.trim_end_matches(|last: char| last.is_ascii_digit());
        first != name.as_str() && definitions.contains_key(first)
    };
    match definitions.keys().find(twin) {
        Some(name) => bail!("{name} is the second type of its name: give it another"),
        None => Ok(()),
    }
}

fn open_set(name: &str, schema: &Value, choices: &[Value]) -> OpenSet {
    let values = choices.iter().filter_map(|choice| Some((choice["const"].as_str()?.to_owned(), doc(choice))));
    OpenSet { name: name.to_owned(), doc: doc(schema), values: values.collect() }
}

fn model(name: &str, schema: &Value, definitions: &Map<String, Value>) -> Result<Model> {
    let properties = schema["properties"].as_object().context("it has no properties")?;
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    let rest = properties.keys().map(String::as_str).filter(|field| !required.contains(field));
    let fields = required.iter().copied().chain(rest).map(|field| {
        let kind = match (name, field) {
            ("Event", "data") => Kind::EventData,
            _ => kind(&properties[field], definitions).with_context(|| format!("the field {field}"))?,
        };
        let schema = &properties[field];
        let is_secret = schema["x-okpay-secret"] == true;
        Ok(Field { name: field.to_owned(), doc: doc(schema), kind, required: required.contains(&field), is_secret })
    });
    Ok(Model { name: name.to_owned(), doc: doc(schema), fields: fields.collect::<Result<_>>()? })
}

fn kind(schema: &Value, definitions: &Map<String, Value>) -> Result<Kind> {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().unwrap_or(target);
        return Ok(match name {
            "Money" => Kind::Money,
            "Timestamp" => Kind::Time,
            "Currency" => Kind::Text,
            _ if definitions[name]["anyOf"].is_array() => Kind::Set(name.to_owned()),
            _ => Kind::Model(name.to_owned()),
        });
    }
    if let Some(choice) = schema["anyOf"].as_array().and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")) {
        return kind(choice, definitions);
    }
    let types = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    Ok(match types.iter().filter_map(Value::as_str).find(|name| *name != "null") {
        Some("string") => Kind::Text,
        Some("integer") => Kind::Whole,
        Some("boolean") => Kind::Truth,
        Some("array") => Kind::List(Box::new(kind(&schema["items"], definitions)?)),
        Some("object") if schema["additionalProperties"]["type"] == "string" => Kind::Texts,
        _ => bail!("no type for {schema}"),
    })
}

/// The doc comment in one line. Its links lead to other items of the crate, which readers of other languages do not have.
fn doc(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace("[`", "`").replace("`]", "`").replace('\n', " ")
}

/// `CheckoutSessions` for `checkout_sessions`.
pub(crate) fn class_name(group: &str) -> String {
    let words = group.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    });
    words.collect()
}
