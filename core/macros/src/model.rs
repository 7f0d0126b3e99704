//! `#[model]`: one attribute from which a type gets everything that carries it.

use crate::operations::doc_text;
use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, Field, Fields, FieldsNamed, Ident, ItemEnum, ItemStruct, Result, Type, parse2};

pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let kind = match attribute.is_empty() {
        true => "reply".to_owned(),
        false => parse2::<Ident>(attribute)?.to_string(),
    };
    match kind.as_str() {
        "open" => open_enum(parse2(item)?),
        "reply" => Ok(record(parse2(item)?, false)?.0),
        "params" => params(parse2(item)?),
        "page" => page(parse2(item)?),
        other => Err(Error::new(proc_macro2::Span::call_site(), format!("unknown kind of model: {other}"))),
    }
}

/// The derives of a struct, and its named fields for those who add to it.
fn record(mut item: ItemStruct, is_params: bool) -> Result<(TokenStream, Vec<Field>)> {
    let Fields::Named(fields) = &mut item.fields else {
        return Err(Error::new_spanned(&item, "a model has named fields"));
    };
    for field in &mut fields.named {
        if is_params && is_optional(&field.ty) {
            let skip = skip_when(&field.ty);
            field.attrs.push(syn::parse_quote!(#[serde(default, skip_serializing_if = #skip)]));
        } else if container(&field.ty) == Some("Option") {
            field.attrs.push(syn::parse_quote!(#[serde(default)]));
        }
    }
    let shape = shape(&item.ident, fields)?;
    let debug = debug(&item.ident, fields);
    let named = fields.named.iter().cloned().collect();
    let tokens = quote! {
        #[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #item
        #debug
        #shape
    };
    Ok((tokens, named))
}

/// The model as data, by which calls are checked that cross as text.
fn shape(name: &Ident, fields: &FieldsNamed) -> Result<TokenStream> {
    let names = fields.named.iter().map(wire_name).collect::<Result<Vec<_>>>()?.join(" ");
    let types = fields.named.iter().map(|field| &field.ty);
    Ok(quote! {
        impl crate::json::Shaped for #name {
            const KIND: crate::json::Kind = crate::json::Kind::Model(&crate::json::Shape {
                names: #names,
                kinds: &[#(<#types as crate::json::Shaped>::KIND),*],
            });
        }
    })
}

/// The name of a field on the wire, behind the mark of what may be absent.
fn wire_name(field: &Field) -> Result<String> {
    let mut name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut has_default = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let value = meta.value().ok().map(|value| value.parse::<syn::LitStr>()).transpose()?;
            match value {
                Some(text) if meta.path.is_ident("rename") => name = text.value(),
                _ => has_default |= meta.path.is_ident("default"),
            }
            Ok(())
        })?;
    }
    let mark = match container(&field.ty) {
        Some("Option") => "?",
        _ if has_default => "~",
        _ => "",
    };
    Ok(mark.to_owned() + &name)
}

/// `Debug` as it would be derived, but for the fields marked `#[secret]`. The mark goes on into the schema, from which the other languages
/// take what they do not print.
fn debug(name: &Ident, fields: &mut FieldsNamed) -> TokenStream {
    let shown = fields.named.iter_mut().map(|field| {
        let marks = field.attrs.len();
        field.attrs.retain(|attribute| !attribute.path().is_ident("secret"));
        let ident = &field.ident;
        let text = ident.as_ref().map(ToString::to_string);
        match field.attrs.len() == marks {
            true => quote!(.field(#text, &self.#ident)),
            false => {
                field.attrs.push(syn::parse_quote!(#[cfg_attr(feature = "schema", schemars(extend("x-okpay-secret" = true)))]));
                quote!(.field(#text, &format_args!("redacted")))
            }
        }
    });
    let shown = shown.collect::<Vec<_>>();
    let text = name.to_string();
    quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(#text)#(#shown)*.finish()
            }
        }
    }
}

/// A request: the record, a constructor over what is required and a setter for each of the rest.
fn params(item: ItemStruct) -> Result<TokenStream> {
    let name = item.ident.clone();
    let (tokens, fields) = record(item, true)?;
    let (optional, required): (Vec<_>, Vec<_>) = fields.iter().partition(|field| is_optional(&field.ty));
    let arguments = required.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(#ident: impl Into<#ty>)
    });
    let given = required.iter().map(|field| &field.ident).collect::<Vec<_>>();
    let absent = optional.iter().map(|field| &field.ident).collect::<Vec<_>>();
    let setters = optional.iter().map(|field| setter(field));
    let doc = format!("A `{name}` with what is required; the rest is set by the methods named after the fields.");
    let default = required.is_empty().then(|| {
        quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    Ok(quote! {
        #tokens
        impl #name {
            #[doc = #doc]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#given: #given.into(),)* #(#absent: Default::default(),)* }
            }
            #(#setters)*
        }
        #default
    })
}

fn setter(field: &Field) -> TokenStream {
    let ident = field.ident.as_ref();
    let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let (ty, value) = match inner_of_option(&field.ty) {
        Some(inner) => (inner, quote!(Some(value.into()))),
        None => (&field.ty, quote!(value.into())),
    };
    quote! {
        #(#docs)*
        #[must_use]
        pub fn #ident(mut self, value: impl Into<#ty>) -> Self {
            self.#ident = #value;
            self
        }
    }
}

/// One page of a list, which the client walks.
fn page(item: ItemStruct) -> Result<TokenStream> {
    let name = item.ident.clone();
    let (tokens, fields) = record(item, false)?;
    let data = fields.iter().find(|field| field.ident.as_ref().is_some_and(|ident| ident == "data"));
    let Some(element) = data.and_then(|field| inner(&field.ty)) else {
        return Err(Error::new_spanned(&name, "a page has `data: Vec<Item>` and `next: Option<String>`"));
    };
    Ok(quote! {
        #tokens
        impl crate::api::Page for #name {
            type Item = #element;
            fn into_parts(self) -> (Vec<#element>, Option<String>) {
                (self.data, self.next)
            }
        }
    })
}

/// A text from an open set: what the gateway adds later survives as `Unknown { raw }`.
fn open_enum(item: ItemEnum) -> Result<TokenStream> {
    let (name, attributes, visibility) = (&item.ident, &item.attrs, &item.vis);
    let mut variants = Vec::new();
    for variant in &item.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "an open set has unit variants only"));
        }
        variants.push(variant);
    }
    let idents = variants.iter().map(|variant| &variant.ident).collect::<Vec<_>>();
    let texts = variants.iter().map(|variant| wire_text(variant)).collect::<Result<Vec<_>>>()?;
    let docs = variants.iter().map(|variant| {
        let docs = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        quote!(#(#docs)*)
    });
    let places = 0..idents.len();
    let (at_places, last) = (0..idents.len().saturating_sub(1), idents.last());
    let before_last = &idents[..at_places.len()];
    let (meaning, meanings) = (doc_text(attributes), variants.iter().map(|variant| doc_text(&variant.attrs)));
    let finals = finals(name, &variants)?;
    let schema_name = name.to_string();
    let known = format!("Every known value of `{name}`, in the order of its definition.");
    Ok(quote! {
        #(#attributes)*
        #[derive(Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #visibility enum #name {
            #(#docs #idents,)*
            /// A value that this version does not know, as it came.
            Unknown {
                /// The value as it came.
                raw: String,
            },
        }

        impl #name {
            #[doc = #known]
            pub const KNOWN: &'static [Self] = &[#(Self::#idents),*];

            /// The text of each.
            const TEXTS: &'static [&'static str] = &[#(#texts),*];

            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Unknown { raw } => raw,
                    known => Self::TEXTS.get(known.place()).copied().unwrap_or_default(),
                }
            }

            // Between values and places there is an addition, which is a fraction of the code of a branch for each.

            /// The place of a known value in the order of the definition.
            fn place(&self) -> usize {
                match self {
                    #(Self::#idents => #places,)*
                    Self::Unknown { .. } => usize::MAX,
                }
            }

            /// The known value of a place.
            fn at(place: usize) -> Self {
                match place {
                    #(#at_places => Self::#before_last,)*
                    _ => Self::#last,
                }
            }
            #finals
        }

        impl Clone for #name {
            fn clone(&self) -> Self {
                match self {
                    Self::Unknown { raw } => Self::Unknown { raw: raw.clone() },
                    known => Self::at(known.place()),
                }
            }
        }

        impl From<&str> for #name {
            fn from(text: &str) -> Self {
                let place = Self::TEXTS.iter().position(|known| *known == text);
                place.map_or_else(|| Self::Unknown { raw: text.to_owned() }, Self::at)
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(text.as_ref()))
            }
        }

        impl crate::json::Shaped for #name {
            const KIND: crate::json::Kind = crate::json::Kind::Text;
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for #name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                #schema_name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::api::open_set_schema(#meaning, &[#((#texts, #meanings)),*])
            }
        }
    })
}

/// What the variants marked `#[end]` are: the states of a resource in which what was to become of it is known.
fn finals(name: &Ident, variants: &[&syn::Variant]) -> Result<Option<TokenStream>> {
    let is_end = |variant: &&&syn::Variant| variant.attrs.iter().any(|attribute| attribute.path().is_ident("end"));
    let ends = variants.iter().filter(is_end).collect::<Vec<_>>();
    let idents = ends.iter().map(|variant| &variant.ident);
    let texts = ends.iter().map(|variant| wire_text(variant)).collect::<Result<Vec<_>>>()?;
    let doc = format!("The values of `{name}` in which it is known what has become of it: what `wait` waits for.");
    Ok((!ends.is_empty()).then(|| {
        quote! {
            /// The texts of `FINAL`.
            #[cfg(feature = "secret")]
            pub(crate) const FINAL_TEXTS: &'static [&'static str] = &[#(#texts),*];

            #[doc = #doc]
            pub const FINAL: &'static [Self] = &[#(Self::#idents),*];

            /// Whether it is known what has become of it. A value of a later version is not known to be an end.
            #[must_use]
            pub fn is_final(&self) -> bool {
                Self::FINAL.contains(self)
            }
        }
    }))
}

/// `#[wire = "usdt"]` on a variant, else its name in snake case.
fn wire_text(variant: &syn::Variant) -> Result<String> {
    for attribute in &variant.attrs {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("wire")
        {
            let value = &pair.value;
            return Ok(parse2::<syn::LitStr>(quote!(#value))?.value());
        }
    }
    Ok(variant.ident.to_string().to_snake_case())
}

fn is_optional(ty: &Type) -> bool {
    matches!(container(ty), Some("Option" | "Vec" | "BTreeMap"))
}

fn skip_when(ty: &Type) -> String {
    match container(ty) {
        Some("Option") => "Option::is_none".to_owned(),
        Some(other) => format!("{other}::is_empty"),
        None => String::new(),
    }
}

fn container(ty: &Type) -> Option<&'static str> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    ["Option", "Vec", "BTreeMap"].into_iter().find(|name| last.ident == format_ident!("{name}"))
}

fn inner_of_option(ty: &Type) -> Option<&Type> {
    (container(ty) == Some("Option")).then(|| inner(ty)).flatten()
}

fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
