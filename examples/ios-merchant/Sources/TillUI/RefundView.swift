#if canImport(SwiftUI)
    import OKPay
    import SwiftUI
    import Till

    /// Money back.
    struct RefundView: View {
        let model: RefundModel
        @State private var typed = ""
        @State private var mistake: OKPayError?

        var body: some View {
            Screen {
                switch model.state {
                case .choosing(let payments, let error):
                    Text("Today's payments").font(.largeTitle)
                    if let error { AdviceView(error) }
                    ForEach(payments, id: \.id) { payment in
                        Button("\(payment.amount.description), \(payment.method.description)") { model.choose(payment) }
                    }
                case .deciding(_, let refusal):
                    Text("At most \(model.left?.description ?? "")").font(.largeTitle)
                    TextField("Amount; empty for all of it", text: $typed)
                    if let error = mistake ?? refusal { AdviceView(error) }
                    Button("Give back") { Task { await giveBack() } }
                case .asking: ProgressView()
                case .done(let refund):
                    Text("Given back: \(refund.amount.description)").font(.largeTitle)
                    Text(refund.status.description)
                case .unknown(_, let error):
                    AdviceView(error)
                    Button("Ask what became of it") { Task { await model.ask() } }
                }
                Button("All payments") { Task { await model.load() } }
            }
            .task { if case .choosing = model.state { await model.load() } }
        }

        private func giveBack() async {
            do throws(OKPayError) {
                mistake = nil
                let amount = try typed.isEmpty ? nil : Money(typed, model.left?.currency ?? "")
                await model.refund(amount)
                typed = ""
            } catch {
                mistake = error
            }
        }
    }
#endif
