//! `operations!`: the table of endpoints and what its rows expand to.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Ident, LitStr, Result, Token, parenthesized, parse2};

struct Row {
    docs: Vec<Attribute>,
    scope: Ident,
    group: Ident,
    name: Ident,
    verb: Ident,
    path: LitStr,
    takes_id: bool,
    params: Option<Ident>,
    reply: Ident,
    /// The set of the reply's states, of which some are an end: the client can wait for them.
    until: Option<Ident>,
}

struct Table(Vec<Row>);

impl Parse for Table {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut rows = Vec::new();
        while !input.is_empty() {
            rows.push(input.parse()?);
        }
        Ok(Self(rows))
    }
}

impl Parse for Row {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let docs = input.call(Attribute::parse_outer)?;
        let scope: Ident = input.parse()?;
        let group: Ident = input.parse()?;
        input.parse::<Token![.]>()?;
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let verb: Ident = input.parse()?;
        let path: LitStr = input.parse()?;
        let inside;
        parenthesized!(inside in input);
        let mut types: Vec<Ident> = inside.parse_terminated(Ident::parse, Token![,])?.into_iter().collect();
        input.parse::<Token![->]>()?;
        let reply: Ident = input.parse()?;
        let until = until(input)?;
        input.parse::<Token![;]>()?;
        let takes_id = types.first().is_some_and(|ty| ty == "Id");
        if takes_id {
            types.remove(0);
        }
        let row = Self { docs, scope, group, name, verb, path, takes_id, params: types.pop(), reply, until };
        row.check(types.is_empty())?;
        Ok(row)
    }
}

impl Row {
    fn check(&self, one_model_at_most: bool) -> Result<()> {
        let scopes = ["secret", "device", "publishable"];
        if !scopes.iter().any(|scope| self.scope == scope) {
            return Err(Error::new_spanned(&self.scope, "a scope is secret, device or publishable"));
        }
        if self.verb != "GET" && self.verb != "POST" {
            return Err(Error::new_spanned(&self.verb, "a verb is GET or POST"));
        }
        if self.path.value().contains("{id}") != self.takes_id {
            return Err(Error::new_spanned(&self.path, "`{id}` in the path and `Id` among the parameters go together"));
        }
        if self.docs.is_empty() {
            return Err(Error::new_spanned(&self.name, "an endpoint has a doc comment"));
        }
        if self.until.is_some() && (self.name != "retrieve" || !self.takes_id || self.params.is_some()) {
            return Err(Error::new_spanned(&self.name, "what is waited for is read by `retrieve` and its id alone"));
        }
        if !one_model_at_most {
            return Err(Error::new_spanned(&self.name, "an endpoint takes at most one model"));
        }
        Ok(())
    }

    fn gate(&self) -> TokenStream {
        if self.scope == "publishable" { quote!() } else { quote!(#[cfg(feature = "secret")]) }
    }

    fn function(&self) -> Ident {
        format_ident!("{}_{}", self.group, self.name)
    }

    fn constant(&self) -> Ident {
        format_ident!("{}_{}", self.group.to_string().to_uppercase(), self.name.to_string().to_uppercase())
    }

    fn arguments(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        if self.takes_id {
            declared.push(quote!(id: &str));
            passed.push(quote!(id));
        }
        if let Some(params) = &self.params {
            declared.push(quote!(params: #params));
            passed.push(quote!(params));
        }
        (declared, passed)
    }

    /// The row's constant and its function from parameters to a call.
    fn core(&self) -> TokenStream {
        let Self { docs, group, name, path, reply, .. } = self;
        let (gate, function, constant) = (self.gate(), self.function(), self.constant());
        let (group, name, verb) = (group.to_string(), name.to_string(), self.verb.to_string());
        let full_name = format!("{group}.{name}");
        let scope = format_ident!("{}", self.scope.to_string().to_upper_camel_case());
        let (params_name, params_kind) = self.params.as_ref().map_or((quote!(None), quote!(None)), |params| {
            let text = params.to_string();
            (quote!(Some(#text)), quote!(Some(<#params as crate::json::Shaped>::KIND)))
        });
        let (takes_id, reply_name, doc) = (self.takes_id, reply.to_string(), doc_text(docs));
        let finals = match &self.until {
            Some(status) => quote!(#status::FINAL_TEXTS),
            None => quote!(&[]),
        };
        let (declared, _) = self.arguments();
        let id = if self.takes_id { quote!(Some(id)) } else { quote!(None) };
        let call = match (&self.params, self.verb == "GET") {
            (None, _) => quote!(crate::api::Call::bare(&#constant, #id)),
            (Some(_), true) => quote!(crate::api::Call::with_query(&#constant, #id, &params)),
            (Some(_), false) => quote!(crate::api::Call::with_body(&#constant, #id, &params)),
        };
        quote! {
            #gate
            #[doc = concat!("The row `", #full_name, "` of the table.")]
            pub static #constant: crate::api::Operation = crate::api::Operation {
                name: #full_name,
                group: #group,
                method: #name,
                scope: crate::api::Scope::#scope,
                verb: #verb,
                path: #path,
                takes_id: #takes_id,
                params: #params_name,
                reply: #reply_name,
                params_kind: #params_kind,
                reply_kind: <#reply as crate::json::Shaped>::KIND,
                #[cfg(feature = "secret")]
                finals: #finals,
                // No page shows it.
                doc: if cfg!(feature = "secret") { #doc } else { "" },
            };

            #gate
            #(#docs)*
            #[must_use]
            pub fn #function(#(#declared),*) -> crate::api::Call {
                #call
            }
        }
    }

    /// The client's method for the row.
    fn method(&self) -> TokenStream {
        let Self { docs, name, reply, .. } = self;
        let function = self.function();
        let (declared, passed) = self.arguments();
        let read = reader(reply);
        quote! {
            #(#docs)*
            pub fn #name(&self, #(#declared),*) -> crate::client::Request<#reply> {
                crate::client::Request::new(self.client.clone(), #function(#(#passed),*), #read)
            }
        }
    }

    /// For a row with `until`: the client's method that waits.
    fn waiting(&self) -> Option<TokenStream> {
        let Self { reply, .. } = self;
        let (constant, read, until) = (self.constant(), reader(reply), self.until.as_ref()?);
        let doc = format!("Reads it until its status is one of [`{until}::FINAL`]: see [`Waiting`](crate::client::Waiting).");
        Some(quote! {
            #[doc = #doc]
            pub fn wait(&self, id: impl Into<String>) -> crate::client::Waiting<#reply> {
                crate::client::Waiting::new(self.client.clone(), &#constant, id.into(), #read)
            }
        })
    }
}

/// The doc comment among the attributes, as one text.
pub(crate) fn doc_text(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue { path, value: syn::Expr::Lit(literal), .. }) if path.is_ident("doc") => match &literal.lit
        {
            syn::Lit::Str(text) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `, until WithdrawalStatus` behind the reply.
fn until(input: ParseStream<'_>) -> Result<Option<Ident>> {
    if !input.peek(Token![,]) {
        return Ok(None);
    }
    input.parse::<Token![,]>()?;
    let word: Ident = input.parse()?;
    if word != "until" {
        return Err(Error::new_spanned(word, "behind a reply stands nothing, or `, until` and the set of its states"));
    }
    input.parse().map(Some)
}

fn reader(reply: &Ident) -> Ident {
    format_ident!("read_{}", reply.to_string().to_snake_case())
}

pub(crate) fn expand(table: TokenStream) -> Result<TokenStream> {
    let rows = parse2::<Table>(table)?.0;
    let core = rows.iter().map(Row::core);
    let entries = rows.iter().map(|row| {
        let (gate, constant) = (row.gate(), row.constant());
        quote!(#gate &#constant,)
    });
    let readers = readers(&rows);
    let schemas = schemas(&rows);
    let groups = groups(&rows);
    let judges = judges(&rows);
    Ok(quote! {
        /// Every endpoint, in the order of the table.
        pub static OPERATIONS: &[&crate::api::Operation] = &[#(#entries)*];
        #(#core)*
        #readers
        #schemas
        #groups
        #judges
    })
}

/// One reader per reply type; in the checkout build only those of publishable rows.
fn readers(rows: &[Row]) -> TokenStream {
    let publishable: BTreeSet<_> = rows.iter().filter(|row| row.scope == "publishable").map(|row| &row.reply).collect();
    let all: BTreeSet<_> = rows.iter().map(|row| &row.reply).collect();
    let readers = all.into_iter().map(|reply| {
        let gate = (!publishable.contains(reply)).then(|| quote!(#[cfg(feature = "secret")]));
        let name = reader(reply);
        let doc = format!("Reads the body of an answer as a `{reply}`; a body that is none is an error, never a guess.");
        quote! {
            #gate
            #[doc = #doc]
            pub fn #name(body: &[u8]) -> Result<#reply, crate::OkpayError> {
                crate::api::read(body)
            }
        }
    });
    quote! {
        #(#readers)*
    }
}

/// The JSON Schema of every parameter and reply type, by name.
fn schemas(rows: &[Row]) -> TokenStream {
    let types: BTreeSet<_> = rows.iter().flat_map(|row| row.params.iter().chain([&row.reply])).collect();
    quote! {
        /// Registers the schema of every type that a row names, and through them of all they hold.
        #[cfg(all(feature = "schema", feature = "secret"))]
        pub fn register_schemas(generator: &mut schemars::SchemaGenerator) {
            #(generator.subschema_for::<#types>();)*
        }
    }
}

/// For the test that holds the shapes against the serde readers: every model that a row names, with both.
fn judges(rows: &[Row]) -> TokenStream {
    let mut types = BTreeMap::new();
    for row in rows {
        for (ty, is_params) in row.params.iter().map(|ty| (ty, true)).chain([(&row.reply, false)]) {
            types.entry(ty).or_insert(is_params);
        }
    }
    let entries = types.into_iter().map(|(ty, is_params)| {
        let name = ty.to_string();
        quote!(crate::json::judge::<#ty>(#name, #is_params),)
    });
    quote! {
        /// Every model that a row names, for the test of their shapes.
        #[cfg(all(test, feature = "secret"))]
        pub(crate) fn judges() -> Vec<crate::json::Judge> {
            vec![#(#entries)*]
        }
    }
}

/// `client.payments()` and its methods.
fn groups(rows: &[Row]) -> TokenStream {
    let mut by_group = BTreeMap::<String, Vec<&Row>>::new();
    for row in rows {
        by_group.entry(row.group.to_string()).or_default().push(row);
    }
    let groups = by_group.iter().map(|(group, rows)| {
        let method = format_ident!("{group}");
        let ty = format_ident!("{}", group.to_upper_camel_case());
        let methods = rows.iter().map(|row| row.method()).chain(rows.iter().filter_map(|row| row.waiting()));
        let doc = format!("The operations of `{group}`.");
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, Copy)]
            pub struct #ty<'client> {
                client: &'client crate::client::Client,
            }
            impl #ty<'_> {
                #(#methods)*
            }
            impl crate::client::Client {
                #[doc = #doc]
                #[must_use]
                pub fn #method(&self) -> #ty<'_> {
                    #ty { client: self }
                }
            }
        }
    });
    quote! {
        /// The client's methods, one group a resource.
        #[cfg(feature = "client")]
        pub mod methods {
            use super::*;
            #(#groups)*
        }
    }
}
