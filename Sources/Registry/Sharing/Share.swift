import Cryptography
import Encoding
import Ledger
import Rules

/// A request and how far it has come: the vault's row and what its entry says in the clear.
public struct Share: Sendable {
  /// The vault's row.
  public let row: MatterRow
  /// The entry of the request.
  public let entry: Entry
  /// The request.
  public let request: Event
  /// The name of the request.
  public let name: EventName
  /// How far it has come, as the durable ledger has it.
  public let state: ShareState

  init(_ row: MatterRow, _ entry: Entry, _ event: Event) throws(RegistryError) {
    guard event.kind == .shareRequested, let name = EventName(of: event),
      let state = ShareState(number: row.state)
    else {
      throw RegistryError(
        .damagedVault, "a share's row names an entry that is no request", at: "matter")
    }
    self.row = row
    self.entry = entry
    self.request = event
    self.name = name
    self.state = state
  }

  /// The index of the request's entry.
  public var index: LeafIndex { entry.index }
  /// The USCC of the department that asked.
  public var requester: String { name.department }
  /// The USCC of the department that was asked.
  public var provider: String { request.text("provider") ?? "" }
  /// The code of the type.
  public var type: String { request.text("type") ?? "" }
  /// Whether a file is asked for, and no certificate.
  public var isFile: Bool { request.text("material") == "file" }
  /// The claims that are asked for.
  public var claims: [String] { request.claims }
  /// What they are for.
  public var purpose: String { request.text("purpose") ?? "" }
  /// On what it rests.
  public var mode: ShareMode? { request.text("mode").flatMap(ShareMode.init(rawValue:)) }
  /// The last second to answer.
  public var answerBy: Int64 { request.integer("answer_by") ?? 0 }
  /// The grant on which it rests.
  public var grant: EventName? { EventName(named: "grant", in: request) }
}

extension Event {
  /// The claims that a request or release names.
  var claims: [String] { (clear["claims"]?.arrayValue ?? []).compactMap(\.stringValue) }
}

/// One act of a share, with what its entry opened.
public struct ShareAct: Sendable {
  /// The entry.
  public let entry: Entry
  /// The act.
  public let event: Event
  /// Its private members, padding included.
  let disclosures: [EventDisclosure]

  /// The index of the entry.
  public var index: LeafIndex { entry.index }
  /// Its name.
  public var name: String { EventName(of: event)?.name ?? "" }

  /// A private member's value; nil where it is not there.
  public func value(_ name: String) -> JSONValue? {
    disclosures.first { $0.name == name }?.value
  }

  /// The openings of some members.
  func openings(_ names: [String]) -> [EventDisclosure] {
    disclosures.filter { names.contains($0.name) }
  }
}
