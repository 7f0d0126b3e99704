//! `_generated/models.py`: the open sets and the models.

use crate::schema::{Field, Kind, Model, OpenSet, Schemas, class_name};
use anyhow::{Result, bail};
use okpay::api::EventType;
use std::collections::BTreeSet;

const HEAD: &str = r#"
from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any, ClassVar, Dict, Mapping, Optional, Tuple, Union

from .._model import Model, OpenEnum, optional
from .._okpay import Money
from .._wire import parse_time

_set = object.__setattr__
_NOTHING: Mapping[str, str] = {}
"#;

/// What an event of a later version holds.
const UNKNOWN_DATA: &str = r#"

class UnknownData(Model):
    """The resource of an event whose type this version does not know."""

    __slots__ = ("raw",)
    _fields = __slots__

    raw: Mapping[str, Any]
    """Its JSON as it came."""

    def __init__(self, *, raw: Mapping[str, Any]) -> None:
        _set(self, "raw", raw)

    def to_dict(self) -> Dict[str, Any]:
        """Its JSON as it came."""
        return deepcopy(dict(self.raw))
"#;

/// The whole file.
pub(super) fn models(schemas: &Schemas) -> Result<String> {
    let models = schemas.models.iter().filter(|model| !Schemas::is_params(&model.name)).collect::<Vec<_>>();
    let mut page = HEAD.to_owned() + &all(schemas, &models);
    for set in &schemas.sets {
        page += &open_set(set)?;
    }
    page += UNKNOWN_DATA;
    for model in models {
        page += &class(model)?;
    }
    Ok(page + &event_data())
}

fn all(schemas: &Schemas, models: &[&Model]) -> String {
    let names = schemas.sets.iter().map(|set| set.name.as_str()).chain(models.iter().map(|model| model.name.as_str()));
    let names = names.chain(["EventData", "UnknownData"]).collect::<BTreeSet<_>>();
    format!("\n__all__ = [\n{}]\n", names.iter().map(|name| format!("    \"{name}\",\n")).collect::<String>())
}

fn open_set(set: &OpenSet) -> Result<String> {
    let mut names = BTreeSet::new();
    let (mut declared, mut texts) = (String::new(), String::new());
    for (text, meaning) in &set.values {
        let name = text.to_uppercase().replace(|character: char| !character.is_ascii_alphanumeric(), "_");
        if name.starts_with(|first: char| first.is_ascii_digit()) || !names.insert(name.clone()) {
            bail!("{}: {text:?} gives no name of its own", set.name);
        }
        declared += &format!("    {name}: ClassVar[{}]\n    {}\n", set.name, docstring(meaning));
        texts += &format!("        \"{name}\": \"{text}\",\n");
    }
    let head = format!("\n\nclass {}(OpenEnum):\n    {}\n\n    __slots__ = ()\n", set.name, docstring(&set.doc));
    Ok(format!("{head}\n{declared}\n    _texts_ = {{\n{texts}    }}\n"))
}

fn class(model: &Model) -> Result<String> {
    let Model { name, doc, fields } = model;
    for field in fields {
        if ["answer", "to_dict", "from_dict", "replace"].contains(&field.name.as_str()) || super::is_keyword(&field.name) {
            bail!("{name}.{} cannot be the name of a field in Python", field.name);
        }
    }
    let slots = fields.iter().map(|field| format!("\"{}\", ", field.name)).collect::<String>();
    let declared = fields.iter().map(|field| format!("    {}: {}\n    {}\n", field.name, held(field), docstring(&field.doc)));
    let arguments = fields.iter().map(|field| format!("        {}: {}{},\n", field.name, held(field), default(field)));
    let kept = fields.iter().map(|field| format!("        _set(self, \"{0}\", {0})\n", field.name));
    let read = fields.iter().map(|field| format!("            {}={},\n", field.name, read_field(field)));
    let secret = fields.iter().filter(|field| field.is_secret).map(|field| format!("\"{}\", ", field.name)).collect::<String>();
    let secret = if secret.is_empty() { secret } else { format!("    _secret = frozenset(({secret}))\n") };
    Ok(format!(
        "\n\nclass {name}(Model):\n    {}\n\n    __slots__ = ({slots})\n    _fields = __slots__\n{secret}\n{}\n    \
         def __init__(\n        self,\n        *,\n{}    ) -> None:\n{}\n    \
         @classmethod\n    def from_dict(cls, data: Mapping[str, Any]) -> {name}:\n        \
         \"\"\"Reads the wire form. Fields that this version does not know are left off.\"\"\"\n        \
         get = data.get\n        return cls(\n{}        )\n",
        docstring(doc),
        declared.collect::<String>(),
        arguments.collect::<String>(),
        kept.collect::<String>(),
        read.collect::<String>(),
    )
    .replace("        get = data.get\n", if fields.iter().all(|field| field.required) { "" } else { "        get = data.get\n" }))
}

/// The type that a field holds.
fn held(field: &Field) -> String {
    let name = type_name(&field.kind);
    if field.required || field.is_collection() { name } else { format!("Optional[{name}]") }
}

fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::Text => "str".to_owned(),
        Kind::Whole => "int".to_owned(),
        Kind::Truth => "bool".to_owned(),
        Kind::Time => "datetime".to_owned(),
        Kind::Money => "Money".to_owned(),
        Kind::Set(name) | Kind::Model(name) => name.clone(),
        Kind::List(inner) => format!("Tuple[{}, ...]", type_name(inner)),
        Kind::Texts => "Mapping[str, str]".to_owned(),
        Kind::EventData => "EventData".to_owned(),
    }
}

fn default(field: &Field) -> &'static str {
    match (&field.kind, field.required) {
        (_, true) => "",
        (Kind::List(_), _) => " = ()",
        (Kind::Texts, _) => " = _NOTHING",
        _ => " = None",
    }
}

fn read_field(field: &Field) -> String {
    let (name, there) = (&field.name, format!("data[\"{}\"]", field.name));
    let maybe = format!("get(\"{name}\")");
    match (&field.kind, field.required) {
        (Kind::EventData, _) => format!("_event_data(data[\"type\"], {there})"),
        (Kind::List(inner), required) => {
            let list = if required { there } else { format!("{maybe} or ()") };
            match reader(inner) {
                Some(read) => format!("tuple(map({read}, {list}))"),
                None => format!("tuple({list})"),
            }
        }
        (Kind::Texts, true) => format!("dict({there})"),
        (Kind::Texts, false) => format!("dict({maybe} or ())"),
        (kind, true) => reader(kind).map_or(there.clone(), |read| format!("{read}({there})")),
        (kind, false) => reader(kind).map_or(maybe.clone(), |read| format!("optional({read}, {maybe})")),
    }
}

/// What reads a value, where JSON's own is not it already.
fn reader(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Time => Some("parse_time".to_owned()),
        Kind::Money => Some("Money.from_dict".to_owned()),
        Kind::Set(name) => Some(name.clone()),
        Kind::Model(name) => Some(format!("{name}.from_dict")),
        _ => None,
    }
}

/// The resource of an event, by the part of its type before the dot.
fn event_data() -> String {
    let resources = EventType::KNOWN.iter().filter_map(|event_type| event_type.as_str().split('.').next()).collect::<BTreeSet<_>>();
    let classes = resources.iter().map(|resource| class_name(resource)).collect::<Vec<_>>();
    let rows = resources.iter().zip(&classes).map(|(resource, class)| format!("    \"{resource}\": {class}.from_dict,\n"));
    format!(
        "\n\nEventData = Union[{}, UnknownData]\n\"\"\"The resource of an event, whole, as it was when it happened.\"\"\"\n\n\
         _RESOURCES: Dict[str, Any] = {{\n{}}}\n\n\n\
         def _event_data(event_type: str, data: Mapping[str, Any]) -> EventData:\n    \
         if not EventType(event_type).is_known:\n        return UnknownData(raw=dict(data))\n    \
         resource: EventData = _RESOURCES[event_type.partition(\".\")[0]](data)\n    return resource\n",
        classes.join(", "),
        rows.collect::<String>(),
    )
}

pub(super) fn docstring(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "'''");
    // A text that ends in a quote would run into the closing ones.
    let text = if text.ends_with('"') { format!("{text} ") } else { text };
    format!("\"\"\"{text}\"\"\"")
}
