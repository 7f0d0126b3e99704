//! `generated/checkout.ts` and `generated/server.ts`: the methods of the clients.

use super::comment;
use crate::schema::{Field, Kind, Schemas, class_name};
use crate::waits;
use anyhow::Result;
use okpay::api::{OPERATIONS, Operation, Scope};
use std::collections::BTreeSet;

/// Which client the methods are of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Layer {
    Checkout,
    Server,
}

/// The whole file.
pub(super) fn operations(schemas: &Schemas, layer: Layer) -> Result<String> {
    let rows = OPERATIONS.iter().filter(|row| layer == Layer::Server || row.scope == Scope::Publishable).collect::<Vec<_>>();
    let groups = rows.iter().map(|row| row.group).collect::<BTreeSet<_>>();
    let mut classes = String::new();
    for group in &groups {
        let rows = rows.iter().filter(|row| row.group == *group);
        let mut methods = rows.clone().map(|row| methods(schemas, row)).collect::<Result<Vec<_>>>()?;
        // A buyer's page looks when the buyer does something: it goes without.
        let waits = rows.filter(|_| layer == Layer::Server).filter_map(|row| waiting(row)).collect::<Vec<_>>();
        let base = if waits.is_empty() { "Group" } else { "WaitingGroup" };
        methods.extend(waits);
        let doc = comment(&format!("The operations of `{group}`."), "");
        classes += &format!("\n{doc}export class {} extends {base} {{\n{}}}\n", class_name(group), methods.join("\n"));
    }
    let classes = classes + &root(&groups, layer);
    Ok(imports(&rows, &classes, layer) + &classes)
}

/// The types that are named, in their order; the rest of the file tells which they are.
fn imports(rows: &[&&Operation], classes: &str, layer: Layer) -> String {
    let mut models = BTreeSet::new();
    for row in rows {
        models.extend([row.params, Some(row.reply)].into_iter().flatten().map(str::to_owned));
    }
    let words = classes.split(|character: char| !character.is_alphanumeric()).collect::<BTreeSet<_>>();
    models.extend(words.iter().filter(|word| classes.contains(&format!("AsyncGenerator<{word},"))).map(|word| (*word).to_owned()));
    let models = models.iter().filter(|name| words.contains(name.as_str())).map(|name| format!("  {name},\n")).collect::<String>();
    let (waiting, sender) = match layer {
        Layer::Checkout => ("", "import type { Sender } from \"../send.js\";\n"),
        Layer::Server => {
            ("import type { WaitingSender } from \"../wait.js\";\nimport { WaitingGroup } from \"../waiting-group.js\";\n", "")
        }
    };
    let options =
        ["CallOptions", "WaitOptions", "WriteOptions"].into_iter().filter(|name| words.contains(name)).collect::<Vec<_>>().join(", ");
    format!(
        "import {{ Group }} from \"../group.js\";\nimport type {{ {options} }} from \"../options.js\";\n\
         import type {{ Reply }} from \"../reply.js\";\n{sender}{waiting}\
         import type {{\n{models}}} from \"./models.js\";\n"
    )
}

fn root(groups: &BTreeSet<&str>, layer: Layer) -> String {
    let (name, sender) = match layer {
        Layer::Checkout => ("CheckoutOperations", "Sender"),
        Layer::Server => ("Operations", "WaitingSender"),
    };
    let fields = groups.iter().map(|group| {
        let doc = comment(&format!("The operations of `{group}`."), "  ");
        format!("{doc}  readonly {}: {};\n", camel(group), class_name(group))
    });
    let made = groups.iter().map(|group| format!("    this.{} = new {}(sender);\n", camel(group), class_name(group)));
    format!(
        "\n/** Every operation, by group. */\nexport class {name} {{\n{}\n  /** @internal */\n  constructor(sender: {sender}) {{\n{}  }}\n}}\n",
        fields.collect::<String>(),
        made.collect::<String>(),
    )
}

/// The method of a row, and of a list the iterator over all its pages.
fn methods(schemas: &Schemas, row: &Operation) -> Result<String> {
    let fields = match row.params {
        Some(params) => schemas.model(params)?.fields.as_slice(),
        None => &[],
    };
    let item = schemas.model(row.reply)?.fields.iter().find(|field| field.name == "data").map(|field| &field.kind);
    let walks = fields.iter().any(|field| field.name == "after");
    Ok(match item {
        Some(Kind::List(item)) if walks => match item.as_ref() {
            Kind::Model(item) => format!("{}\n{}", method(row, fields), iterator(row, item)),
            _ => method(row, fields),
        },
        _ => method(row, fields),
    })
}

fn method(row: &Operation, fields: &[Field]) -> String {
    // `resolve` asks by a key of its own, which is a parameter; the question itself goes under a random one.
    let has_key = row.is_write() && fields.iter().all(|field| field.name != "idempotency_key");
    let options = if has_key { "WriteOptions" } else { "CallOptions" };
    let id = row.takes_id.then(|| "id: string".to_owned());
    let params = row.params.map(|params| format!("params{}: {params}", if fields.iter().any(|field| field.required) { "" } else { "?" }));
    let arguments = id.into_iter().chain(params).chain([format!("options?: {options}")]).collect::<Vec<_>>().join(", ");
    format!(
        "{}  {}({arguments}): Reply<{}> {{\n    return this._run(\"{}\", {}, {}, options);\n  }}\n",
        comment(row.doc, "  "),
        camel(row.method),
        row.reply,
        row.name,
        if row.takes_id { "id" } else { "undefined" },
        if row.params.is_some() { "params" } else { "undefined" },
    )
}

/// Until it has come to its end.
fn waiting(row: &Operation) -> Option<String> {
    let about = waits::about(row)?;
    Some(format!(
        "{}  wait(id: string, options?: WaitOptions): Reply<{}> {{\n    return this._wait(\"{}\", id, options);\n  }}\n",
        comment(&about, "  "),
        row.reply,
        row.name,
    ))
}

fn iterator(row: &Operation, item: &str) -> String {
    let first = row.doc.split_once(", ").map_or(row.doc, |(first, _)| first).trim_end_matches('.').to_lowercase();
    let name = if row.method == "list" { "iterate".to_owned() } else { format!("iterate{}", class_name(row.method)) };
    format!(
        "{}  {name}(params?: {}, options?: CallOptions): AsyncGenerator<{item}, void, undefined> {{\n    \
         return this._walk(\"{}\", params, options);\n  }}\n",
        comment(&format!("Walks all of them, page by page, as they are needed: {first}."), "  "),
        row.params.unwrap_or("undefined"),
        row.name,
    )
}

/// `rotateSecret` for `rotate_secret`.
fn camel(name: &str) -> String {
    let class = class_name(name);
    let (first, rest) = class.split_at_checked(1).unwrap_or((&class, ""));
    first.to_lowercase() + rest
}
