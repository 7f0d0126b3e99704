//! `Tests/OKPayTests/Generated/Dispatch.swift`: every method of the client by the name of its operation, for the runner of scenarios.

use super::names::member;
use crate::schema::{Field, Kind, Schemas};
use anyhow::Result;
use okpay::api::{OPERATIONS, Operation};

/// The whole file.
pub(super) fn dispatch(schemas: &Schemas) -> Result<String> {
    let (mut calls, mut walks, mut waits) = (String::new(), String::new(), String::new());
    for operation in OPERATIONS {
        let params = operation.params.map(|params| schemas.model(params)).transpose()?;
        let fields = params.map(|params| params.fields.as_slice()).unwrap_or_default();
        let id = if operation.takes_id { "id, " } else { "" };
        let call = format!("client.{}({id}{}options: options)", path(operation, operation.method)?, arguments(fields)?);
        calls += &format!("    case \"{}\":\n        try Given.wire(await {call})\n", operation.name);
        if !operation.finals.is_empty() {
            let wait = format!("client.{}(id, timeout: timeout)", path(operation, "wait")?);
            waits += &format!("    case \"{}\":\n        try Given.wire(await {wait})\n", operation.name);
        }
        if operation.method == "list" && fields.iter().any(|field| field.name == "after") {
            let walk = format!("client.{}({}options: options)", path(operation, "all")?, arguments(fields)?);
            walks += &format!("    case \"{}\":\n        try await Given.wire(all: {walk})\n", operation.name);
        }
    }
    let unknown = "    default: throw UnknownOperation(name: operation)\n    }\n}\n";
    Ok(format!(
        "import Foundation\nimport OKPay\n\n\
         /// Calls an operation by its name, through the client's own method, with parameters and the reply in their wire form.\n\
         func call(\n    _ operation: String, _ client: Client, _ id: String, _ given: Given, _ options: CallOptions\n\
         ) async throws -> JSONValue {{\n    switch operation {{\n{calls}{unknown}\n\
         /// Walks a list by the name of its operation.\n\
         func walk(_ operation: String, _ client: Client, _ given: Given, _ options: CallOptions) async throws -> [JSONValue] {{\n    \
         switch operation {{\n{walks}{unknown}\n\
         /// Waits for what an operation reads to come to its end.\n\
         func wait(for operation: String, _ client: Client, _ id: String, _ timeout: Duration) async throws -> JSONValue {{\n    \
         switch operation {{\n{waits}{unknown}"
    ))
}

fn path(operation: &Operation, method: &str) -> Result<String> {
    Ok(format!("{}.{}", member(operation.group)?, member(method)?))
}

fn arguments(fields: &[Field]) -> Result<String> {
    let arguments = fields.iter().map(|field| {
        let taken = match field.kind {
            Kind::Time if field.required => "neededTime",
            Kind::Time => "time",
            _ => "value",
        };
        Ok(format!("{}: try given.{taken}(\"{}\"), ", member(&field.name)?, field.name))
    });
    arguments.collect()
}
