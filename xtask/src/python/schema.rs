//! The models' JSON Schemas, read once into what a template needs to know.

use anyhow::{Context, Result, bail};
use okpay::api::{OPERATIONS, register_schemas};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// Written by hand, as values of their own.
const NATIVE: [&str; 3] = ["Money", "Timestamp", "Currency"];

/// Everything that has a class in Python.
pub(super) struct Schemas {
    pub(super) models: Vec<Model>,
    pub(super) sets: Vec<OpenSet>,
}

/// A record.
pub(super) struct Model {
    pub(super) name: String,
    pub(super) doc: String,
    /// What is required first, in the order of its definition, then the rest by name.
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) kind: Kind,
    /// Whether a value must be there. A list or map that may be left out is empty then, everything else is none.
    pub(super) required: bool,
}

/// What a field holds.
#[derive(Clone, PartialEq)]
pub(super) enum Kind {
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
pub(super) struct OpenSet {
    pub(super) name: String,
    pub(super) doc: String,
    /// Text and meaning.
    pub(super) values: Vec<(String, String)>,
}

impl Field {
    pub(super) fn is_collection(&self) -> bool {
        matches!(self.kind, Kind::List(_) | Kind::Texts)
    }
}

impl Schemas {
    pub(super) fn read() -> Result<Self> {
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
        let definitions = generator.take_definitions(true);
        let mut schemas = Self { models: Vec::new(), sets: Vec::new() };
        for (name, schema) in definitions.iter().filter(|(name, _)| !NATIVE.contains(&name.as_str())) {
            match schema["anyOf"].as_array() {
                Some(choices) => schemas.sets.push(open_set(name, schema, choices)),
                None => schemas.models.push(model(name, schema, &definitions).with_context(|| format!("the model {name}"))?),
            }
        }
        Ok(schemas)
    }

    pub(super) fn model(&self, name: &str) -> Result<&Model> {
        self.models.iter().find(|model| model.name == name).with_context(|| format!("there is no model {name}"))
    }

    /// Whether a model is only ever sent: then its class is of no use.
    pub(super) fn is_params(name: &str) -> bool {
        OPERATIONS.iter().any(|operation| operation.params == Some(name))
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
        Ok(Field { name: field.to_owned(), doc: doc(&properties[field]), kind, required: required.contains(&field) })
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
        _ => bail!("no Python type for {schema}"),
    })
}

/// The doc comment in one line. Its links lead to other items of the crate, which readers in Python do not have.
fn doc(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace("[`", "`").replace("`]", "`").replace('\n', " ")
}
