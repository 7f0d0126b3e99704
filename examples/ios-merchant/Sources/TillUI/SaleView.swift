#if canImport(SwiftUI)
    import OKPay
    import SwiftUI
    import Till

    /// A sale, from the keypad to the receipt.
    struct SaleView: View {
        let model: SaleModel
        let open: Int

        var body: some View {
            Screen {
                switch model.state {
                case .typing(let amount, let refusal):
                    Keypad(amount: amount, model: model)
                    if let refusal { AdviceView(refusal) }
                    if open > 0 { Button("\(open) without an end: ask again") { Task { await model.start() } } }
                case .asking:
                    ProgressView()
                case .waiting(let sale, let prompt, let trouble):
                    Text(sale.amount.description).font(.largeTitle)
                    if let prompt { PromptView(prompt: prompt) } else { ProgressView() }
                    if let trouble { AdviceView(trouble) }
                    Button("Give up", role: .cancel) { model.cancel() }
                case .paid(_, let payment):
                    Text("Paid: \(payment.amount.description)").font(.largeTitle)
                    if let fee = payment.fee { Text("Fee \(fee.fee.description), net \(fee.net.description)") }
                    Button("Next customer") { model.next() }
                case .unpaid(_, let status, let decline):
                    Text("Not paid: \(status)").font(.largeTitle)
                    if let decline { AdviceView(decline) }
                    Button("Next customer") { model.next() }
                case .unknown(let sale, let error):
                    Text("Not known yet: \(sale.amount.description)").font(.largeTitle)
                    AdviceView(error)
                    Button("Ask what became of it") { model.ask() }
                    Button("Next customer") { model.next() }
                }
            }
        }
    }

    private struct Keypad: View {
        let amount: Money
        let model: SaleModel

        var body: some View {
            Text(amount.description).font(.largeTitle)
            LazyVGrid(columns: Array(repeating: GridItem(), count: 3)) {
                ForEach(1..<10) { digit in Button("\(digit)") { model.press(digit) } }
                Button("0") { model.press(0) }
                Button("⌫") { model.erase() }
            }
            HStack {
                Button("Card & more") { model.charge(.checkout) }
                Button("OKPay") { model.charge(.wallet) }
                Button("USDT") { model.charge(.usdt) }
                Button("BTC") { model.charge(.btc) }
            }
            .buttonStyle(.borderedProminent)
        }
    }

    private struct PromptView: View {
        let prompt: Prompt

        var body: some View {
            QRCode(payload: prompt.qr)
            LabeledContent("Due", value: prompt.due.description)
            if let received = prompt.received { LabeledContent("Received", value: received.description) }
            if let confirmations = prompt.confirmations { LabeledContent("Confirmations", value: confirmations) }
            if let decline = prompt.decline { AdviceView(decline) }
        }
    }
#endif
