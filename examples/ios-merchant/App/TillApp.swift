import SwiftUI
import Till
import TillUI

/// The app of a shop that counts in euros.
@main
struct TillApp: App {
    private let enrolment: EnrolmentModel

    init() {
        let shop = Shop(url: "http://127.0.0.1:4010", currency: "EUR",
            sign: ShopSign(name: "The Corner Shop", city: "Dublin", country: "IE", category: "5411"))
        do {
            let file = try FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
            let notebook = try Notebook(file: file.appendingPathComponent("notebook.json"))
            enrolment = EnrolmentModel(shop: shop, key: EnclaveKey(), notebook: notebook)
        } catch {
            // Without its notebook a till must not sell: it could not tell what became of its calls.
            fatalError("the till's notebook cannot be read: \(error)")
        }
    }

    var body: some Scene {
        WindowGroup { TillView(enrolment) }
    }
}
