//! The models' schemas (JSON Schema 2020-12), as OpenAPI wants them.

use crate::api::{Problem, register_schemas};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The schema of every model that an operation names, of all they hold, and of the body of a refusal.
pub(super) fn all() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    register_schemas(&mut generator);
    generator.subschema_for::<Problem>();
    let mut schemas = generator.take_definitions(true);
    schemas.values_mut().for_each(plain_descriptions);
    schemas
}

/// Doc comments link to other items of the crate; readers of the document have no crate.
fn plain_descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " ");
            }
            members.values_mut().for_each(plain_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(plain_descriptions),
        _ => {}
    }
}

/// A reference to the schema of a model.
pub(super) fn reference(model: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{model}") })
}

/// `CheckoutSession` for `checkout_session`.
pub(super) fn model_name(resource: &str) -> String {
    let words = resource.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    });
    words.collect()
}

/// The gateway refuses what it does not know in a request; a reply may have more than its schema says.
pub(super) fn refuse_unknown_fields(schemas: &mut Map<String, Value>, model: &str) {
    if let Some(schema) = schemas.get_mut(model) {
        schema["additionalProperties"] = json!(false);
    }
}

/// Takes the model of a query out of the schemas, and gives each field as a parameter.
pub(super) fn take_query(schemas: &mut Map<String, Value>, model: &str) -> Vec<Value> {
    let schema = schemas.remove(model).unwrap_or_default();
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|other| other == name));
    let fields = schema["properties"].as_object().into_iter().flatten();
    let parameters = fields.map(|(name, field)| {
        let description = field["description"].clone();
        json!({ "name": name, "in": "query", "required": required(name), "description": description, "schema": never_null(field) })
    });
    parameters.collect()
}

/// The schema of an optional field where absence is the only way to leave it out.
fn never_null(field: &Value) -> Value {
    let mut schema = field.clone();
    let Some(members) = schema.as_object_mut() else { return schema };
    members.remove("description");
    if let Some(Value::Array(choices)) = members.remove("anyOf") {
        return choices.into_iter().find(|choice| choice["type"] != "null").unwrap_or_default();
    }
    if let Some(Value::Array(types)) = members.get("type").cloned() {
        members.insert("type".to_owned(), types.into_iter().find(|name| name != "null").unwrap_or_default());
    }
    schema
}
