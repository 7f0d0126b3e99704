//! The reference page, in Markdown, from the OpenAPI document and the table: operations by group, models, events, codes.

use crate::waits;
use okpay::api::{EventType, OPERATIONS, Operation};
use okpay::{DeclineCode, ErrorCode};
use serde_json::Value;

/// Models that have a section of their own further down.
const OPEN_SETS_OF_THEIR_OWN: [(&str, &str); 3] =
    [("EventType", "Event types"), ("ErrorCode", "Error codes"), ("DeclineCode", "Decline codes")];

/// The whole page.
pub(crate) fn reference(document: &Value) -> String {
    let version = text(&document["info"]["version"]);
    let mut page = format!("# Reference of the OKPay API {version}\n\n{}\n", text(&document["info"]["description"]));
    let mut group = "";
    for operation in OPERATIONS {
        if operation.group != group {
            group = operation.group;
            page += &format!("\n## {group}\n");
        }
        page += &section(document, operation);
    }
    page + &models(document) + &events(document) + &error_codes(document) + &decline_codes(document)
}

fn section(document: &Value, operation: &Operation) -> String {
    let Operation { name, verb, path, reply, .. } = operation;
    let callers = operation.callers().iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    let doc = operation.doc.replace('\n', " ");
    let entry = &document["paths"][*path][verb.to_lowercase()];
    let body = &entry["requestBody"]["content"]["application/json"]["schema"];
    let mut rows = if body.is_null() { query_rows(entry) } else { field_rows(document, target(body)) };
    rows.sort_by_key(|cells| cells.get(2).is_some_and(String::is_empty));
    let parameters = if rows.is_empty() { String::new() } else { table(&["parameter", "type", "required", "description"], &rows) };
    let waits = waits::about(operation).map(|about| format!("\nThe clients have `wait`: {}{}\n", about[..1].to_lowercase(), &about[1..]));
    let waits = waits.unwrap_or_default();
    format!("\n### {name}\n\n`{verb} {path}` · {callers}\n\n{doc}\n{waits}{parameters}\nGives {}.\n", link(reply))
}

fn query_rows(entry: &Value) -> Vec<Vec<String>> {
    let parameters = entry["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query");
    parameters
        .map(|parameter| {
            let required = if parameter["required"] == true { "yes" } else { "" };
            row(text(&parameter["name"]), &parameter["schema"], required, &parameter["description"])
        })
        .collect()
}

/// Every model that is not the parameters of an operation, which stand with it.
fn models(document: &Value) -> String {
    let is_parameters = |name: &str| OPERATIONS.iter().any(|operation| operation.params == Some(name));
    let models = members(&document["components"]["schemas"]).filter(|(name, _)| !is_parameters(name));
    let sections = models.map(|(name, schema)| format!("\n### {name}\n\n{}\n{}", text(&schema["description"]), model(document, name)));
    format!("\n## Models\n{}", sections.collect::<String>())
}

fn model(document: &Value, name: &str) -> String {
    let schema = &document["components"]["schemas"][name];
    if let Some((_, title)) = OPEN_SETS_OF_THEIR_OWN.iter().find(|(open_set, _)| *open_set == name) {
        return format!("\nSee [{title}](#{}).\n", title.to_lowercase().replace(' ', "-"));
    }
    match schema["anyOf"].as_array() {
        Some(choices) => table(&["value", "meaning"], &choices.iter().filter_map(choice_row).collect::<Vec<_>>()),
        None if schema["properties"].is_object() => table(&["field", "type", "required", "description"], &field_rows(document, name)),
        None => String::new(),
    }
}

fn field_rows(document: &Value, model: &str) -> Vec<Vec<String>> {
    let schema = &document["components"]["schemas"][model];
    let is_required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|other| other == name));
    members(&schema["properties"])
        .map(|(name, field)| row(name, field, if is_required(name) { "yes" } else { "" }, &field["description"]))
        .collect()
}

fn row(name: &str, schema: &Value, required: &str, description: &Value) -> Vec<String> {
    let secret = if schema["x-okpay-secret"] == true { ", secret" } else { "" };
    vec![format!("`{name}`"), type_of(schema) + secret, required.to_owned(), text(description).to_owned()]
}

fn choice_row(choice: &Value) -> Option<Vec<String>> {
    let value = choice["const"].as_str()?;
    Some(vec![format!("`{value}`"), text(&choice["description"]).to_owned()])
}

/// The type in words, with a link where it is a model.
fn type_of(schema: &Value) -> String {
    if schema["$ref"].is_string() {
        return link(target(schema));
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choices = choices.iter().filter(|choice| choice["type"] != "null");
        return choices.map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let types = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    match types.iter().filter_map(Value::as_str).find(|name| *name != "null") {
        Some("array") => format!("list of {}", type_of(&schema["items"])),
        Some("object") if schema["additionalProperties"].is_object() => format!("map of {}", type_of(&schema["additionalProperties"])),
        Some("string") => "text".to_owned(),
        Some(name) => name.to_owned(),
        None => "any".to_owned(),
    }
}

fn events(document: &Value) -> String {
    let rows = EventType::KNOWN.iter().map(|event_type| {
        let body = &document["webhooks"][event_type.as_str()]["post"]["requestBody"]["content"]["application/json"]["schema"];
        let data = target(&body["allOf"][1]["properties"]["data"]);
        vec![format!("`{event_type}`"), link(data), meaning(document, "EventType", event_type.as_str())]
    });
    format!("\n## Event types\n{}", table(&["type", "data", "meaning"], &rows.collect::<Vec<_>>()))
}

fn error_codes(document: &Value) -> String {
    let rows = ErrorCode::KNOWN.iter().map(|code| {
        let status = code.status().map(|status| status.to_string()).unwrap_or_default();
        vec![format!("`{code}`"), status, meaning(document, "ErrorCode", code.as_str())]
    });
    let rows = rows.collect::<Vec<_>>();
    format!(
        "\n## Error codes\n\nThose with an HTTP status come from the gateway; the rest are found by the SDK.\n{}",
        table(&["code", "HTTP", "meaning"], &rows)
    )
}

fn decline_codes(document: &Value) -> String {
    let rows = DeclineCode::KNOWN.iter().map(|code| vec![format!("`{code}`"), meaning(document, "DeclineCode", code.as_str())]);
    format!("\n## Decline codes\n{}", table(&["code", "meaning"], &rows.collect::<Vec<_>>()))
}

fn meaning(document: &Value, open_set: &str, value: &str) -> String {
    let choices = document["components"]["schemas"][open_set]["anyOf"].as_array().into_iter().flatten();
    let found = choices.into_iter().find(|choice| choice["const"] == value);
    found.map(|choice| text(&choice["description"]).to_owned()).unwrap_or_default()
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = line(head.iter().map(|&cell| cell.to_owned()).collect()) + &line(vec!["---".to_owned(); head.len()]);
    let rows = rows.iter().map(|cells| line(cells.iter().map(|cell| cell.replace('|', "\\|")).collect()));
    format!("\n{head}{}", rows.collect::<String>())
}

fn link(model: &str) -> String {
    format!("[{model}](#{})", model.to_lowercase())
}

/// The name of the model that a reference leads to.
fn target(schema: &Value) -> &str {
    text(&schema["$ref"]).rsplit('/').next().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_link_leads_to_a_heading() {
        let page = reference(&okpay::api::openapi("https://api.okpay.test"));
        let titles = page.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")));
        let anchors: BTreeSet<_> = titles.map(|title| title.to_lowercase().replace(' ', "-")).collect();
        let links = page.split("](#").skip(1).filter_map(|rest| rest.split_once(')')).map(|(anchor, _)| anchor);
        let missing = links.filter(|anchor| !anchors.contains(*anchor)).collect::<BTreeSet<_>>();
        assert!(missing.is_empty(), "nowhere to go: {missing:?}");
    }

    #[test]
    fn every_operation_and_code_is_there() {
        let page = reference(&okpay::api::openapi("https://api.okpay.test"));
        for operation in OPERATIONS {
            assert!(page.contains(&format!("`{} {}`", operation.verb, operation.path)), "{}", operation.name);
        }
        for code in ErrorCode::KNOWN {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{code}` |"))).unwrap();
            assert!(!row.ends_with("|  |"), "{code} has no meaning");
        }
    }
}
