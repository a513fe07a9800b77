import Encoding
import Foundation

/// A holder in the demonstration, who allows by signature what no law does, and takes it back.
struct DemoGrants {
  /// Who may ask, for which claims, and what for.
  struct Wish {
    let department: String
    let claims: String
    let purpose: String
  }

  private static let issuer = "11440300KH0002054H"
  private static let type = "11440300KH0002054H001"
  private static let code = "440305198501019858"
  private static let caseCount = 10
  private static let wishes = [
    Wish(department: "91440300KH0004025P", claims: "holders,address", purpose: "new-account"),
    Wish(department: "91440300KH0004084T", claims: "holders,address", purpose: "lease"),
    Wish(department: "91440300KH00041729", claims: "holders,over_18", purpose: "subscription"),
  ]

  let sharing: DemoSharing
  private(set) var requestCount: Int64 = 0
  private var names: [String] = []

  private var shell: DemoShell { sharing.shell }

  init(_ sharing: DemoSharing) { self.sharing = sharing }

  /// The holder's key goes into a new certificate, which comes into the wallet.
  func makeWallet() throws {
    try shell.run(["holder", "key", "--out", "holder.jwt"], lines: 1)
    try writeJSON(
      [
        "number": .string(Self.code),
        "holders": [["name": "诸葛晓", "code": .string(Self.code), "code_type": "111"]],
        "valid_from": "2026-01-01", "valid_until": "2045-12-31", "sex": "男", "ethnicity": "汉",
        "birth_date": "1985-01-01", "address": "深圳市南山区海德路1号",
      ], to: "holder.json")
    try shell.run([
      "certificate", "issue", "--type", Self.type, "--claims", "holder.json", "--holder-key",
      "holder.jwt", "--out", "holder", "--as", Self.issuer,
    ])
    let delivery = try FileManager.default.contentsOfDirectory(atPath: shell.place.path("holder"))
      .first { $0.hasSuffix(".json") }
    try shell.place.take(shell.place.path("holder/\(delivery ?? "")"), as: "delivery.json")
    try shell.run(["holder", "import", "delivery.json", "--root", "city/public/root.pem"])
  }

  /// Grants are signed in the wallet, lodged by who may ask, and used.
  mutating func use() throws {
    try writeJSON(["code": .string(Self.code), "code_type": "111"], to: "holder-code.json")
    for (place, wish) in Self.wishes.enumerated() {
      try shell.run(
        [
          "holder", "grant", "--to", wish.department, "--type", Self.type, "--claims",
          wish.claims, "--purpose", wish.purpose, "--until", "2035-12-31", "--out",
          "grant-\(place + 1).jwt",
        ], lines: 2)
      let given = try shell.ask([
        "grant", "give", "grant-\(place + 1).jwt", "--holder", "holder-code.json", "--as",
        wish.department,
      ])
      guard let name = given["given"]?.arrayValue?.first?["grant"]?.stringValue else {
        throw Failure(.no, code: "step_failed", "grant give gave no grant")
      }
      names.append(name)
      requestCount += try ask(place, cases: Self.caseCount)
    }
    shell.note("each lodged with grant give: \(requestCount) requests rest on them")
    _ = try sharing.release(of: Self.issuer, isShown: false)
    for wish in Self.wishes { try sharing.receive(wish.department, isShown: false) }
  }

  /// The first grant is withdrawn, and carries nothing more.
  mutating func withdraw() throws {
    try shell.run(["holder", "withdraw", "grant-1.jwt", "--out", "withdrawal.jwt"], lines: 1)
    let department = Self.wishes[0].department
    try shell.run(["grant", "withdraw", "withdrawal.jwt", "--as", department], lines: 2)
    try writeJSON(
      [
        "case": "after", "code": .string(Self.code), "code_type": "111", "officer": "1204",
      ], to: "late.json")
    try shell.run(
      [
        "share", "request", "--type", Self.type, "--grant", names[0], "--officer-role", "clerk",
        "--holder", "late.json", "--as", department,
      ], expecting: 1)
  }

  private func ask(_ place: Int, cases: Int) throws -> Int64 {
    let lines = (1...cases).map { "\(Self.code),111,\(place + 1)-\($0),1204\n" }
    let sheet = "grant-\(place + 1).csv"
    try shell.place.write(
      "holder_code,holder_code_type,case,officer\n" + lines.joined(), to: sheet)
    return try sharing.act(
      [
        "share", "request", "--csv", sheet, "--type", Self.type, "--grant", names[place],
        "--officer-role", "clerk", "--as", Self.wishes[place].department,
      ], isShown: place == 0)
  }

  private func writeJSON(_ object: JSONObject, to name: String) throws {
    try shell.place.write(
      String(decoding: JSONValue.object(object).canonicalBytes(), as: UTF8.self) + "\n", to: name)
  }
}
