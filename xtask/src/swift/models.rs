//! `Generated/Models.swift` and `Generated/OpenSets.swift`.

use super::names::{comment, group_type, member, type_name};
use crate::schema::{Field, Kind, Model, OpenSet, Schemas};
use anyhow::{Context, Result, bail};
use okpay::api::EventType;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A parameter of an operation that people make themselves, too: what the fee engine is asked.
const ASKED: &str = "QuoteRequest";

/// Every model that is not only ever sent.
pub(super) fn models(schemas: &Schemas) -> Result<String> {
    let mut page = "import Foundation\n".to_owned();
    for model in schemas.models.iter().filter(|model| model.name == ASKED || !Schemas::is_params(&model.name)) {
        page += &structure(model).with_context(|| format!("the model {}", model.name))?;
    }
    Ok(page + &event_data()?)
}

/// Every set of texts.
pub(super) fn open_sets(schemas: &Schemas) -> Result<String> {
    let sets = schemas.sets.iter().map(open_set).collect::<Result<Vec<_>>>()?;
    Ok(sets.join("\n"))
}

fn open_set(set: &OpenSet) -> Result<String> {
    let mut names = Vec::new();
    let mut values = String::new();
    for (text, meaning) in &set.values {
        let name = member(text).with_context(|| set.name.clone())?;
        if names.contains(&name) {
            bail!("{}: {text:?} gives no name of its own", set.name);
        }
        write!(values, "{}    public static let {name} = Self(rawValue: \"{text}\")\n\n", comment("    ", meaning))?;
        names.push(name);
    }
    let known = names.iter().map(|name| format!("        .{},\n", name.trim_matches('`'))).collect::<String>();
    Ok(format!(
        "{}public struct {}: OpenSet {{\n    /// The text on the wire.\n    public let rawValue: String\n\n    \
         /// Any text; what this version does not know stays as it is.\n    public init(rawValue: String) {{\n        \
         self.rawValue = rawValue\n    }}\n\n{values}    /// Those that this version knows.\n    \
         public static let known: [Self] = [\n{known}    ]\n}}\n",
        comment("", &set.doc),
        type_name(&set.name),
    ))
}

/// A field with its names.
struct Member<'a> {
    field: &'a Field,
    name: String,
    kind: String,
}

impl<'a> Member<'a> {
    fn of(field: &'a Field) -> Result<Self> {
        Ok(Self { field, name: member(&field.name)?, kind: swift_type(&field.kind)? })
    }

    fn held(&self) -> String {
        if self.field.required || self.field.is_collection() { self.kind.clone() } else { format!("{}?", self.kind) }
    }

    fn default(&self) -> &'static str {
        match (&self.field.kind, self.field.required) {
            (_, true) => "",
            (Kind::List(_), _) => " = []",
            (Kind::Texts, _) => " = [:]",
            _ => " = nil",
        }
    }

    /// Whether the compiler's own coding would not read it.
    fn is_read_by_hand(&self) -> bool {
        matches!(self.field.kind, Kind::Time | Kind::EventData) || !self.field.required && self.field.is_collection()
    }

    fn read(&self) -> String {
        let Self { name, kind, field } = self;
        match (&field.kind, field.required) {
            (Kind::EventData, _) => format!("        self.{name} = try EventData(self.type, from: coded.superDecoder(forKey: .{name}))\n"),
            (Kind::Time, true) => format!("        self.{name} = try coded.time(forKey: .{name})\n"),
            (Kind::Time, false) => format!("        self.{name} = try coded.timeIfPresent(forKey: .{name})\n"),
            (_, true) => format!("        self.{name} = try coded.decode({kind}.self, forKey: .{name})\n"),
            (Kind::List(_), _) => format!("        self.{name} = try coded.decodeIfPresent({kind}.self, forKey: .{name}) ?? []\n"),
            (Kind::Texts, _) => format!("        self.{name} = try coded.decodeIfPresent({kind}.self, forKey: .{name}) ?? [:]\n"),
            (_, false) => format!("        self.{name} = try coded.decodeIfPresent({kind}.self, forKey: .{name})\n"),
        }
    }

    fn write(&self) -> String {
        let Self { name, field, .. } = self;
        match (&field.kind, field.required || field.is_collection()) {
            (Kind::Time, _) => format!("        try coded.encode(time: self.{name}, forKey: .{name})\n"),
            (_, true) => format!("        try coded.encode(self.{name}, forKey: .{name})\n"),
            (_, false) => format!("        try coded.encodeIfPresent(self.{name}, forKey: .{name})\n"),
        }
    }
}

fn structure(model: &Model) -> Result<String> {
    let name = type_name(&model.name);
    let members = model.fields.iter().map(|field| Member::of(field).with_context(|| field.name.clone())).collect::<Result<Vec<_>>>()?;
    let declared = members.iter().map(|member| {
        let Member { name, field, .. } = member;
        format!("{}    public var {name}: {}\n\n", comment("    ", &field.doc), member.held())
    });
    let taken = members.iter().map(|member| format!("        {}: {}{}", member.name, member.held(), member.default()));
    let kept = members.iter().map(|member| format!("        self.{0} = {0}\n", member.name));
    Ok(format!(
        "\n{}public struct {name}: Sendable, Hashable, Codable {{\n{}    /// Makes one from its fields.\n    public init(\n{}\n    ) {{\n{}    }}\n{}}}\n{}",
        comment("", &model.doc),
        declared.collect::<String>(),
        taken.collect::<Vec<_>>().join(",\n"),
        kept.collect::<String>(),
        coding(&members),
        redaction(&model.name, &members),
    ))
}

/// The names on the wire, and what of reading and writing the compiler cannot make.
fn coding(members: &[Member<'_>]) -> String {
    let cases = members.iter().map(|Member { name, field, .. }| {
        if *name == field.name { format!("        case {name}\n") } else { format!("        case {name} = \"{}\"\n", field.name) }
    });
    let mut coding = format!("\n    private enum CodingKeys: String, CodingKey {{\n{}    }}\n", cases.collect::<String>());
    if members.iter().any(Member::is_read_by_hand) {
        coding += &format!(
            "\n    /// Reads the wire form. Fields that this version does not know are left off.\n    \
             public init(from decoder: any Decoder) throws {{\n        let coded = try decoder.container(keyedBy: CodingKeys.self)\n{}    }}\n",
            members.iter().map(Member::read).collect::<String>()
        );
    }
    if members.iter().any(|member| matches!(member.field.kind, Kind::Time | Kind::EventData)) {
        coding += &format!(
            "\n    /// Writes the wire form.\n    public func encode(to encoder: any Encoder) throws {{\n        \
             var coded = encoder.container(keyedBy: CodingKeys.self)\n{}    }}\n",
            members.iter().map(Member::write).collect::<String>()
        );
    }
    coding
}

/// Secrets stay out of what `print`, `dump` and the debugger show.
fn redaction(model: &str, members: &[Member<'_>]) -> String {
    if !members.iter().any(|member| member.field.is_secret) {
        return String::new();
    }
    let shown = members.iter().map(|member| {
        let value = match member.field.is_secret {
            true if member.held().ends_with('?') => format!("{}.map {{ _ in \"…\" }} as Any", member.name),
            true => "\"…\"".to_owned(),
            false => format!("{} as Any", member.name),
        };
        format!("                \"{}\": {value},\n", member.name.trim_matches('`'))
    });
    format!(
        "\nextension {}: CustomReflectable {{\n    /// What `print`, `dump` and a debugger show: everything but what is secret.\n    \
         public var customMirror: Mirror {{\n        Mirror(\n            self,\n            children: [\n{}            ],\n            \
         displayStyle: .struct\n        )\n    }}\n}}\n",
        type_name(model),
        shown.collect::<String>(),
    )
}

/// The type in Swift.
pub(super) fn swift_type(kind: &Kind) -> Result<String> {
    Ok(match kind {
        Kind::Text => "String".to_owned(),
        Kind::Whole => "Int".to_owned(),
        Kind::Truth => "Bool".to_owned(),
        Kind::Time => "Date".to_owned(),
        Kind::Money => "Money".to_owned(),
        Kind::Set(name) | Kind::Model(name) => type_name(name),
        // A date by itself would be coded as the number that Foundation has for it.
        Kind::List(inner) if **inner == Kind::Time => bail!("a list of times has no template"),
        Kind::List(inner) => format!("[{}]", swift_type(inner)?),
        Kind::Texts => "[String: String]".to_owned(),
        Kind::EventData => "EventData".to_owned(),
    })
}

/// The resource of an event, by the part of its type before the dot.
fn event_data() -> Result<String> {
    let resources = EventType::KNOWN.iter().filter_map(|event_type| event_type.as_str().split('.').next()).collect::<BTreeSet<_>>();
    let (mut cases, mut reads, mut writes) = (String::new(), String::new(), String::new());
    for resource in resources {
        let (case, class) = (member(resource)?, group_type(resource));
        write!(cases, "{}    case {case}({class})\n\n", comment("    ", &format!("Of the events `{resource}.…`.")))?;
        writeln!(reads, "        case \"{resource}\": self = .{case}(try {class}(from: decoder))")?;
        writeln!(writes, "        case .{case}(let resource): try resource.encode(to: encoder)")?;
    }
    Ok(format!(
        "\n/// The resource of an event, whole, as it was when it happened.\npublic enum EventData: Sendable, Hashable, Encodable {{\n{cases}    \
         /// Of an event whose type this version does not know: its JSON as it came.\n    case unknown(JSONValue)\n\n    \
         init(_ type: EventType, from decoder: any Decoder) throws {{\n        \
         switch type.isKnown ? type.rawValue.prefix(while: {{ $0 != \".\" }}) : \"\" {{\n{reads}        \
         default: self = .unknown(try JSONValue(from: decoder))\n        }}\n    }}\n\n    /// Writes the wire form.\n    \
         public func encode(to encoder: any Encoder) throws {{\n        switch self {{\n{writes}        \
         case .unknown(let value): try value.encode(to: encoder)\n        }}\n    }}\n}}\n"
    ))
}
