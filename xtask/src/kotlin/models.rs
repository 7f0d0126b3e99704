//! `models/*.kt`: the open sets, the models that come, and the parameters that go.

use super::{kdoc, name};
use crate::schema::{Field, Kind, Model, OpenSet, Schemas, class_name};
use anyhow::{Result, bail};
use okpay::api::EventType;
use std::collections::BTreeSet;

const HEAD: &str = "package com.okpay.models\n";

const IMPORTS: &str = "
import com.okpay.Money
import kotlinx.serialization.json.JsonObject
import java.time.Instant
";

const EVENT_DATA: &str = "
/** The resource of an event, whole, as it was when it happened. */
public sealed interface EventData {
    /** Its wire form. */
    public fun toJson(): JsonObject
}

/** The resource of an event whose type this version does not know. */
public data class UnknownData(
    /** Its JSON as it came. */
    public val raw: JsonObject,
) : Model(), EventData {
    override fun toJson(): JsonObject = raw
}
";

/// `Sets.kt`.
pub(super) fn sets(schemas: &Schemas) -> Result<String> {
    let sets = schemas.sets.iter().map(open_set).collect::<Result<String>>()?;
    Ok(HEAD.to_owned() + &sets)
}

/// `Models.kt`.
pub(super) fn models(schemas: &Schemas) -> Result<String> {
    let resources = resources();
    let models = schemas.models.iter().filter(|model| !Schemas::is_params(&model.name));
    let classes = models.map(|model| class(model, &supertypes(model, &resources), "")).collect::<Result<String>>()?;
    Ok([HEAD, IMPORTS, EVENT_DATA, &classes, &event_data(&resources)].concat())
}

/// `Params.kt`.
pub(super) fn params(schemas: &Schemas) -> Result<String> {
    let models = schemas.models.iter().filter(|model| Schemas::is_params(&model.name));
    let classes = models.map(|model| class(model, "Model()", &for_java(model))).collect::<Result<String>>()?;
    Ok([HEAD, IMPORTS, &classes].concat())
}

fn open_set(set: &OpenSet) -> Result<String> {
    let mut names = Vec::new();
    let mut declared = String::new();
    for (text, meaning) in &set.values {
        let constant = text.to_uppercase().replace(|character: char| !character.is_ascii_alphanumeric(), "_");
        if constant.starts_with(|first: char| first.is_ascii_digit()) || names.contains(&constant) {
            bail!("{}: {text:?} gives no name of its own", set.name);
        }
        declared += &kdoc(meaning, "        ");
        declared += &format!("        @JvmField\n        public val {constant}: {0} = {0}(\"{text}\")\n\n", set.name);
        names.push(constant);
    }
    Ok(format!(
        "\n{}public class {1}(value: String) : OpenSet(value) {{\n    override val isKnown: Boolean get() = this in entries\n\n    \
         public companion object {{\n{declared}        /** Those that this version knows. */\n        @JvmField\n        \
         public val entries: List<{1}> =\n            listOf(\n{2}            )\n    }}\n}}\n",
        kdoc(&set.doc, ""),
        set.name,
        names.iter().map(|name| format!("                {name},\n")).collect::<String>(),
    ))
}

fn class(model: &Model, supertypes: &str, more: &str) -> Result<String> {
    let Model { name: class, doc, fields } = model;
    let (held, default, reading) = if Schemas::is_params(class) {
        (taken as fn(&Field) -> String, left_off as fn(&Field) -> &'static str, String::new())
    } else {
        (held as _, default as _, reading(model))
    };
    if let Some(field) = fields.iter().find(|field| ["answer", "to_json", "from_json"].contains(&field.name.as_str())) {
        bail!("{class}.{} cannot be the name of a field in Kotlin", field.name);
    }
    let modifier = if is_page(model) { "override" } else { "public" };
    let declared = fields.iter().map(|field| {
        let property = format!("    {modifier} val {}: {}{},\n", name(&field.name), held(field), default(field));
        kdoc(&field.doc, "    ") + &property
    });
    let written = fields.iter().map(|field| format!("            \"{}\" to {},\n", field.name, name(&field.name)));
    Ok(format!(
        "\n{}public data class {class}(\n{}) : {supertypes} {{\n{more}    \
         override fun toJson(): JsonObject =\n        jsonOf(\n{}        )\n{}{reading}}}\n",
        kdoc(doc, ""),
        declared.collect::<String>(),
        written.collect::<String>(),
        without_secrets(model),
    ))
}

fn reading(model: &Model) -> String {
    let read = model.fields.iter().map(|field| format!("                {} = {},\n", name(&field.name), read_field(field)));
    format!(
        "\n    public companion object {{\n        /** Reads the wire form. Fields that this version does not know are left off. */\n        \
         @JvmStatic\n        public fun fromJson(json: JsonObject): {0} =\n            {0}(\n{1}            )\n    }}\n",
        model.name,
        read.collect::<String>(),
    )
}

/// A text that can be logged, where the compiler's own would show a secret.
fn without_secrets(model: &Model) -> String {
    if !model.fields.iter().any(|field| field.is_secret) {
        return String::new();
    }
    let shown = model.fields.iter().map(|field| {
        let value = if field.is_secret { "hidden({})" } else { "{}" };
        format!("            \"{}\" to {},\n", super::camel(&field.name), value.replace("{}", &name(&field.name)))
    });
    let shown = shown.collect::<String>();
    format!("\n    override fun toString(): String =\n        shown(\n            \"{}\",\n{shown}        )\n", model.name)
}

/// Java has no named arguments: a constructor with what is required, and a copy with each thing that is not.
fn for_java(model: &Model) -> String {
    let required = model.fields.iter().filter(|field| field.required).collect::<Vec<_>>();
    let optional = model.fields.iter().filter(|field| !field.required).collect::<Vec<_>>();
    let constructor = match (required.is_empty(), optional.first()) {
        (false, Some(first)) => {
            let arguments = required.iter().map(|field| format!("{}: {}", name(&field.name), taken(field))).collect::<Vec<_>>();
            let passed = required.iter().map(|field| format!("{}, ", name(&field.name))).collect::<String>();
            format!(
                "    /** With what is required. */\n    public constructor({}) : this({passed}{} = null)\n\n",
                arguments.join(", "),
                name(&first.name),
            )
        }
        _ => String::new(),
    };
    let copies = optional.iter().map(|field| {
        let (property, kind) = (name(&field.name), type_name(&field.kind));
        let about = kdoc(&format!("With this: {}", field.doc), "    ");
        let setter = class_name(&field.name);
        format!("{about}    public fun with{setter}({property}: {kind}): {} = copy({property} = {property})\n\n", model.name)
    });
    constructor + &copies.collect::<String>()
}

fn supertypes(model: &Model, resources: &BTreeSet<String>) -> String {
    let item = model.fields.iter().find(|field| field.name == "data").map(|field| &field.kind);
    let mut types = "Model()".to_owned();
    if let (true, Some(Kind::List(item))) = (is_page(model), item) {
        types += &format!(", Page<{}>", type_name(item));
    }
    if resources.contains(&model.name) {
        types += ", EventData";
    }
    types
}

/// Whether it is a page of a list, which knows where the next one begins.
pub(super) fn is_page(model: &Model) -> bool {
    let mut names = model.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
    names.sort_unstable();
    names == ["data", "next"]
}

/// The type that a field holds.
fn held(field: &Field) -> String {
    let name = type_name(&field.kind);
    if field.required || field.is_collection() { name } else { format!("{name}?") }
}

pub(super) fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Whole => "Long".to_owned(),
        Kind::Truth => "Boolean".to_owned(),
        Kind::Time => "Instant".to_owned(),
        Kind::Money => "Money".to_owned(),
        Kind::Set(name) | Kind::Model(name) => name.clone(),
        Kind::List(inner) => format!("List<{}>", type_name(inner)),
        Kind::Texts => "Map<String, String>".to_owned(),
        Kind::EventData => "EventData".to_owned(),
    }
}

/// The type of a parameter. A list that is not given is another thing than one without elements.
pub(super) fn taken(field: &Field) -> String {
    let name = type_name(&field.kind);
    if field.required { name } else { format!("{name}?") }
}

pub(super) fn left_off(field: &Field) -> &'static str {
    if field.required { "" } else { " = null" }
}

fn default(field: &Field) -> &'static str {
    match (&field.kind, field.required) {
        (_, true) => "",
        (Kind::List(_), _) => " = emptyList()",
        (Kind::Texts, _) => " = emptyMap()",
        _ => " = null",
    }
}

fn read_field(field: &Field) -> String {
    let wire = &field.name;
    match (&field.kind, field.required) {
        (Kind::EventData, _) => "eventData(json.required(\"type\") { it.text() }, json.required(\"data\") { it.tree() })".to_owned(),
        (Kind::List(inner), _) => format!("json.list(\"{wire}\") {{ {} }}", reader(inner)),
        (Kind::Texts, _) => format!("json.texts(\"{wire}\")"),
        (kind, true) => format!("json.required(\"{wire}\") {{ {} }}", reader(kind)),
        (kind, false) => format!("json.optional(\"{wire}\") {{ {} }}", reader(kind)),
    }
}

/// What reads the element `it`.
fn reader(kind: &Kind) -> String {
    match kind {
        Kind::Text => "it.text()".to_owned(),
        Kind::Whole => "it.whole()".to_owned(),
        Kind::Truth => "it.truth()".to_owned(),
        Kind::Time => "it.time()".to_owned(),
        Kind::Money => "Money.fromJson(it.tree())".to_owned(),
        Kind::Set(name) => format!("{name}(it.text())"),
        Kind::Model(name) => format!("{name}.fromJson(it.tree())"),
        Kind::List(_) | Kind::Texts | Kind::EventData => "it.tree()".to_owned(),
    }
}

/// What events are about, by the part of their types before the dot.
fn resources() -> BTreeSet<String> {
    EventType::KNOWN.iter().filter_map(|event_type| event_type.as_str().split('.').next()).map(class_name).collect()
}

fn event_data(resources: &BTreeSet<String>) -> String {
    let known = EventType::KNOWN.iter().filter_map(|event_type| event_type.as_str().split('.').next()).collect::<BTreeSet<_>>();
    let rows = known.iter().map(|resource| format!("            \"{resource}\" -> {}.fromJson(data)\n", class_name(resource)));
    debug_assert_eq!(known.len(), resources.len());
    format!(
        "\ninternal fun eventData(type: String, data: JsonObject): EventData =\n    if (!EventType(type).isKnown) {{\n        \
         UnknownData(data)\n    }} else {{\n        when (type.substringBefore('.')) {{\n{}            \
         else -> UnknownData(data)\n        }}\n    }}\n",
        rows.collect::<String>()
    )
}
