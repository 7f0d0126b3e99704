import Foundation
import OKPay
import Observation

/// Where a till stands before it may sell.
public enum Enrolment {
    /// The merchant's server registers the public key, in base64 (`devices.create`), and tells the key id, which is typed or scanned here.
    /// The refusal says why the last key id did not do.
    case new(publicKey: String, refusal: OKPayError?)

    /// The gateway is asked what the till may do.
    case checking

    /// The till may do what the device says: its operations and limits.
    case signedIn(Till, Device)

    /// The till is registered, and the gateway cannot be reached.
    case offline(OKPayError)

    /// Somebody revoked the till's key, for good.
    case revoked(OKPayError)

    /// The keychain does not give the key.
    case locked(String)
}

/// Signs a till in with a key of its own.
@MainActor @Observable
public final class EnrolmentModel {
    /// Makes the client that calls with a key.
    public typealias Connect = @Sendable (SigningKey) throws(OKPayError) -> Client

    /// Where it stands.
    public private(set) var state = Enrolment.checking

    private let shop: Shop
    private let key: any TillKey
    private let notebook: Notebook
    private let betweenLooks: Duration
    private let now: @Sendable () -> Date
    private let connect: Connect

    /// A till that is not signed in yet.
    public init(
        shop: Shop, key: any TillKey, notebook: Notebook, betweenLooks: Duration = .seconds(2),
        now: @escaping @Sendable () -> Date = { Date() }, connect: Connect? = nil
    ) {
        (self.shop, self.key, self.notebook, self.betweenLooks, self.now) = (shop, key, notebook, betweenLooks, now)
        self.connect =
            connect ?? { (key) throws(OKPayError) in
                try Client(baseURL: shop.url, key: key, settings: .init(gatewayKeys: shop.gatewayKeys))
            }
        state = unregistered()
    }

    /// At the start of the app, and to try again: signs in under the key id that the notebook has.
    public func start() async {
        if let keyID = notebook.keyID { await signIn(keyID) }
    }

    /// Signs in under the key id that the server told.
    public func signIn(_ keyID: String) async {
        state = .checking
        do {
            let client = try connect(.device(NamedKey(keyID: keyID, key: key)))
            let device = try await client.devices.current()
            try notebook.register(keyID)
            state = .signedIn(till(client), device)
        } catch where error.code == .keyRevoked {
            state = .revoked(error)
        } catch {
            state = notebook.keyID == keyID ? .offline(error) : unregistered(error)
        }
    }

    /// After a revocation: makes a new key, to be registered anew.
    public func renew() {
        do {
            try key.renew()
        } catch {
            return state = .locked("\(error)")
        }
        do throws(OKPayError) {
            try notebook.register(nil)
            state = unregistered()
        } catch {
            state = unregistered(error)
        }
    }

    private func till(_ client: Client) -> Till {
        Till(shop, client, notebook, betweenLooks: betweenLooks, now: now) { [weak self] error in self?.state = .revoked(error) }
    }

    private func unregistered(_ refusal: OKPayError? = nil) -> Enrolment {
        do {
            return .new(publicKey: try key.publicKey.base64EncodedString(), refusal: refusal)
        } catch {
            return .locked("\(error)")
        }
    }
}
