//! `Generated/Operations.swift`: the method layer.

use super::models::swift_type;
use super::names::{comment, group_type, member, type_name};
use crate::schema::{Field, Kind, Schemas};
use crate::waits;
use anyhow::{Context, Result, bail};
use okpay::api::{OPERATIONS, Operation};
use std::collections::BTreeSet;

const OPTIONS: &str = "the idempotency key, the time and the attempts of this call; the client's settings by default.";

/// The whole file.
pub(super) fn operations(schemas: &Schemas) -> Result<String> {
    let groups = OPERATIONS.iter().map(|operation| operation.group).collect::<BTreeSet<_>>();
    let groups = groups.into_iter().map(|name| group(schemas, name).with_context(|| format!("the group {name}")));
    Ok(format!("import Foundation\n{}", groups.collect::<Result<String>>()?))
}

fn group(schemas: &Schemas, name: &str) -> Result<String> {
    let class = group_type(name);
    if schemas.models.iter().any(|model| type_name(&model.name) == class) {
        bail!("{class} would hide the model of this name");
    }
    let mut methods = String::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.group == name) {
        let params = operation.params.map(|params| schemas.model(params)).transpose()?;
        let fields = params.map(|params| params.fields.as_slice()).unwrap_or_default();
        methods += &method(operation, fields)?;
        methods += &waits::about(operation).map(|about| waiting(operation, &about)).unwrap_or_default();
        if let (Some(item), true) = (item(schemas, operation)?, fields.iter().any(|field| field.name == "after")) {
            methods += &walk(operation, fields, &item)?;
        }
    }
    let doc = comment("    ", &format!("The operations of `{name}`."));
    Ok(format!(
        "\nextension Client {{\n{doc}    public var {}: {class} {{ {class}(client: self) }}\n\n{doc}    \
         public struct {class}: Sendable {{\n        let client: Client\n{methods}    }}\n}}\n",
        member(name)?,
    ))
}

/// What a page of the reply holds.
fn item(schemas: &Schemas, operation: &Operation) -> Result<Option<String>> {
    let data = schemas.model(operation.reply)?.fields.iter().find(|field| field.name == "data");
    Ok(match data.map(|field| &field.kind) {
        Some(Kind::List(item)) => Some(swift_type(item)?),
        _ => None,
    })
}

fn method(operation: &Operation, fields: &[Field]) -> Result<String> {
    let id = if operation.takes_id { ", id: id" } else { "" };
    let params = params(fields)?;
    Ok(format!(
        "\n{}        public func {}({}) async throws(OKPayError) -> {} {{\n            \
         try await client.run(\"{}\"{id}{params}, options: options)\n        }}\n",
        documented(operation.doc, operation.takes_id, fields)?,
        member(operation.method)?,
        arguments(operation.takes_id, fields)?,
        type_name(operation.reply),
        operation.name,
    ))
}

/// Until it has come to its end.
fn waiting(operation: &Operation, about: &str) -> String {
    let lines = [
        ("id", "the id of the object."),
        ("timeout", waits::TIMEOUT),
        ("options", "the time and the attempts of each of its questions; the client's settings by default."),
    ];
    let lines = lines.map(|(name, about)| comment("        ", &format!("  - {name}: {about}")));
    format!(
        "\n{}        ///\n        /// - Parameters:\n{}        /// - Throws: by phase; see ``OKPayError``.\n        public func wait(\n            \
         _ id: String,\n            timeout: Duration = .seconds(600),\n            options: CallOptions = CallOptions()\n        \
         ) async throws(OKPayError) -> {} {{\n            \
         try await client.wait(\"{}\", id: id, timeout: timeout, options: options)\n        }}\n",
        comment("        ", about),
        lines.concat(),
        type_name(operation.reply),
        operation.name,
    )
}

/// All elements of all pages.
fn walk(operation: &Operation, fields: &[Field], item: &str) -> Result<String> {
    if operation.method != "list" || operation.takes_id {
        bail!("{} has pages, and no name for a walk through them", operation.name);
    }
    let first = operation.doc.split_once(", ").map_or(operation.doc, |(first, _)| first);
    let about = format!("Walks all of them, page by page, as they are needed: {}.", first.trim_end_matches('.').to_lowercase());
    let passed = fields.iter().map(|field| match field.name.as_str() {
        "after" => Ok("after: next ?? after, ".to_owned()),
        name => member(name).map(|name| format!("{name}: {}, ", name)),
    });
    Ok(format!(
        "\n{}        public func all({}) -> Walk<{item}> {{\n            \
         Walk {{ (next: String?) async throws(OKPayError) in\n                \
         let page = try await list({}options: options)\n                return (page.data, page.next)\n            }}\n        }}\n",
        documented(&about, false, fields)?.replace("        /// - Throws: by phase; see ``OKPayError``.\n", ""),
        arguments(false, fields)?,
        passed.collect::<Result<String>>()?,
    ))
}

fn arguments(takes_id: bool, fields: &[Field]) -> Result<String> {
    let id = takes_id.then(|| "_ id: String".to_owned());
    let fields = fields.iter().map(|field| {
        let (name, kind) = (member(&field.name)?, swift_type(&field.kind)?);
        Ok(if field.required { format!("{name}: {kind}") } else { format!("{name}: {kind}? = nil") })
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    let options = "options: CallOptions = CallOptions()".to_owned();
    let all = id.into_iter().chain(fields).chain([options]).collect::<Vec<_>>();
    if all.len() == 1 {
        return Ok(all.concat());
    }
    Ok(format!("\n            {}\n        ", all.join(",\n            ")))
}

fn documented(about: &str, takes_id: bool, fields: &[Field]) -> Result<String> {
    let id = takes_id.then(|| ("id".to_owned(), "the id of the object.".to_owned()));
    let fields = fields.iter().map(|field| Ok((member(&field.name)?.trim_matches('`').to_owned(), field.doc.clone())));
    let fields = fields.collect::<Result<Vec<_>>>()?;
    let all = id.into_iter().chain(fields).chain([("options".to_owned(), OPTIONS.to_owned())]);
    let lines = all.map(|(name, about)| comment("        ", &format!("  - {name}: {about}")));
    Ok(format!(
        "{}        ///\n        /// - Parameters:\n{}        /// - Throws: by phase; see ``OKPayError``.\n",
        comment("        ", about),
        lines.collect::<String>(),
    ))
}

fn params(fields: &[Field]) -> Result<String> {
    let pairs = fields.iter().map(|field| {
        let name = member(&field.name)?;
        let value = match (&field.kind, field.required) {
            (Kind::Time, true) => format!("WireTime({name})"),
            (Kind::Time, false) => format!("{name}.map(WireTime.init)"),
            _ => name,
        };
        Ok(format!("                \"{}\": {value},\n", field.name))
    });
    let pairs = pairs.collect::<Result<String>>()?;
    Ok(if pairs.is_empty() { String::new() } else { format!(", params: [\n{pairs}            ]") })
}
