//! `_generated/operations.py`: the method layer, sync and async.

use super::models::docstring;
use crate::schema::{Field, Kind, Schemas, class_name};
use crate::waits;
use anyhow::{Context, Result};
use okpay::api::{OPERATIONS, Operation};
use std::collections::BTreeSet;

const HEAD: &str = r#"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, Dict, Iterator, Mapping, Optional, Sequence, Union

from . import models

if TYPE_CHECKING:
    from datetime import datetime

    from .._call import Timeout
    from .._okpay import Money

Run = Callable[..., Any]


class Group:
    """Some operations of a client."""

    __slots__ = ("_run", "_wait")

    def __init__(self, run: Run, wait: Run) -> None:
        self._run = run
        self._wait = wait

    def _walk(self, operation: str, page: Any, params: Dict[str, Any], *options: Any) -> Iterator[Any]:
        while True:
            reply = self._run(operation, page, None, params, None, *options)
            yield from reply.data
            if reply.next is None:
                return
            params["after"] = reply.next


class AsyncGroup:
    """Some operations of a client for asyncio."""

    __slots__ = ("_run", "_wait")

    def __init__(self, run: Run, wait: Run) -> None:
        self._run = run
        self._wait = wait

    async def _walk(self, operation: str, page: Any, params: Dict[str, Any], *options: Any) -> AsyncIterator[Any]:
        while True:
            reply = await self._run(operation, page, None, params, None, *options)
            for item in reply.data:
                yield item
            if reply.next is None:
                return
            params["after"] = reply.next
"#;

/// Options of every call.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("idempotency_key", "Optional[str]", "your own key for this call, one per logical call; a random one by default."),
    ("timeout", "Optional[Timeout]", "for the whole call with all its attempts, in seconds; the client's by default."),
    ("max_attempts", "Optional[int]", "how often it is tried at most; the client's number by default."),
    ("headers", "Optional[Mapping[str, str]]", "further headers, such as ``traceparent``."),
];

/// The two layers that are made from one template.
#[derive(Clone, Copy, PartialEq)]
enum Layer {
    Sync,
    Async,
}

/// The whole file.
pub(super) fn operations(schemas: &Schemas) -> Result<String> {
    let mut page = HEAD.to_owned();
    for layer in [Layer::Sync, Layer::Async] {
        let groups = OPERATIONS.iter().map(|operation| operation.group).collect::<BTreeSet<_>>();
        for group in &groups {
            page += &layer.group(schemas, group)?;
        }
        page += &layer.root(&groups);
    }
    Ok(page)
}

impl Layer {
    fn prefix(self) -> &'static str {
        if self == Self::Sync { "" } else { "Async" }
    }

    fn group(self, schemas: &Schemas, group: &str) -> Result<String> {
        let (prefix, name) = (self.prefix(), class_name(group));
        let doc = format!("The operations of `{group}`.");
        let mut class = format!("\n\nclass {prefix}{name}({prefix}Group):\n    {}\n\n    __slots__ = ()\n", docstring(&doc));
        for operation in OPERATIONS.iter().filter(|operation| operation.group == group) {
            let params = operation.params.map(|params| schemas.model(params)).transpose()?;
            let fields = params.map(|params| params.fields.as_slice()).unwrap_or_default();
            class += &self.method(operation, fields);
            class += &waits::about(operation).map(|about| self.waiting(operation, &about)).unwrap_or_default();
            let item = schemas.model(operation.reply)?.fields.iter().find(|field| field.name == "data");
            if let (Some(Kind::List(item)), true) = (item.map(|field| &field.kind), fields.iter().any(|field| field.name == "after")) {
                let Kind::Model(item) = item.as_ref() else { continue };
                class += &self.iterator(operation, fields, item).with_context(|| format!("the pages of {}", operation.name))?;
            }
        }
        Ok(class)
    }

    fn method(self, operation: &Operation, fields: &[Field]) -> String {
        // `resolve` asks by a key of its own, which is a parameter; the question itself goes under a random one.
        let has_key = operation.is_write() && fields.iter().all(|field| field.name != "idempotency_key");
        let options = OPTIONS.iter().filter(|option| option.0 != "idempotency_key" || has_key).collect::<Vec<_>>();
        let arguments = arguments(operation.takes_id, fields, &options);
        let doc = documented(operation.doc, operation.takes_id, fields, &options);
        let (define, wait) = if self == Self::Sync { ("def", "") } else { ("async def", "await ") };
        let reply = format!("models.{}", operation.reply);
        let id = if operation.takes_id { "id" } else { "None" };
        let key = if has_key { "idempotency_key" } else { "None" };
        format!(
            "\n    {define} {}(\n        self,\n{arguments}    ) -> {reply}:\n{doc}        \
             reply: {reply} = {wait}self._run(\n            \"{}\",\n            {reply},\n            {id},\n            {},\n            {key},\n            timeout,\n            max_attempts,\n            headers,\n        )\n        \
             return reply\n",
            operation.method,
            operation.name,
            params(fields),
        )
    }

    /// Until it has come to its end.
    fn waiting(self, operation: &Operation, about: &str) -> String {
        let timeout = ("timeout", "Optional[Timeout]", "for the whole wait, in seconds; ten minutes by default.");
        let options = [&timeout, &OPTIONS[3]];
        let (define, wait) = if self == Self::Sync { ("def", "") } else { ("async def", "await ") };
        let (name, reply) = (operation.name, format!("models.{}", operation.reply));
        format!(
            "\n    {define} wait(\n        self,\n{}    ) -> {reply}:\n{}        \
             reply: {reply} = {wait}self._wait(\"{name}\", {reply}, id, timeout, headers)\n        return reply\n",
            arguments(true, &[], &options),
            documented(about, true, &[], &options),
        )
    }

    /// All elements of all pages.
    fn iterator(self, operation: &Operation, fields: &[Field], item: &str) -> Result<String> {
        let options = &OPTIONS[1..];
        let options = options.iter().collect::<Vec<_>>();
        let arguments = arguments(false, fields, &options);
        let first = operation.doc.split_once(", ").map_or(operation.doc, |(first, _)| first);
        let about = format!("Walks all of them, page by page, as they are needed: {}.", first.trim_end_matches('.').to_lowercase());
        let doc = documented(&about, false, fields, &options);
        let name = if operation.method == "list" { "iterate".to_owned() } else { format!("iterate_{}", operation.method) };
        let iterator = if self == Self::Sync { "Iterator" } else { "AsyncIterator" };
        Ok(format!(
            "\n    def {name}(\n        self,\n{arguments}    ) -> {iterator}[models.{item}]:\n{doc}        \
             return self._walk(\n            \"{}\",\n            models.{},\n            {},\n            timeout,\n            max_attempts,\n            headers,\n        )\n",
            operation.name,
            operation.reply,
            params(fields),
        ))
    }

    fn root(self, groups: &BTreeSet<&str>) -> String {
        let prefix = self.prefix();
        let made = groups.iter().map(|group| {
            let (doc, class) = (docstring(&format!("The operations of `{group}`.")), class_name(group));
            format!("        self.{group}: {prefix}{class} = {prefix}{class}(run, wait)\n        {doc}\n")
        });
        format!(
            "\n\nclass {prefix}Operations:\n    \"\"\"Every operation, by group.\"\"\"\n\n    def __init__(self, run: Run, wait: Run) -> None:\n{}",
            made.collect::<String>()
        )
    }
}

type Options<'a> = [&'a (&'static str, &'static str, &'static str)];

fn arguments(takes_id: bool, fields: &[Field], options: &Options<'_>) -> String {
    let id = if takes_id { "        id: str,\n" } else { "" };
    let required = fields.iter().filter(|field| field.required).map(|field| format!("        {}: {},\n", field.name, taken(&field.kind)));
    let optional = fields.iter().filter(|field| !field.required);
    let optional = optional.map(|field| format!("        {}: Optional[{}] = None,\n", field.name, taken(&field.kind)));
    let options = options.iter().map(|(name, kind, _)| format!("        {name}: {kind} = None,\n"));
    format!("{id}        *,\n{}", required.chain(optional).chain(options).collect::<String>())
}

/// The type that an argument takes: for a set of texts its text will do, and for a model a mapping.
fn taken(kind: &Kind) -> String {
    match kind {
        Kind::Text => "str".to_owned(),
        Kind::Whole => "int".to_owned(),
        Kind::Truth => "bool".to_owned(),
        Kind::Time => "datetime".to_owned(),
        Kind::Money => "Union[Money, Mapping[str, str]]".to_owned(),
        Kind::Set(name) => format!("Union[models.{name}, str]"),
        Kind::Model(name) => format!("Union[models.{name}, Mapping[str, Any]]"),
        Kind::List(inner) => format!("Sequence[{}]", taken(inner)),
        Kind::Texts => "Mapping[str, str]".to_owned(),
        Kind::EventData => "Mapping[str, Any]".to_owned(),
    }
}

fn documented(about: &str, takes_id: bool, fields: &[Field], options: &Options<'_>) -> String {
    let id = takes_id.then(|| ("id", "the id of the object.".to_owned()));
    let fields = fields.iter().map(|field| (field.name.as_str(), field.doc.clone()));
    let options = options.iter().map(|(name, _, about)| (*name, (*about).to_owned()));
    let lines = id.into_iter().chain(fields).chain(options).map(|(name, about)| format!("        :param {name}: {about}\n"));
    let about = about.replace('\\', "\\\\").replace('\n', " ");
    // The first sentence stands alone, as Python has it.
    let (first, rest) = about.split_once(". ").map_or((about.as_str(), None), |(first, rest)| (first, Some(rest)));
    let first = if first.ends_with('.') { first.to_owned() } else { format!("{first}.") };
    let rest = rest.map(|rest| format!("        {rest}\n\n")).unwrap_or_default();
    format!("        \"\"\"{first}\n\n{rest}{}        \"\"\"\n", lines.collect::<String>().replace('\\', "\\\\"))
}

fn params(fields: &[Field]) -> String {
    let pairs = fields.iter().map(|field| format!("                \"{0}\": {0},\n", field.name)).collect::<String>();
    if pairs.is_empty() { "{}".to_owned() } else { format!("{{\n{pairs}            }}") }
}
