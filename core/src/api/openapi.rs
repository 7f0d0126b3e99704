//! The OpenAPI 3.1 document, made from the table and the models: the sandbox serves it, and `cargo xtask generate` writes it down.
//!
//! | file | what |
//! | --- | --- |
//! | `openapi.rs` | the document: paths from the table, webhooks from the event types |
//! | `openapi/schemas.rs` | the models' schemas, as OpenAPI wants them |
//! | `openapi/wire.rs` | what is the same for every operation: proofs, headers, refusals |

mod schemas;
mod wire;

use super::{API_VERSION, EventType, OPERATIONS, Operation};
use serde_json::{Map, Value, json};

/// The whole API as an OpenAPI 3.1 document, for a gateway at `server_url`.
#[must_use]
pub fn openapi(server_url: &str) -> Value {
    let mut schemas = schemas::all();
    let paths = paths(&mut schemas);
    json!({
        "openapi": "3.1.1",
        "info": info(),
        "servers": [{ "url": server_url }],
        "tags": tags(),
        "paths": paths,
        "webhooks": webhooks(),
        "components": {
            "schemas": schemas,
            "parameters": wire::parameters(),
            "headers": wire::headers(),
            "responses": wire::responses(),
            "securitySchemes": wire::security_schemes(),
        },
    })
}

fn info() -> Value {
    json!({
        "title": "OKPay API",
        "version": API_VERSION,
        "summary": "Take payments, give refunds, know fees.",
        "description": wire::DESCRIPTION,
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
}

/// One tag a group, in the order of the table, and one for the webhooks.
fn tags() -> Vec<Value> {
    let mut groups = OPERATIONS.iter().map(|operation| operation.group).collect::<Vec<_>>();
    groups.dedup();
    groups.push("webhooks");
    groups.into_iter().map(|group| json!({ "name": group })).collect()
}

fn paths(schemas: &mut Map<String, Value>) -> Value {
    let mut paths = json!({});
    for operation in OPERATIONS {
        paths[operation.path][operation.verb.to_lowercase()] = entry(operation, schemas);
    }
    paths
}

fn entry(operation: &Operation, schemas: &mut Map<String, Value>) -> Value {
    let reply = schemas::reference(operation.reply);
    let said = schemas.get(operation.reply).and_then(|schema| schema["description"].as_str()).unwrap_or(operation.reply);
    let mut entry = json!({
        "operationId": operation.name.replace('.', "_"),
        "tags": [operation.group],
        "summary": summary(operation.doc),
        "description": operation.doc.replace('\n', " "),
        "security": security(operation),
        "responses": {
            "200": { "description": said, "headers": wire::answer_headers(operation), "content": { "application/json": { "schema": reply } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
    let mut parameters = wire::request_parameters(operation);
    match operation.params {
        Some(model) if operation.is_write() => {
            schemas::refuse_unknown_fields(schemas, model);
            entry["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schemas::reference(model) } } });
        }
        Some(model) => parameters.extend(schemas::take_query(schemas, model)),
        None => {}
    }
    entry["parameters"] = parameters.into();
    entry
}

/// The first sentence, without its full stop.
fn summary(doc: &str) -> String {
    let text = doc.replace('\n', " ");
    text.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// Any one of the proofs listed is enough.
fn security(operation: &Operation) -> Value {
    operation.callers().iter().map(|scope| json!({ scope.as_str(): [] })).collect()
}

/// One webhook an event type: an event whose `data` is the resource that the type names before its dot.
fn webhooks() -> Value {
    let webhooks = EventType::KNOWN.iter().map(|event_type| {
        let text = event_type.as_str();
        let (resource, _) = text.split_once('.').unwrap_or((text, ""));
        let narrowed = json!({ "properties": { "type": { "const": text }, "data": schemas::reference(&schemas::model_name(resource)) } });
        let schema = json!({ "allOf": [schemas::reference("Event"), narrowed] });
        let post = json!({
            "operationId": format!("webhook_{}", text.replace('.', "_")),
            "tags": ["webhooks"],
            "summary": text,
            "security": [],
            "parameters": wire::webhook_parameters(),
            "requestBody": { "required": true, "content": { "application/json": { "schema": schema } } },
            "responses": wire::webhook_responses(),
        });
        (text.to_owned(), json!({ "post": post }))
    });
    Value::Object(webhooks.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value of the document, with its path.
    fn walk<'doc>(path: &str, value: &'doc Value, visit: &mut impl FnMut(&str, &'doc Value)) {
        visit(path, value);
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| walk(&format!("{path}/{name}"), member, visit)),
            Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| walk(&format!("{path}/{index}"), item, visit)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi("https://api.okpay.test");
        let mut seen = 0;
        walk("", &document, &mut |path, value| {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                assert!(target.is_some(), "{path} leads to {reference}, which is not there");
                seen += 1;
            }
        });
        assert!(seen > OPERATIONS.len());
    }

    #[test]
    fn every_component_is_used() {
        let document = openapi("https://api.okpay.test");
        let mut used = std::collections::BTreeSet::new();
        walk("", &document, &mut |_, value| {
            used.extend(value.get("$ref").and_then(Value::as_str));
        });
        for kind in ["schemas", "parameters", "headers", "responses"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                assert!(used.contains(format!("#/components/{kind}/{name}").as_str()), "nothing uses {kind}/{name}");
            }
        }
    }

    #[test]
    fn every_operation_is_there_with_what_it_takes_and_gives() {
        let document = openapi("https://api.okpay.test");
        for operation in OPERATIONS {
            let entry = &document["paths"][operation.path][operation.verb.to_lowercase()];
            assert_eq!(entry["operationId"], operation.name.replace('.', "_"));
            let reply = &entry["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(*reply, format!("#/components/schemas/{}", operation.reply));
            assert_eq!(entry.get("requestBody").is_some(), operation.is_write() && operation.params.is_some(), "{}", operation.name);
            let takes = |name: &str| entry["parameters"].as_array().unwrap().iter().any(|parameter| parameter["$ref"] == name);
            assert_eq!(takes("#/components/parameters/Id"), operation.takes_id, "{}", operation.name);
            assert_eq!(takes("#/components/parameters/Idempotency-Key"), operation.is_write(), "{}", operation.name);
        }
        let entries = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
        assert_eq!(entries.sum::<usize>(), OPERATIONS.len());
    }

    #[test]
    fn every_event_type_carries_its_resource() {
        let document = openapi("https://api.okpay.test");
        assert_eq!(document["webhooks"].as_object().unwrap().len(), EventType::KNOWN.len());
        let body = &document["webhooks"]["checkout_session.completed"]["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(body["allOf"][1]["properties"]["data"]["$ref"], "#/components/schemas/CheckoutSession");
    }

    #[test]
    fn every_schema_and_field_is_described() {
        let document = openapi("https://api.okpay.test");
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(schema["description"].is_string(), "{name} has no description");
            for (field, property) in schema["properties"].as_object().into_iter().flatten() {
                assert!(property["description"].is_string(), "{name}.{field} has no description");
            }
        }
    }

    #[test]
    fn the_query_of_a_list_is_optional_and_never_null() {
        let document = openapi("https://api.okpay.test");
        let parameters = document["paths"]["/v1/payments"]["get"]["parameters"].as_array().unwrap();
        let limit = parameters.iter().find(|parameter| parameter["name"] == "limit").unwrap();
        assert_eq!((&limit["in"], &limit["required"], &limit["schema"]["type"]), (&json!("query"), &json!(false), &json!("integer")));
        let status = parameters.iter().find(|parameter| parameter["name"] == "status").unwrap();
        assert_eq!(status["schema"], json!({ "$ref": "#/components/schemas/PaymentStatus" }));
    }
}
