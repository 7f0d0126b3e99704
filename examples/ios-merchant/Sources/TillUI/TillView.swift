#if canImport(SwiftUI)
    import OKPay
    import SwiftUI
    import Till

    // The till's looks, and nothing else: every screen draws the state of one model.

    /// The whole app.
    public struct TillView: View {
        private let enrolment: EnrolmentModel

        /// A till, signed in or not yet.
        public init(_ enrolment: EnrolmentModel) { self.enrolment = enrolment }

        public var body: some View {
            Group {
                switch enrolment.state {
                case .signedIn(let till, _): SignedIn(till).id(ObjectIdentifier(till))
                default: EnrolmentView(model: enrolment)
                }
            }
            .task { await enrolment.start() }
        }
    }

    /// The models of a till, for as long as it is signed in.
    private struct SignedIn: View {
        @State private var sale: Result<SaleModel, OKPayError>
        @State private var refund: RefundModel
        @State private var day: DayModel
        private let till: Till

        init(_ till: Till) {
            self.till = till
            _sale = State(initialValue: Result { () throws(OKPayError) in try SaleModel(till) })
            _refund = State(initialValue: RefundModel(till))
            _day = State(initialValue: DayModel(till))
        }

        var body: some View {
            TabView {
                Group {
                    switch sale {
                    case .success(let model): SaleView(model: model, open: till.notebook.intents.count).task { await model.start() }
                    case .failure(let error): AdviceView(error)
                    }
                }
                .tabItem { Label("Sale", systemImage: "creditcard") }
                RefundView(model: refund).tabItem { Label("Refund", systemImage: "arrow.uturn.left") }
                DayView(model: day).tabItem { Label("Today", systemImage: "sum") }
            }
        }
    }

    /// Until the till is signed in.
    struct EnrolmentView: View {
        let model: EnrolmentModel
        @State private var keyID = ""

        var body: some View {
            Screen {
                switch model.state {
                case .new(let publicKey, let refusal):
                    Text("Register this till").font(.largeTitle)
                    Text("Have your server register this public key, and enter the key id that it gets.")
                    Text(publicKey).font(.body.monospaced()).textSelection(.enabled)
                    TextField("Key id, okp_…_dev_…", text: $keyID).autocorrectionDisabled()
                    if let refusal { AdviceView(refusal) }
                    Button("Sign in") { Task { await model.signIn(keyID) } }
                case .offline(let error):
                    AdviceView(error)
                    Button("Try again") { Task { await model.start() } }
                case .revoked(let error):
                    AdviceView(error)
                    Button("Register this till anew") { model.renew() }
                case .locked(let reason): Text(reason)
                case .checking, .signedIn: ProgressView()
                }
            }
        }
    }

    /// Today's takings and fees.
    struct DayView: View {
        let model: DayModel

        var body: some View {
            Screen {
                switch model.state {
                case .loading: ProgressView()
                case .failed(let error): AdviceView(error)
                case .shown(let takings, _):
                    if takings.isEmpty { Text("Nothing yet today.") }
                    ForEach(takings, id: \.currency) { takings in
                        Text(takings.net.description).font(.largeTitle)
                        LabeledContent("\(takings.count) payments", value: takings.payments.description)
                        LabeledContent("Refunds", value: takings.refunds.description)
                        LabeledContent("Fees", value: takings.fees.description)
                        LabeledContent("Other", value: takings.other.description)
                    }
                }
                Button("Read again") { Task { await model.refresh() } }
            }
            .task { await model.refresh() }
        }
    }
#endif
