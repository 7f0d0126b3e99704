//! `Operations.kt` and `BlockingOperations.kt`: the method layer, for coroutines and for threads.

use super::models::{is_page, left_off, taken, type_name};
use super::{camel, kdoc, name};
use crate::schema::{Field, Kind, Schemas, class_name};
use crate::waits;
use anyhow::Result;
use okpay::api::{OPERATIONS, Operation};
use std::collections::BTreeSet;

const HEAD: &str = "package com.okpay

import com.okpay.models.*
import java.time.Duration
import java.time.Instant
";

const OPTIONS: &str = "@param options what this call is told beside its parameters: key, timeout, attempts, headers.";
const THROWS: &str = "@throws OkpayException by what it means: see there.";

/// `Operations.kt`.
pub(super) fn suspending(schemas: &Schemas) -> Result<String> {
    let head = HEAD.replacen("import java", "import kotlinx.coroutines.flow.Flow\nimport java", 1);
    Ok(head + &Layer::Suspending.all(schemas)?)
}

/// `BlockingOperations.kt`.
pub(super) fn blocking(schemas: &Schemas) -> Result<String> {
    Ok(HEAD.replace("import java.time.Instant\n", "") + &Layer::Blocking.all(schemas)?)
}

/// The two layers that are made from one template.
#[derive(Clone, Copy, PartialEq)]
enum Layer {
    Suspending,
    Blocking,
}

/// A row with what the schemas say of it.
struct Row<'a> {
    operation: &'a Operation,
    fields: &'a [Field],
    /// What the pages of a list hold.
    item: Option<String>,
}

impl Layer {
    fn all(self, schemas: &Schemas) -> Result<String> {
        let groups = OPERATIONS.iter().map(|operation| operation.group).collect::<BTreeSet<_>>();
        let classes = groups.iter().map(|group| self.group(schemas, group)).collect::<Result<String>>()?;
        Ok(classes + &self.root(&groups))
    }

    fn prefix(self) -> &'static str {
        if self == Self::Suspending { "" } else { "Blocking" }
    }

    fn group(self, schemas: &Schemas, group: &str) -> Result<String> {
        let mut methods = Vec::new();
        for operation in OPERATIONS.iter().filter(|operation| operation.group == group) {
            let row = Row::of(schemas, operation)?;
            methods.push(self.method(&row));
            methods.extend(waits::about(operation).map(|about| self.waiting(&row, &about)));
            if let Some(item) = &row.item {
                methods.push(self.iterator(&row, item));
            }
        }
        let about = kdoc(&format!("The operations of `{group}`."), "");
        let head = format!("\n{about}public class {}{} internal constructor(\n", self.prefix(), class_name(group));
        Ok(format!("{head}    private val courier: Courier,\n) {{\n{}}}\n", methods.join("\n")))
    }

    fn method(self, row: &Row<'_>) -> String {
        let Row { operation, .. } = row;
        let call = format!(
            "courier.run(\"{}\", {}.Companion::fromJson, {}, {}, options)",
            operation.name,
            operation.reply,
            if operation.takes_id { "id" } else { "null" },
            self.passed(row),
        );
        let (define, call) = match self {
            Self::Suspending => ("public suspend fun", call),
            Self::Blocking => ("@JvmOverloads\n    public fun", format!("blocking {{ {call} }}")),
        };
        let doc = self.documented(operation.doc, row);
        format!("{doc}    {define} {}(\n{}    ): {} =\n        {call}\n", camel(operation.method), self.arguments(row), operation.reply)
    }

    /// Until it has come to its end.
    fn waiting(self, row: &Row<'_>, about: &str) -> String {
        let Row { operation, .. } = row;
        let call = format!("courier.wait(\"{}\", {}.Companion::fromJson, id, timeout, options)", operation.name, operation.reply);
        let (define, call) = match self {
            Self::Suspending => ("public suspend fun", call),
            Self::Blocking => ("@JvmOverloads\n    public fun", format!("blocking {{ {call} }}")),
        };
        let lines = [
            "@param id the id of the object.".to_owned(),
            format!("@param timeout {}", waits::TIMEOUT),
            "@param options what each of its questions is told: timeout, attempts, headers.".to_owned(),
            THROWS.to_owned(),
        ];
        format!(
            "{}    {define} wait(\n        id: String,\n        timeout: Duration = WAIT_TIMEOUT,\n        \
             options: CallOptions = CallOptions.NONE,\n    ): {} =\n        {call}\n",
            kdoc(&format!("{about}\n\n{}", lines.join("\n")), "    "),
            operation.reply,
        )
    }

    /// All elements of all pages.
    fn iterator(self, row: &Row<'_>, item: &str) -> String {
        let Row { operation, .. } = row;
        let first = operation.doc.split_once(", ").map_or(operation.doc, |(first, _)| first);
        let about = format!("Walks all of them, page by page, as they are needed: {}.", first.trim_end_matches('.').to_lowercase());
        let method = if operation.method == "list" { "iterate".to_owned() } else { camel(&format!("iterate_{}", operation.method)) };
        let (define, kind, walk) = match self {
            Self::Suspending => ("public fun", "Flow", "walk"),
            Self::Blocking => ("@JvmOverloads\n    public fun", "Iterable", "walkBlocking"),
        };
        format!(
            "{}    {define} {method}(\n{}    ): {kind}<{item}> =\n        courier.{walk}(\"{}\", {}.Companion::fromJson, {}, options)\n",
            self.documented(&about, row),
            self.arguments(row),
            operation.name,
            operation.reply,
            self.passed(row),
        )
    }

    fn arguments(self, row: &Row<'_>) -> String {
        let id = if row.operation.takes_id { "        id: String,\n" } else { "" };
        let options = "        options: CallOptions = CallOptions.NONE,\n";
        let params = match (self, row.operation.params) {
            (Self::Suspending, _) => row.fields.iter().map(argument).collect::<String>(),
            (Self::Blocking, Some(params)) if row.fields.iter().any(|field| field.required) => format!("        params: {params},\n"),
            (Self::Blocking, Some(params)) => format!("        params: {params} = {params}(),\n"),
            (Self::Blocking, None) => String::new(),
        };
        format!("{id}{params}{options}")
    }

    /// The parameters as one value.
    fn passed(self, row: &Row<'_>) -> String {
        match (self, row.operation.params) {
            (_, None) => "null".to_owned(),
            (Self::Blocking, Some(_)) => "params".to_owned(),
            (Self::Suspending, Some(params)) => {
                let fields = row.fields.iter().map(|field| name(&field.name)).collect::<Vec<_>>();
                format!("{params}({})", fields.join(", "))
            }
        }
    }

    fn documented(self, about: &str, row: &Row<'_>) -> String {
        let id = row.operation.takes_id.then(|| "@param id the id of the object.".to_owned());
        let params: Vec<String> = match (self, row.operation.params) {
            (Self::Suspending, _) => row.fields.iter().map(|field| format!("@param {} {}", camel(&field.name), field.doc)).collect(),
            (Self::Blocking, Some(_)) => vec!["@param params what it takes.".to_owned()],
            (Self::Blocking, None) => Vec::new(),
        };
        let about = about.trim();
        let about = if about.ends_with('.') { about.to_owned() } else { format!("{about}.") };
        let last = [OPTIONS.to_owned(), THROWS.to_owned()];
        let lines = [about, String::new()].into_iter().chain(id).chain(params).chain(last).collect::<Vec<_>>();
        kdoc(&lines.join("\n").replace("[`", "`").replace("`]", "`"), "    ")
    }

    fn root(self, groups: &BTreeSet<&str>) -> String {
        let prefix = self.prefix();
        let members = groups.iter().map(|group| {
            let about = kdoc(&format!("The operations of `{group}`."), "    ");
            let (property, class) = (camel(group), class_name(group));
            format!("{about}    @get:JvmName(\"{property}\")\n    public val {property}: {prefix}{class} = {prefix}{class}(courier)\n")
        });
        let about = match self {
            Self::Suspending => "Every operation, by group.",
            Self::Blocking => "Every operation, by group, for threads that may wait: for Java, and for Kotlin without coroutines.",
        };
        let open = if self == Self::Suspending { "open " } else { "" };
        format!(
            "\n{}public {open}class {prefix}Operations internal constructor(\n    courier: Courier,\n) {{\n{}}}\n",
            kdoc(about, ""),
            members.collect::<Vec<_>>().join("\n"),
        )
    }
}

impl<'a> Row<'a> {
    fn of(schemas: &'a Schemas, operation: &'a Operation) -> Result<Self> {
        let params = operation.params.map(|params| schemas.model(params)).transpose()?;
        let fields = params.map(|params| params.fields.as_slice()).unwrap_or_default();
        let reply = schemas.model(operation.reply)?;
        let items = reply.fields.iter().find(|field| field.name == "data").map(|field| &field.kind);
        let item = match items {
            Some(Kind::List(item)) if is_page(reply) && fields.iter().any(|field| field.name == "after") => Some(type_name(item)),
            _ => None,
        };
        Ok(Self { operation, fields, item })
    }
}

fn argument(field: &Field) -> String {
    format!("        {}: {}{},\n", name(&field.name), taken(field), left_off(field))
}
