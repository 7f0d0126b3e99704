// OKPay for Swift: signed requests, verified webhooks and exact fees, over one core in Rust.
//
// | file | what |
// | --- | --- |
// | Client.swift | `Client`, its settings and the options of a call |
// | Courier.swift | the send loop around the core |
// | Transport.swift, URLSessionTransport.swift | how one attempt is carried |
// | Answer.swift, Headers.swift | what came, and what an attempt came to |
// | Walk.swift | all elements of all pages |
// | Errors.swift, Advice.swift | `OKPayError` by phase, and what to do about one |
// | Money.swift | exact amounts, and roundings |
// | Fees.swift | the fee engine, offline |
// | Journal.swift, Journaling.swift | every write on disk before its first try; `recover` |
// | Webhooks.swift, Replay.swift | verify, read, handle once, order, diagnose |
// | Checks.swift | cards, IBANs, addresses; payment requests that wallets scan |
// | Keys.swift, Signing.swift | keys; requests and answers signed and proven by yourself |
// | OpenSet.swift, JSONValue.swift | sets of texts that may grow; any JSON |
// | Wire.swift | JSON and times on the wire |
// | Generated/ | models, open sets and the methods of the client, from the table of endpoints |
//
// `OKPayCore` below it is plumbing that UniFFI makes from the library itself; nothing of it is seen from outside.
