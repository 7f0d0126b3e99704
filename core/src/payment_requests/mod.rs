//! What a wallet scans.
