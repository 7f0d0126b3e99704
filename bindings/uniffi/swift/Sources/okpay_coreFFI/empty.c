// SwiftPM builds a C target only if it has a source; this one is here for its header, which is generated.
