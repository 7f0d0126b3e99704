#if canImport(SwiftUI)
    import CoreImage.CIFilterBuiltins
    import OKPay
    import SwiftUI

    /// A screen's column.
    struct Screen<Content: View>: View {
        @ViewBuilder let content: Content

        var body: some View {
            ScrollView {
                VStack(spacing: 16) { content }.padding(24).buttonStyle(.bordered).textFieldStyle(.roundedBorder)
            }
        }
    }

    /// What happened and what to do, in the language of the device.
    struct AdviceView: View {
        private let advice: Advice?

        /// For the merchant.
        init(_ error: OKPayError) { advice = try? error.advice(locale: Self.language) }

        /// For the customer, who need not know of a stolen card.
        init(_ decline: DeclineCode) { advice = try? Advice.about(decline.forBuyer(), locale: Self.language) }

        private static var language: String { Locale.preferredLanguages.first ?? "en" }

        var body: some View {
            if let advice {
                VStack(alignment: .leading, spacing: 8) {
                    Text(advice.title).font(.headline).foregroundStyle(.red)
                    Text(advice.explanation)
                    ForEach(Array(advice.steps.enumerated()), id: \.offset) { place, step in Text("\(place + 1). \(step)") }
                }
                .frame(maxWidth: .infinity, alignment: .leading)
            }
        }
    }

    /// The code that a customer scans.
    struct QRCode: View {
        let payload: String

        var body: some View {
            if let image {
                Image(decorative: image, scale: 1).interpolation(.none).resizable().scaledToFit().frame(width: 280)
                    .accessibilityLabel(payload)
            }
        }

        private var image: CGImage? {
            let filter = CIFilter.qrCodeGenerator()
            filter.message = Data(payload.utf8)
            return filter.outputImage.flatMap { CIContext().createCGImage($0, from: $0.extent) }
        }
    }
#endif
