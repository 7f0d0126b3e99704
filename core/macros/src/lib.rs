//! The one definition of OKPay's types and endpoints.
//!
//! | macro | file | what it makes |
//! | --- | --- | --- |
//! | [`macro@model`] | `model.rs` | the derives that carry a type over the wire, into the schema and (under features) into every language |
//! | [`operations!`] | `operations.rs` | from the table of endpoints: `OPERATIONS`, a function per row, a reader per reply, the client's methods |
//!
//! Both are used by the crate `okpay` alone; their output names its paths (`crate::api::…`).

mod model;
mod operations;

use proc_macro::TokenStream;

/// Marks a type that travels: over the wire, through the schema, into every language.
///
/// | form | on | adds |
/// | --- | --- | --- |
/// | `#[model]` | struct | a reply: unknown fields are ignored, absent optionals read as none |
/// | `#[model(params)]` | struct | a request: `new(required…)` and one setter per optional field, absent optionals left off the wire |
/// | `#[model(page)]` | struct | a reply that is one page of a list: `data: Vec<Item>` and `next` |
/// | `#[model(open)]` | enum | a text from an open set: unit variants in snake case, and `Unknown { raw }` for the rest |
///
/// A field under `#[secret]` is left out of the debug text, and of what the models of the other languages print (`x-okpay-secret` in the schema).
#[proc_macro_attribute]
pub fn model(attribute: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(attribute.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// The table of endpoints. A row is
/// `scope group.name: VERB "/path/{id}" (Params) -> Reply;` under a doc comment, where the parameters are nothing, `Id`, a model, or
/// `Id` and a model. A model goes into the query of a GET and into the body of a POST.
///
/// A row expands to its entry in `OPERATIONS`, to `fn group_name(params) -> Call` and, under the feature `client`, to the method
/// `client.group().name(params)`; each reply type expands once to `read_reply(body)`. Rows whose scope is not `publishable` exist
/// only under the feature `secret`.
#[proc_macro]
pub fn operations(table: TokenStream) -> TokenStream {
    operations::expand(table.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
