//! `generated/models.ts`: the open sets and the models, as types only; `generated/events.ts`: the known types of events.

use super::comment;
use crate::schema::{Field, Kind, Model, OpenSet, Schemas, class_name};
use anyhow::Result;
use okpay::api::EventType;
use std::collections::BTreeMap;

const HEAD: &str = r#"import type { MoneyValue } from "../money.js";

/** A text that this version does not know: sets of texts may grow. */
type Other = string & {};

/**
 * The type of an event that this version does not know: a text that is none of the others, so that `event.type === "payment.succeeded"`
 * tells what `event.data` is. An enumeration is the only such text that TypeScript has; there is nothing of it at run time.
 */
export declare enum UnknownEventType {
  /** Any text of a later version. */
  Later = "",
}
"#;

/// The whole file of the models.
pub(super) fn models(schemas: &Schemas) -> Result<String> {
    let mut page = HEAD.to_owned();
    page += &schemas.sets.iter().map(open_set).collect::<String>();
    for model in &schemas.models {
        page += &match model.name.as_str() {
            "Event" => event(model),
            _ => interface(&model.name, model, &model.fields.iter().collect::<Vec<_>>()),
        };
    }
    Ok(page)
}

/// The whole file of the events.
pub(super) fn events() -> String {
    let types = EventType::KNOWN.iter().map(|event_type| format!("  \"{}\",\n", event_type.as_str())).collect::<String>();
    format!("/** Types of events. */\nexport const EVENT_TYPES: ReadonlySet<string> = /* @__PURE__ */ new Set([\n{types}]);\n")
}

fn open_set(set: &OpenSet) -> String {
    let meanings = set.values.iter().map(|(text, meaning)| format!("\n- `{text}`: {meaning}")).collect::<String>();
    let values = set.values.iter().map(|(text, _)| format!("\n  | \"{text}\"")).collect::<String>();
    format!("\n{}export type {} ={values}\n  | Other;\n", comment(&format!("{}\n{meanings}", set.doc), ""), set.name)
}

fn interface(name: &str, model: &Model, fields: &[&Field]) -> String {
    let is_params = Schemas::is_params(&model.name);
    let lines = fields.iter().map(|field| {
        let optional = if field.required { "" } else { "?" };
        // A reply may have null where there is nothing; a request leaves it out.
        let null = if field.required || is_params { "" } else { " | null" };
        let kind = type_name(&field.kind, is_params);
        format!("{}  readonly {}{optional}: {kind}{null};\n", comment(&about(field), "  "), field.name)
    });
    format!("\n{}export interface {name} {{\n{}}}\n", comment(&model.doc, ""), lines.collect::<String>())
}

/// What a field is. These models are data as it travels, which prints whatever it holds: so it says what must not be printed.
fn about(field: &Field) -> String {
    let warning = if field.is_secret { " Secret: `console.log` shows it as it does everything, so keep it out of logs." } else { "" };
    format!("{}{warning}", field.doc)
}

/// The type of a value. What is sent may be looser than what comes.
pub(super) fn type_name(kind: &Kind, is_params: bool) -> String {
    match kind {
        Kind::Text => "string".to_owned(),
        Kind::Whole => "number".to_owned(),
        Kind::Truth => "boolean".to_owned(),
        Kind::Time if is_params => "string | Date".to_owned(),
        Kind::Time => "string".to_owned(),
        Kind::Money => "MoneyValue".to_owned(),
        Kind::Set(name) | Kind::Model(name) => name.clone(),
        Kind::List(inner) => format!("readonly {}[]", type_name(inner, is_params)),
        Kind::Texts => "Readonly<Record<string, string>>".to_owned(),
        Kind::EventData => "unknown".to_owned(),
    }
}

/// Events are a union over their type, so that the type tells what the data is.
fn event(model: &Model) -> String {
    let base = model.fields.iter().filter(|field| !["type", "data"].contains(&field.name.as_str())).collect::<Vec<_>>();
    let mut by_resource = BTreeMap::<&str, Vec<&str>>::new();
    for event_type in EventType::KNOWN {
        let text = event_type.as_str();
        by_resource.entry(text.split('.').next().unwrap_or(text)).or_default().push(text);
    }
    let variants = by_resource.iter().map(|(resource, types)| {
        let name = class_name(resource);
        let types = types.iter().map(|text| format!("\n    | \"{text}\"")).collect::<String>();
        format!(
            "\n/** Something happened to a {}. */\nexport interface {name}Event extends EventBase {{\n  \
             /** What happened. */\n  readonly type:{types};\n  \
             /** The resource, whole, as it was when it happened. */\n  readonly data: {name};\n}}\n",
            resource.replace('_', " "),
        )
    });
    let names = by_resource.keys().map(|resource| format!("{}Event", class_name(resource))).collect::<Vec<_>>().join(" | ");
    format!(
        "{}{}\n/** Something happened of which a later version knows more. */\nexport interface UnknownEvent extends EventBase {{\n  \
         /** What happened. */\n  readonly type: UnknownEventType;\n  /** The resource as it came. */\n  readonly data: unknown;\n}}\n\n\
         /** An event of a type that this version knows. */\nexport type KnownEvent = {names};\n\n{}export type Event = KnownEvent | UnknownEvent;\n",
        interface("EventBase", model, &base),
        variants.collect::<String>(),
        comment(&model.doc, ""),
    )
}
